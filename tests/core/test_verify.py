"""`manage.py verify` is clean on a sound database and names the culprit on a broken one."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from core import append_only
from core.models import FeedRow
from tests.conftest import Cast


def verify() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_sound_database_verifies(cast: Cast) -> None:
    code, report = verify()
    assert code == 0, report


@pytest.mark.django_db(transaction=True)
def test_a_feed_row_that_says_something_else_than_its_table_is_named(cast: Cast) -> None:
    FeedRow.objects.filter(kind="employee", key=str(cast.cashier.id)).update(data='{"name":"Somebody"}')
    code, report = verify()
    assert code == 1
    assert f"feed employee {cast.cashier.id}" in report


@pytest.mark.django_db(transaction=True)
def test_a_table_of_facts_without_its_guard_is_named(cast: Cast) -> None:
    table = append_only.tables()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_row")
    try:
        code, report = verify()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only_row")
    assert code == 1
    assert f"table {table}" in report
