"""Facts are append-only, and the database is who says so.

`AppendOnly("table")` in a migration puts a trigger on the table that refuses UPDATE, DELETE and TRUNCATE,
whoever asks: the application, a shell or another program. A mistake is put right by a new fact.
"""

from django.db import migrations

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
