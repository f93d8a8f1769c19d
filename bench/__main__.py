"""`python -m bench [NAME …]`: runs the named benchmarks, all of them when none is named."""

import importlib
import sys
from pathlib import Path

from bench.harness import Report, noise, save


def names() -> list[str]:
    """Every module of this folder that has a `run() -> Report`."""
    folder = Path(__file__).resolve().parent
    return sorted(
        path.stem for path in folder.glob("*.py") if path.stem not in ("__init__", "__main__", "harness")
    )


def main(wanted: list[str]) -> int:
    """Runs, prints and saves. Returns the exit code."""
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(names())}.")
        return 2
    before = noise()
    reports: list[Report] = []
    for name in wanted or names():
        print(f"… {name}", flush=True)
        report: Report = importlib.import_module(f"bench.{name}").run()
        report.print()
        reports.append(report)
    after = noise()
    print(
        f"\nnoise before {before['median_ms']:.2f} ms (p95 {before['p95_ms']:.2f}, load {before['load_1min']:.2f}), "
        f"after {after['median_ms']:.2f} ms (p95 {after['p95_ms']:.2f}, load {after['load_1min']:.2f})"
    )
    print(f"saved {save(reports, before, after)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
