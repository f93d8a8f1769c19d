"""A module of the till inside QuickJS, asked from Python: the code that the browser runs, without the browser."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import quickjs


class Door:
    """`door` stands behind the module's own text and defines what is called.

    `ask` calls its `__ask(name, arguments)`.
    """

    def __init__(self, module: Path, door: str) -> None:
        self._text = module.read_text("utf-8") + door

    @cached_property
    def _context(self) -> quickjs.Context:
        context = quickjs.Context()
        context.module(self._text)
        return context

    def call(self, function: str, argument: Any) -> Any:
        return json.loads(self._context.get(function)(json.dumps(argument)))

    def ask(self, name: str, *arguments: Any) -> Any:
        return json.loads(self._context.get("__ask")(name, json.dumps(arguments)))
