"""Fixtures of the tills' tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest

from tests.pos.shop import Desk, Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop with goods."""
    return make_shop()


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """Till 1, just enrolled."""
    return Desk.enrolled(shop)


class SqlCounter:
    """Counts what psycopg sends: statements and COPY, whoever sends them."""

    def __init__(self) -> None:
        self.count = 0
        self.statements: list[str] = []

    def note(self, statement: object) -> None:
        """One more."""
        self.count += 1
        self.statements.append(str(statement)[:80])


@pytest.fixture
def count_sql(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[SqlCounter]]:
    """A context manager that counts the statements sent inside it."""

    @contextmanager
    def counting() -> Iterator[SqlCounter]:
        counter = SqlCounter()
        execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy

        def counted_execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            counter.note(query)
            return execute(self, query, *args, **kwargs)

        def counted_copy(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
            counter.note(statement)
            return copy(self, statement, *args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counted_execute)
            patch.setattr(psycopg.Cursor, "copy", counted_copy)
            yield counter

    return counting
