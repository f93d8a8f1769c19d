"""Tables of the tills. Only `pos.services` writes them."""

from pos.models.journal import (
    ForkAlarm,
    ItemConflict,
    ItemWarning,
    JournalItem,
    ParkedReceipt,
    QuarantineResolution,
)
from pos.models.layouts import Layout, LayoutAssignment, LayoutVersion, TillGroup, TillGroupMember
from pos.models.pictures import Picture
from pos.models.receipts import (
    Receipt,
    ReceiptDiscount,
    ReceiptLine,
    ReceiptPayment,
    ReceiptPosting,
    ReceiptTax,
)
from pos.models.rulebook import Rulebook
from pos.models.shifts import CashMove, FiscalAct, HoldSettlement, Shift, ShiftClosing, TillEvent
from pos.models.tenders import Tender
from pos.models.tills import Incarnation, MissingRange, Till, TillCode

__all__ = [
    "CashMove",
    "FiscalAct",
    "ForkAlarm",
    "HoldSettlement",
    "Incarnation",
    "ItemConflict",
    "ItemWarning",
    "JournalItem",
    "Layout",
    "LayoutAssignment",
    "LayoutVersion",
    "MissingRange",
    "ParkedReceipt",
    "Picture",
    "QuarantineResolution",
    "Receipt",
    "ReceiptDiscount",
    "ReceiptLine",
    "ReceiptPayment",
    "ReceiptPosting",
    "ReceiptTax",
    "Rulebook",
    "Shift",
    "ShiftClosing",
    "Tender",
    "Till",
    "TillCode",
    "TillEvent",
    "TillGroup",
    "TillGroupMember",
]
