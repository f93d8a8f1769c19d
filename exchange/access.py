"""Who may see and change label scales, what labels say, and recorders. Views reach them only through these."""

import uuid

from django.utils.translation import gettext as _

from core.errors import KasaError
from core.models import Employee, Store
from exchange.models import LabelScale, Recorder
from inventory.models import Product


class NotAllowed(KasaError):
    """The employee's role does not grant this."""

    code = "forbidden"


class NoScale(KasaError):
    """There is no such scale in this store."""

    code = "not_found"


def access_scale(employee: Employee, store: Store, scale_id: uuid.UUID) -> LabelScale:
    """A scale of the store that the employee may look at, change and load. Raises NotAllowed, NoScale."""
    access_scales(employee, store)
    scale = LabelScale.objects.select_related("store__company").filter(store=store, id=scale_id).first()
    if scale is None:
        raise NoScale(_("There is no such scale."))
    return scale


def access_scales(employee: Employee, store: Store) -> None:
    """Whether the employee may handle the scales of this store at all. Raises NotAllowed."""
    if not employee.may("tills.manage") or employee.store_id not in (None, store.id):
        raise NotAllowed(_("Your role does not manage the scales of this store."))


def access_label_change(employee: Employee, product_id: uuid.UUID) -> Product:
    """Goods whose label the employee may change. Raises NotAllowed, NoScale."""
    if not employee.may("goods.edit"):
        raise NotAllowed(_("Your role does not edit goods."))
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NoScale(_("There are no such goods."))
    return product


class NoRecorder(KasaError):
    """There is no such recorder in this store."""

    code = "not_found"


def access_recorders(employee: Employee, store: Store) -> None:
    """Whether the employee may send the store's acts to recorders. Raises NotAllowed.

    Whoever may chooses addresses that this server calls, inside the shop's network too: it is the administrator's.
    """
    if not employee.may("settings.edit") or employee.store_id not in (None, store.id):
        raise NotAllowed(_("Your role does not change the settings of this store."))


def access_recorder(employee: Employee, store: Store, recorder_id: uuid.UUID) -> Recorder:
    """A recorder of the store that the employee may look at and change. Raises NotAllowed, NoRecorder."""
    access_recorders(employee, store)
    recorder = Recorder.objects.filter(store=store, id=recorder_id).first()
    if recorder is None:
        raise NoRecorder(_("There is no such recorder."))
    return recorder
