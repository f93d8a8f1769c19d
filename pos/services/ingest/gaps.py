"""Which places of one chain have arrived: `through`, `top` and the missing ranges between them. Pure."""

from bisect import bisect_right


class Gaps:
    """`through` is the highest seq with nothing missing before it, `top` the highest that arrived.

    Ranges are (first, last), both included, sorted and apart from each other.
    """

    def __init__(self, through: int, top: int, missing: list[tuple[int, int]]) -> None:
        self.top = top
        self.missing = missing
        self._before = (through, top, tuple(missing))

    @property
    def through(self) -> int:
        """Derived, never kept apart: what lies before the first missing item."""
        return self.missing[0][0] - 1 if self.missing else self.top

    @property
    def changed(self) -> bool:
        """Whether anything must be written."""
        return self._before != (self.through, self.top, tuple(self.missing))

    def removed(self) -> list[int]:
        """First places of ranges that are no more as they were."""
        now = set(self.missing)
        return [entry[0] for entry in self._before[2] if entry not in now]

    def added(self) -> list[tuple[int, int]]:
        """Ranges that were not there before."""
        before = set(self._before[2])
        return [entry for entry in self.missing if entry not in before]

    def receive(self, seq: int) -> None:
        """Marks one place as arrived."""
        if seq > self.top:
            if seq > self.top + 1:
                self.missing.append((self.top + 1, seq - 1))
            self.top = seq
            return
        at = bisect_right(self.missing, (seq, 2**63)) - 1
        if at < 0 or self.missing[at][1] < seq:
            return
        first, last = self.missing[at]
        self.missing[at : at + 1] = [
            part for part in ((first, seq - 1), (seq + 1, last)) if part[0] <= part[1]
        ]

    def missing_between(self, low: int, high: int) -> int:
        """How many places strictly between two are missing; what lies above `top` is missing too."""
        count = 0
        for first, last in self.missing:
            count += max(0, min(last, high - 1) - max(first, low + 1) + 1)
        return count + max(0, high - 1 - max(self.top, low))
