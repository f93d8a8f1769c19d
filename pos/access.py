"""Who may touch what of the tills. Views and sockets reach an object only through these."""

import uuid

from core.errors import KasaError
from core.models import Employee, Store
from core.services.organisation import current_store
from pos.models import ForkAlarm, Incarnation, ItemConflict, JournalItem, Receipt, Shift, Till
from pos.selectors import journal, receipts, shifts, tills
from pos.services.tills import device_by_secret


class NotEnrolled(KasaError):
    """The call carries no till's cookie."""

    code = "not_enrolled"


class Revoked(KasaError):
    """The device was a till once and is one no more."""

    code = "revoked"


def access_store(employee: Employee) -> Store:
    """The store whose tills an employee sees: their own, or this server's."""
    return employee.store or current_store()


def access_till(employee: Employee, till_id: uuid.UUID) -> Till:
    """A till of the employee's store. Raises TillNotFound."""
    return tills.till_get(access_store(employee), till_id)


def access_shift(employee: Employee, shift_id: uuid.UUID) -> Shift:
    """A shift of the employee's store. Raises ShiftNotFound."""
    return shifts.shift_get(access_store(employee), shift_id)


def access_receipt(employee: Employee, receipt_id: uuid.UUID) -> Receipt:
    """A receipt of the employee's store. Raises ReceiptNotFound."""
    return receipts.receipt_get(access_store(employee), receipt_id)


def access_item(employee: Employee, pk: int) -> JournalItem:
    """A journal item of the employee's store. Raises ItemNotFound."""
    return journal.item_get(access_store(employee), pk)


def access_conflict(employee: Employee, pk: int) -> ItemConflict:
    """A conflict of the employee's store. Raises ItemNotFound."""
    conflict = journal.conflicts(access_store(employee), open_only=False).filter(id=pk).first()
    if conflict is None:
        raise journal.ItemNotFound("There is no such conflict.")
    return conflict


def access_fork(employee: Employee, pk: int) -> ForkAlarm:
    """A fork alarm of the employee's store. Raises ItemNotFound."""
    fork = journal.forks(access_store(employee), open_only=False).filter(id=pk).first()
    if fork is None:
        raise journal.ItemNotFound("There is no such alarm.")
    return fork


def access_device(cookie: str | None) -> Incarnation:
    """The device that carries this cookie. Raises NotEnrolled, Revoked."""
    device = device_by_secret(cookie) if cookie else None
    if device is None:
        raise NotEnrolled("This device is not a till of this store.")
    if device.revoked_at is not None:
        raise Revoked("Another device has become this till, or the manager revoked this one.")
    return device
