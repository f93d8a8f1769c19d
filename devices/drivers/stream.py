"""Cuts a stream of bytes, however it arrives, into lines or into frames of a known shape. Pure."""

import re


class Lines:
    """What stands before each end. A line longer than `most` is noise, up to its end."""

    def __init__(self, ends: re.Pattern[bytes], most: int) -> None:
        self._ends = ends
        self._most = most
        self._waiting = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        *whole, self._waiting = self._ends.split(self._waiting + data)
        lines = [line for n, line in enumerate(whole) if not (n == 0 and self._skipping)]
        self._skipping = self._skipping and not whole
        if len(self._waiting) > self._most:
            # The rest of this endless line is noise too, up to its end.
            self._waiting, self._skipping = b"", True
        return [line for line in lines if len(line) <= self._most]

    def forget(self) -> None:
        """Drop half a line, as after an unplugged cable."""
        self._waiting, self._skipping = b"", False


class Shapes:
    """What fits a pattern that matches whole frames only; whatever stands between them is noise.

    `longest` is the length of the longest frame: so much of the end is kept, in case a frame has begun there.
    """

    def __init__(self, shape: re.Pattern[bytes], longest: int) -> None:
        self._shape = shape
        self._longest = longest
        self._waiting = b""

    def feed(self, data: bytes) -> list[re.Match[bytes]]:
        self._waiting += data
        found = list(self._shape.finditer(self._waiting))
        end = found[-1].end() if found else 0
        self._waiting = self._waiting[max(end, len(self._waiting) - self._longest) :]
        return found

    def forget(self) -> None:
        self._waiting = b""
