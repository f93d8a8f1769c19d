"""Facts cannot be changed, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from core import append_only


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE fact SET amount = 2", "DELETE FROM fact", "TRUNCATE fact"])
def test_the_database_refuses_to_change_a_fact(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fact (id int PRIMARY KEY, amount int)")
        cursor.execute(str(append_only.AppendOnly("fact").sql))
        cursor.execute("INSERT INTO fact VALUES (1, 1)")
        with pytest.raises(IntegrityError, match="holds facts"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("SELECT amount FROM fact")
        assert cursor.fetchall() == [(1,)]


@pytest.mark.django_db
def test_every_table_that_migrations_declare_as_facts_is_guarded() -> None:
    assert set(append_only.tables()) == append_only.guarded_tables() & set(append_only.tables())
    assert append_only.tables(), "the house has no facts at all"
