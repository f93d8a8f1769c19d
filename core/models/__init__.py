"""The ground's tables: organisation, feed, outbox, jobs, numbering, settings."""

from core.models.feed import FeedHead, FeedMark, FeedRow
from core.models.jobs import Job
from core.models.numbering import Series
from core.models.organisation import Company, Employee, Role, Setting, Store
from core.models.outbox import OutboxRow

__all__ = [
    "Company",
    "Employee",
    "FeedHead",
    "FeedMark",
    "FeedRow",
    "Job",
    "OutboxRow",
    "Role",
    "Series",
    "Setting",
    "Store",
]
