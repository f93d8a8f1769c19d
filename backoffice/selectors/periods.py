"""Days of the store's calendar as instants, for lists that are asked by day and kept by instant."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.models import Store


def begin(store: Store, day: date) -> datetime:
    """The first instant of a day on the store's wall clock."""
    return datetime.combine(day, time(), ZoneInfo(store.time_zone))


def end(store: Store, day: date) -> datetime:
    """The first instant after a day."""
    return begin(store, day + timedelta(days=1)) if day < date.max else begin(store, day)
