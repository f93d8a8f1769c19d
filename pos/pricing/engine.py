"""The door to the price engine: runs `static/pricing/engine.js`, the till's own file, inside QuickJS.

Nothing else on the server prices anything. The engine gets JSON and gives JSON; it has no clock, no random
numbers, no `eval` and no way out, and a limit on time, memory and stack. Each thread has a context of its own,
because QuickJS is not made for several threads at once.
"""

import hashlib
import json
import os
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import quickjs

from core import canonical
from core.errors import KasaError

ENGINE_FILE = Path(__file__).resolve().parents[2] / "static" / "pricing" / "engine.js"
MAX_RULEBOOK_BYTES = 16 * 2**20
MAX_CART_BYTES = 4 * 2**20
MEMORY_BYTES = 96 * 2**20
SECONDS = 5.0
BATCH = 200
KEPT_RULEBOOKS = 4

# Whatever is not named here is deleted before the engine's first line runs: no Date, no performance, no eval, no
# promises, no weak references, so the same input can only ever give the same output.
_KEEP = [
    *(
        "Object",
        "Function",
        "Error",
        "TypeError",
        "RangeError",
        "SyntaxError",
        "Array",
        "Number",
        "Boolean",
        "String",
    ),
    *(
        "Symbol",
        "Math",
        "BigInt",
        "JSON",
        "Map",
        "Set",
        "WeakMap",
        "RegExp",
        "Infinity",
        "NaN",
        "undefined",
        "globalThis",
    ),
]
SANDBOX = f"""(() => {{
  const keep = {json.dumps(_KEEP)};
  const kinds = [function () {{}}, function* () {{}}, async function () {{}}, async function* () {{}}];
  for (const kind of kinds) Object.defineProperty(Object.getPrototypeOf(kind), "constructor", {{ value: undefined }});
  for (const name of Object.getOwnPropertyNames(globalThis)) if (!keep.includes(name)) delete globalThis[name];
  delete globalThis.Function;
  delete Math.random;
}})()"""
_DOOR = f"""
{{
  const kept = new Map();
  globalThis.__load = (key, text) => {{
    if (kept.size >= {KEPT_RULEBOOKS}) kept.delete(kept.keys().next().value);
    kept.set(key, JSON.parse(text));
  }};
  globalThis.__holds = (key) => kept.has(key);
  globalThis.__price = (key, text) => JSON.stringify(price(kept.get(key), JSON.parse(text)));
  globalThis.__many = (key, text) => JSON.stringify(JSON.parse(text).map((cart) => {{
    try {{ return {{ priced: price(kept.get(key), cart) }}; }}
    catch (error) {{ return {{ error: String(error) }}; }}
  }}));
  globalThis.__pick = (rows, type, instant) => JSON.stringify(pickPrice(JSON.parse(rows), type, instant));
}}
"""
_REFUSAL = re.compile(r"^Error: ([a-z_]+): (.*)$", re.MULTILINE)


class PricingError(KasaError):
    """The engine refused the rulebook or the cart, or was stopped.

    `code` is the engine's own (RULES.md, section "What is refused") or one of the door's: `too_large`,
    `not_json`, `rulebook_hash_differs`, `time_limit`, `memory_limit`, `stack_limit`, `engine_fault`.
    """

    code = "pricing_refused"


