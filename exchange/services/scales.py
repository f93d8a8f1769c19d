"""Writes of label scales and of what labels say; each wakes whoever brings it to the scales."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import constraints, wake
from core.errors import KasaError
from core.models import Store
from devices.errors import ConfigError
from exchange import scales
from exchange.models import LabelGoods, LabelScale
from exchange.services.scale_loading import forget
from exchange.services.sweeping import TASK
from inventory.models import Group, Product


class ScaleRefused(KasaError):
    """The database, or the driver's manifest, does not take this scale; `field` names where."""

    code = "refused"


_SENTENCES = {
    "label_scale_name_is_unique": ("name", _("Another scale has this name.")),
    "label_scale_address_is_unique": ("host", _("Another scale has this address and port.")),
    "label_scale_has_a_name": ("name", _("A scale needs a name.")),
    "label_scale_address_is_plain": (
        "host",
        _("An address is letters, digits, dots, colons and dashes; a port is 1 to 65535."),
    ),
    "label_scale_prefix_is_the_store_s": ("begins", _("A label begins with 2 and another digit.")),
    "label_scale_alarm_within_a_week": ("alarm_minutes", _("An alarm comes after 1 minute to 7 days.")),
    "label_tare_is_in_grams": ("tare", _("A tare is at most 65,535 grams.")),
    "label_shelf_life_is_in_days": ("shelf_days", _("A shelf life is at most 9,999 days.")),
}


def _explained() -> AbstractContextManager[None]:
    def refusal(constraint: str) -> KasaError | None:
        found = _SENTENCES.get(constraint)
        return ScaleRefused(str(found[1]), code=constraint, field=found[0]) if found else None

    return constraints.explained(refusal)


_EDITED = ("name", "host", "port", "prefix", "settings", "with_pieces", "active", "alarm_minutes")


@transaction.atomic
def scale_save(
    scale: LabelScale | None = None,
    *,
    store: Store,
    driver: str,
    name: str,
    prefix: str,
    host: str = "",
    port: int = 0,
    settings: dict[str, Any] | None = None,
    groups: list[Group] | None = None,
    with_pieces: bool = False,
    active: bool = True,
    alarm_minutes: int = 30,
) -> LabelScale:
    """Creates a scale or changes one; its driver stays. Raises ScaleRefused.

    At another address stands another scale, of which nothing is believed.
    """
    saved = scale or LabelScale(store=store, driver=driver)
    moved = scale is not None and (scale.host, scale.port) != (host, port)
    saved.name, saved.host, saved.port, saved.prefix = name.strip(), host.strip().lower(), port, prefix
    saved.settings, saved.with_pieces = _settings(saved.driver, settings or {}), with_pieces
    saved.active, saved.alarm_minutes = active, alarm_minutes
    # It is looked at anew and at once: what kept it waiting may just have been put right.
    saved.seen_version, saved.next_try_at, saved.polled_at = 0, None, None
    forgotten = ["seen_version", "next_try_at", "polled_at"]
    if saved.error == "password":
        saved.hold, saved.error = False, ""
        forgotten += ["hold", "error"]
    with _explained():
        # How the scale is belongs to whoever talks with it just now.
        saved.save(update_fields=None if scale is None else [*_EDITED, *forgotten])
    saved.groups.set(groups or [])
    if moved:
        forget(saved)
    wake.after_commit(TASK)
    return saved


def _settings(driver: str, settings: dict[str, Any]) -> dict[str, Any]:
    try:
        scales.values_of(driver, settings)
    except ConfigError as error:
        raise ScaleRefused(str(error), code="settings") from error
    return settings


def scale_remove(*, scale: LabelScale) -> None:
    """Forgets a scale and what it is believed to hold; the scale itself keeps its goods."""
    scale.delete()


@transaction.atomic
def label_save(*, product: Product, tare: int, shelf_days: int, text: str) -> LabelGoods:
    """Says what labels carry beside name and price, and has every scale looked at. Raises ScaleRefused."""
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    written = "\n".join(line for line in lines if line)
    values = {"tare": tare, "shelf_days": shelf_days, "text": written}
    with _explained():
        saved, _created = LabelGoods.objects.update_or_create(product=product, defaults=values)
    LabelScale.objects.update(seen_version=0)
    wake.after_commit(TASK)
    return saved
