"""Own INP: what the browser itself reports of every key and touch (Event Timing), as web.dev defines it.

An interaction is one press of a key or one touch; its time runs from the event to the frame that shows what came of it,
and the longest event of an interaction counts. Under 16 ms the browser reports nothing, so that counts as 16.
"""

import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from bench.harness import percentile

LEAST_REPORTED_MS = 16.0
# Digits and letters only type; a scanner sends hundreds of them, which would hide the keys that do something.
WATCH = """() => {
  const seen = new Map(), pressed = new Map();
  const typing = (code) => /^(Digit|Key)|^Numpad\\d/.test(code);
  window.inp = { seen, typed: 0, acted: 0, long: [], frames: [],
    clear() { seen.clear(); this.typed = this.acted = 0; this.long = []; this.frames = []; } };
  addEventListener('keydown', (event) => {
    if (!event.isTrusted) return;
    pressed.set(event.timeStamp, event.code);
    if (typing(event.code)) inp.typed += 1; else inp.acted += 1;
  }, { capture: true });
  addEventListener('pointerup', (event) => { if (event.isTrusted) inp.acted += 1; }, { capture: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) {
    if (!one.interactionId) continue;
    const known = seen.get(one.interactionId) ?? { ms: 0, key: '' };
    known.key ||= pressed.get(one.startTime) ?? '';
    if (one.duration > known.ms) Object.assign(known, { ms: one.duration, event: one.name,
      wait: one.processingStart - one.startTime, work: one.processingEnd - one.processingStart,
      show: one.startTime + one.duration - one.processingEnd, target: one.target?.className ?? '' });
    seen.set(one.interactionId, known);
  } }).observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver((list) => inp.long.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: 'longtask' });
  const place = (script) => script.sourceURL.split('/').pop() + ' ' + (script.sourceFunctionName || script.invoker)
    + ' ' + Math.round(script.duration) + (script.forcedStyleAndLayoutDuration > 1
      ? ', layout in it ' + Math.round(script.forcedStyleAndLayoutDuration) : '');
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.duration > 100) inp.frames.push({
    ms: one.duration, drawn: one.startTime + one.duration - one.styleAndLayoutStart,
    scripts: [...one.scripts].sort((a, b) => b.duration - a.duration).slice(0, 3).map(place) });
  }).observe({ type: 'long-animation-frame' });
}"""
READ = """() => JSON.stringify({ typed: inp.typed, acted: inp.acted, long: inp.long, frames: inp.frames,
  seen: [...inp.seen.values()].map((one) => ({ ...one, typing: /^(Digit|Key)|^Numpad\\d/.test(one.key) })) })"""
FLUSH_MS = 500


@dataclass(frozen=True)
class Interactions:
    """Milliseconds of every interaction and of those that are more than typing; the slowest and their frames in
    words.
    """

    every: list[float]
    acting: list[float]
    long_tasks: list[float]
    worst: list[str]
    frames: list[str]

    def p98(self) -> float:
        """Own INP."""
        return percentile(self.every, 98)


def watch(page: Page) -> None:
    """From here on the page remembers."""
    page.evaluate(WATCH)


def forget(page: Page) -> None:
    """What comes now is counted by itself."""
    page.wait_for_timeout(FLUSH_MS)
    page.evaluate("inp.clear()")


def read(page: Page, worst: int = 6) -> Interactions:
    """What was remembered since the watching began or was begun again."""
    page.wait_for_timeout(FLUSH_MS)
    told: dict[str, Any] = json.loads(page.evaluate(READ))
    seen = sorted(told["seen"], key=lambda one: -one["ms"])
    acting = [one["ms"] for one in seen if not one["typing"]]
    every = [one["ms"] for one in seen]
    words = [
        f"{one['ms']:.0f} ms {one['event']} {one['key'] or one['target'] or '?'}"
        f" (waited {one['wait']:.0f}, worked {one['work']:.0f}, shown after {one['show']:.0f})"
        for one in seen[:worst]
    ]
    slow = sorted(told["frames"], key=lambda one: -one["ms"])[:worst]
    frames = [
        f"{one['ms']:.0f} ms, {one['drawn']:.0f} of them style, layout and paint: {'; '.join(one['scripts'])}"
        for one in slow
    ]
    return Interactions(
        _filled(every, told["typed"] + told["acted"]),
        _filled(acting, told["acted"]),
        told["long"],
        words,
        frames,
    )


def _filled(reported: list[float], count: int) -> list[float]:
    return [*reported, *[LEAST_REPORTED_MS] * max(0, count - len(reported))]
