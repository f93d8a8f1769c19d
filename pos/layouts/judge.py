"""The door to the judge of layouts: runs the till's own modules (static/till/models/layout-*.js) inside QuickJS.

What a till refuses to draw, the server refuses to keep, because both ask the same lines. The modules are pure: JSON in,
JSON out, no clock, no way out, and a limit on time and memory. Each thread has a context of its own.
"""

import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import quickjs
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from core import canonical
from core.errors import KasaError
from pos.pricing.engine import SANDBOX

TILL = Path(__file__).resolve().parents[2] / "static" / "till"
# In the order in which they need each other.
MODULES = (
    "ui/actions.js",
    "models/factory.js",
    "models/presets.js",
    "models/layout-rules.js",
    "models/layout-checks.js",
)
MAX_BYTES = 64 * 1024
MEMORY_BYTES = 32 * 2**20
SECONDS = 2.0

_IMPORT = re.compile(r'^import \{([^}]*)\} from "[^"]+";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (function|const) (\w+)", re.MULTILINE)
_DOOR = """
const known = shared.actions((text) => text);
const nobody = { till: { state: { cardTenders: [] }, status: {} } };
globalThis.__catalogue = () => JSON.stringify(Object.entries(known).map(([id, one]) => ({
  id, name: one.name(nobody), at: one.at, right: one.right ?? "", params: one.params ?? {} })));
globalThis.__presets = () => JSON.stringify(shared.PRESETS);
globalThis.__faults = (text) => JSON.stringify(shared.faults(JSON.parse(text), known));
globalThis.__checks = (text, names) => JSON.stringify(shared.checks(JSON.parse(text), known, JSON.parse(names)));
"""


class JudgeStopped(KasaError):
    """The judge met its limit of time or memory, so nothing is known about the layout and it is not kept."""

    code = "layout_too_much"


@dataclass(frozen=True)
class Action:
    """One thing that a key or a button can do. `name` is the English source of its words."""

    id: str
    name: str
    at: str
    right: str
    params: dict[str, str]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a layout, and where in it."""

    code: str
    at: str
    args: dict[str, Any]


@lru_cache(maxsize=4)
def _source(_signature: tuple[int, ...]) -> str:
    """The modules as one script: each in a scope of its own, its exports on one shared object."""
    parts = ["'use strict'; const shared = {};"]
    for name in MODULES:
        text = (TILL / name).read_text("utf-8")
        exports = ", ".join(found[1] for found in _EXPORT.findall(text))
        body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r"const {\1} = shared;", text))
        parts.append(f"(() => {{\n{body}\nObject.assign(shared, {{ {exports} }});\n}})();")
    return "\n".join([*parts, _DOOR])


def _signature() -> tuple[int, ...]:
    return tuple((TILL / name).stat().st_mtime_ns for name in MODULES)


_local = threading.local()


def _context() -> Any:
    """This thread's context, made again when a module changed or the last question stopped it half-way."""
    signature = _signature()
    if getattr(_local, "signature", None) != signature:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_BYTES)
        context.set_time_limit(SECONDS)
        context.eval(SANDBOX)
        context.eval(f"(() => {{ {_source(signature)} }})()")
        _local.context, _local.signature = context, signature
    return _local.context


def _ask(name: str, *arguments: str) -> Any:
    try:
        return json.loads(_context().get(name)(*arguments))
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        _local.signature = None
        raise JudgeStopped(gettext("This layout is too much to be checked.")) from error


@lru_cache(maxsize=4)
def _catalogue(_signature: tuple[int, ...]) -> tuple[Action, ...]:
    return tuple(Action(**row) for row in _ask("__catalogue"))


def catalogue() -> tuple[Action, ...]:
    """Every action of the till, as static/till/ui/actions.js lists them."""
    return _catalogue(_signature())


def presets() -> dict[str, dict[str, Any]]:
    """The layouts that come with the program, by name; `factory` is among them."""
    found: dict[str, dict[str, Any]] = _ask("__presets")
    return found


def names() -> dict[str, dict[str, str]]:
    """What each action is called, by id and language."""
    # Asked for once: while new program files are put in place, two questions may get two lists.
    listed = catalogue()
    found: dict[str, dict[str, str]] = {action.id: {} for action in listed}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for action in listed:
                found[action.id][code] = gettext(action.name)
    return found


def read(text: str | bytes) -> Any:
    """The layout written in `text`. Raises ProtocolError (`too_large`, `bad_request`) as core.canonical does."""
    value = canonical.parse(text, MAX_BYTES)
    canonical.encode(value)
    return value


def faults(value: Any) -> list[Finding]:
    """What makes the layout impossible to draw. Raises JudgeStopped."""
    return [Finding(**row) for row in _ask("__faults", json.dumps(value))]


def checks(value: Any) -> list[Finding]:
    """What keeps a layout without faults from being published. Raises JudgeStopped."""
    return [Finding(**row) for row in _ask("__checks", json.dumps(value), json.dumps(names()))]
