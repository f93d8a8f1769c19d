"""What every benchmark shares: rows with a baseline of the same run, the machine's noise, a table and JSON.

Absolute times on a shared machine say little. Each figure therefore stands beside a baseline measured in the same
run (raw COPY for uploads, a plain Map for look-ups…), and the spread of a fixed piece of arithmetic shows how
restless the machine was meanwhile.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Row:
    """One figure; `ratio` is value divided by the baseline's value in the same run."""

    name: str
    value: float
    unit: str
    baseline: str = ""
    ratio: float | None = None
    aim: str = ""


@dataclass
class Report:
    """The figures of one benchmark."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, *, baseline: Row | None = None, aim: str = "") -> Row:
        """Adds a figure, beside the baseline when one is given. Returns the row, itself fit as a baseline."""
        ratio = value / baseline.value if baseline and baseline.value else None
        row = Row(name, value, unit, baseline.name if baseline else "", ratio, aim)
        self.rows.append(row)
        return row

    def print(self) -> None:
        """The table for people."""
        print(f"\n{self.title}")
        width = max([len(row.name) for row in self.rows], default=10)
        for row in self.rows:
            ratio = f"{row.ratio:8.3f} × {row.baseline}" if row.ratio is not None else ""
            aim = f"  (aim {row.aim})" if row.aim else ""
            print(f"  {row.name:<{width}}  {row.value:12,.3f} {row.unit:<12}{ratio}{aim}")
        for note in self.notes:
            print(f"  {note}")


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of a non-empty list."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def noise(rounds: int = 40) -> dict[str, float]:
    """Milliseconds of one fixed piece of arithmetic: how fast and how restless the machine is now."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        total = 0
        for number in range(50_000):
            total += number * number % 7
        times.append((time.perf_counter() - begun) * 1000)
    return {
        "min_ms": min(times),
        "median_ms": statistics.median(times),
        "p95_ms": percentile(times, 95),
        "max_ms": max(times),
        "load_1min": os.getloadavg()[0],
    }


def save(reports: Sequence[Report], noise_before: dict[str, float], noise_after: dict[str, float]) -> Path:
    """Writes the run as JSON under bench/results and returns the file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    body = {
        "machine": machine,
        "noise_before": noise_before,
        "noise_after": noise_after,
        "reports": [asdict(report) for report in reports],
    }
    path.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    return path
