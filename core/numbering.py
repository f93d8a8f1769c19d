"""Gapless numbers, given at posting and never before."""

from django.db import connection, transaction


def next_number(name: str, scope: str = "") -> int:
    """The next number of a series, from 1, without gaps.

    The series' row stays locked until the surrounding transaction ends, so a rollback gives the number back
    and two postings never share one. Must run inside a transaction.
    """
    assert transaction.get_connection().in_atomic_block, "a number belongs to the transaction that posts"
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_series (name, scope, last) VALUES (%s, %s, 1)
               ON CONFLICT (name, scope) DO UPDATE SET last = core_series.last + 1 RETURNING last""",
            [name, scope],
        )
        return int(cursor.fetchone()[0])
