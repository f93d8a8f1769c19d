"""Inserting thousands of rows: COPY, which costs PostgreSQL and us a fraction of what INSERT with parameters does."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

# Below this a plain INSERT is as quick and keeps statement logs readable.
COPY_FROM = 100


def insert(rows: Sequence[Model]) -> None:
    """Inserts new rows of one model whose keys are made here, all columns given. Raises IntegrityError.

    Inside the caller's transaction; a broken constraint spoils it, as with any INSERT.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < COPY_FROM:
        model._default_manager.bulk_create(rows)
        return
    meta = model._meta
    names = [field.attname for field in meta.concrete_fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in meta.concrete_fields)
    statement = f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([values[name] for name in names])