class Engine:
    """One engine in one QuickJS context. Belongs to the thread that made it."""

    def __init__(self, text: str, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        """Loads the engine. Raises PricingError `engine_fault` when `text` is not a price engine."""
        self.broken = False
        self._context = quickjs.Context()
        self._context.set_memory_limit(memory_bytes)
        self._context.set_time_limit(seconds)
        self._run("eval", SANDBOX)
        self._run("module", text + _DOOR)
        if self._context.get("__price") is None:
            self.broken = True
            raise PricingError("The engine's file did not load.", code="engine_fault")

    def price(
        self, rulebook: dict[str, Any], cart: dict[str, Any], rulebook_hash: str | None = None
    ) -> dict[str, Any]:
        """The priced cart. Raises PricingError."""
        key = self._load(rulebook, rulebook_hash)
        answer: dict[str, Any] = self._ask("__price", key, _json(cart, MAX_CART_BYTES))
        return answer

    def price_many(
        self, rulebook: dict[str, Any], carts: Sequence[dict[str, Any]], rulebook_hash: str | None = None
    ) -> list[dict[str, Any] | PricingError]:
        """Each cart priced in one crossing, or the error that it alone met. Raises PricingError when a limit is met."""
        key = self._load(rulebook, rulebook_hash)
        answers = self._ask("__many", key, _json(list(carts), MAX_CART_BYTES))
        return [row["priced"] if "priced" in row else _refusal(row["error"]) for row in answers]

    def pick_price(self, rows: Sequence[dict[str, Any]], kind: str, instant: str) -> dict[str, Any] | None:
        """The row in force (RULES.md G13), or None. Raises PricingError."""
        answer: dict[str, Any] | None = self._ask("__pick", _json(list(rows), MAX_CART_BYTES), kind, instant)
        return answer

    def _load(self, rulebook: dict[str, Any], rulebook_hash: str | None) -> str:
        """Gives the rulebook to the engine unless it holds it already; returns the key it is kept under."""
        if rulebook_hash is not None and self._call("__holds", rulebook_hash):
            return rulebook_hash
        text = _json(rulebook, MAX_RULEBOOK_BYTES)
        if rulebook_hash is not None and canonical.digest(rulebook) != rulebook_hash:
            raise PricingError("The rulebook is not the one its hash names.", code="rulebook_hash_differs")
        key = rulebook_hash or hashlib.sha256(text.encode()).hexdigest()
        if rulebook_hash is not None or not self._call("__holds", key):
            self._call("__load", key, text)
        return key

    def _ask(self, name: str, *arguments: str) -> Any:
        """Calls the engine and reads its answer, which is JSON text or it is no answer."""
        text = self._call(name, *arguments)
        if not isinstance(text, str):
            self.broken = True
            raise PricingError("The engine gave no answer.", code="engine_fault")
        return json.loads(text)

    def _call(self, name: str, *arguments: str) -> Any:
        return self._run("get", name, *arguments)

    def _run(self, how: str, what: str, *arguments: str) -> Any:
        """One entry into QuickJS; every way it can fail becomes a PricingError."""
        try:
            if how != "get":
                return getattr(self._context, how)(what)
            return self._context.get(what)(*arguments)
        except quickjs.StackOverflow as error:
            self.broken = True
            raise PricingError("The engine nested too deeply.", code="stack_limit") from error
        except quickjs.JSException as error:
            refusal = _refusal(str(error))
            # A context that was stopped half-way is not trusted again; a refusal leaves it whole.
            self.broken = self.broken or refusal.code in {"time_limit", "memory_limit", "engine_fault"}
            raise refusal from error


def _json(value: object, limit: int) -> str:
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise PricingError(f"This is not JSON: {error}.", code="not_json") from error
    if len(text) > limit:
        raise PricingError(f"More than {limit} bytes.", code="too_large")
    return text


def _refusal(text: str) -> PricingError:
    """The error that the engine's message names."""
    if text.startswith("InternalError: interrupted"):
        return PricingError("The engine took too long.", code="time_limit")
    if text.startswith("InternalError: out of memory"):
        return PricingError("The engine needed too much memory.", code="memory_limit")
    match = _REFUSAL.match(text)
    if match is None:
        return PricingError(text.splitlines()[0] if text else "The engine failed.", code="engine_fault")
    return PricingError(match[2], code=match[1])


@lru_cache(maxsize=1)
def _source() -> tuple[str, str]:
    """The engine's text and hash, from one reading, so that they can never name different files."""
    data = ENGINE_FILE.read_bytes()
    return data.decode("utf-8"), hashlib.sha256(data).hexdigest()


class _Threads(threading.local):
    engine: Engine | None = None
    process = 0


_threads = _Threads()


def engine() -> Engine:
    """This thread's engine, made on first use, again after a fork and after one was stopped half-way."""
    kept = _threads.engine
    if kept is None or kept.broken or _threads.process != os.getpid():
        kept = Engine(_source()[0])
        _threads.engine, _threads.process = kept, os.getpid()
    return kept


def engine_hash() -> str:
    """Lower-case hex SHA-256 of the engine's file; a receipt carries it as `priced.engine`."""
    return _source()[1]


def price(
    rulebook: dict[str, Any], cart: dict[str, Any], *, rulebook_hash: str | None = None
) -> dict[str, Any]:
    """Prices one cart exactly as the till does; shapes as in RULES.md.

    With `rulebook_hash` (its `canonical.digest`) a rulebook that this thread used before is not sent again.
    Raises PricingError.
    """
    return engine().price(rulebook, cart, rulebook_hash)


def price_many(
    rulebook: dict[str, Any], carts: Sequence[dict[str, Any]], *, rulebook_hash: str | None = None
) -> list[dict[str, Any] | PricingError]:
    """Prices carts over one rulebook in few crossings; a cart that is refused has its error in its place."""
    results: list[dict[str, Any] | PricingError] = []
    for first in range(0, len(carts), BATCH):
        batch = carts[first : first + BATCH]
        try:
            results += engine().price_many(rulebook, batch, rulebook_hash)
        except PricingError:
            # One cart was too much for all; alone each finds its own price or its own error.
            results += [_one_of_many(rulebook, cart, rulebook_hash) for cart in batch]
    return results


def _one_of_many(
    rulebook: dict[str, Any], cart: dict[str, Any], rulebook_hash: str | None
) -> dict[str, Any] | PricingError:
    try:
        return engine().price(rulebook, cart, rulebook_hash)
    except PricingError as error:
        return error


def pick_price(rows: Sequence[dict[str, Any]], kind: str, instant: str) -> dict[str, Any] | None:
    """Of price rows `{id, type, price, from, to}` the one of type `kind` in force at the instant, or None."""
    return engine().pick_price(rows, kind, instant)
