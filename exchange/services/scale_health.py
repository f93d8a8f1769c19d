"""How a scale is: when it last answered, since when it does not, when that is an alarm, and when it is tried again."""

import logging
from datetime import datetime, timedelta

from exchange.models import LabelScale
from exchange.scales.contract import Busy, Locked, ScaleError

log = logging.getLogger(__name__)

SLOWEST_RETRY = timedelta(seconds=60)
AFTER_BUSY = timedelta(seconds=15)


def answered(scale: LabelScale, now: datetime) -> None:
    """It has answered: whatever was wrong with its line is over."""
    if scale.alarm_since is not None:
        log.warning("label scale %s is back after %s", scale.name, now - (scale.failing_since or now))
    _set(scale, seen_at=now, failing_since=None, failures=0, next_try_at=None, alarm_since=None, error="")


def failed(scale: LabelScale, error: ScaleError, now: datetime) -> None:
    """It could not be talked to. A scale whose menu is open has answered; one that refuses the password is let be."""
    if isinstance(error, Busy):
        answered(scale, now)
        _set(scale, next_try_at=now + AFTER_BUSY, error=error.code)
        return
    failures = scale.failures + 1
    since = scale.failing_since or now
    late = now - since >= timedelta(minutes=scale.alarm_minutes)
    if late and scale.alarm_since is None:
        log.error("label scale %s cannot be loaded since %s: %s", scale.name, since, error.message)
    _set(
        scale,
        failing_since=since,
        failures=failures,
        next_try_at=now + min(SLOWEST_RETRY, timedelta(seconds=2 ** min(failures, 10))),
        alarm_since=scale.alarm_since or (now if late else None),
        error=error.code,
        # Some scales lock themselves after a few wrong passwords, so only a person tries again.
        hold=scale.hold or isinstance(error, Locked),
    )


def _set(scale: LabelScale, **values: object) -> None:
    """Writes only these columns: the others belong to whoever edits the scale meanwhile."""
    for name, value in values.items():
        setattr(scale, name, value)
    LabelScale.objects.filter(id=scale.id).update(**values)
