"""A module of the till inside QuickJS, asked from Python: the code that the browser runs, without the browser."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import quickjs


class Door:
    """`door` stands behind the module's own text and defines what is called.

    `ask` calls its `__ask(name, arguments)`. Modules that build on each other are given in that order: nothing loads
    them here, so they become one text.
    """

    def __init__(self, module: Path | Sequence[Path], door: str) -> None:
        modules = [module] if isinstance(module, Path) else module
        lines = [line for one in modules for line in one.read_text("utf-8").splitlines()]
        self._text = "\n".join(line for line in lines if not line.startswith("import ")) + door

    @cached_property
    def _context(self) -> quickjs.Context:
        context = quickjs.Context()
        context.module(self._text)
        return context

    def call(self, function: str, argument: Any) -> Any:
        return json.loads(self._context.get(function)(json.dumps(argument)))

    def ask(self, name: str, *arguments: Any) -> Any:
        return json.loads(self._context.get("__ask")(name, json.dumps(arguments)))
