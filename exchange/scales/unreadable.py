"""Scales that take goods and cannot be asked for them."""

from django.utils.translation import gettext as _

from exchange.scales.contract import NotUnderstood
from exchange.scales.plu import Plu
from exchange.scales.wires import Wire


class Unreadable:
    """What the talks of such scales share; their manifests have no ability `read`."""

    _wire: Wire

    def read(self, number: int) -> dict[str, object] | None:
        raise NotUnderstood(_("This scale's goods cannot be read back."))

    def shows(self, plu: Plu) -> dict[str, object]:
        return {}

    def close(self) -> None:
        self._wire.close()
