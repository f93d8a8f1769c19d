"""Facts are append-only, and the database is who says so.

`AppendOnly("table")` in a migration puts a trigger on the table that refuses UPDATE, DELETE and TRUNCATE,
whoever asks: the application, a shell or another program. A mistake is put right by a new fact.
"""

from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

_FUNCTION = """
CREATE OR REPLACE FUNCTION kasa_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % holds facts: % is refused, write a correcting row instead', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class AppendOnly(migrations.RunSQL):
    """Refuses every change of a row once it is written. Reverse removes the trigger."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=_FUNCTION
            + f"""
CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kasa_append_only();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kasa_append_only();
""",
            reverse_sql=f"""
DROP TRIGGER IF EXISTS append_only_row ON {table};
DROP TRIGGER IF EXISTS append_only_table ON {table};
""",
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return self.__class__.__name__, [self.table], {}


def tables() -> list[str]:
    """Every table that the migrations declare append-only, sorted."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    operations = (op for migration in loader.disk_migrations.values() for op in migration.operations)
    return sorted({op.table for op in operations if isinstance(op, AppendOnly)})


def guarded_tables() -> set[str]:
    """The tables that both triggers guard at this moment in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE t.tgname IN ('append_only_row', 'append_only_table') AND t.tgenabled <> 'D'
               GROUP BY c.relname HAVING count(*) = 2"""
        )
        return {name for (name,) in cursor.fetchall()}
