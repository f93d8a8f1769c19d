"""Leaves a period that ends before it begins to its own constraint, which refuses it by name."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION kasa_tax_periods_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('inventory_tax_periods'));
    IF NEW.valid_to < NEW.valid_from THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM inventory_tax t
        WHERE t.country = NEW.country AND t.code = NEW.code AND t.id <> NEW.id
          AND daterange(t.valid_from, t.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
    ) THEN
        RAISE EXCEPTION 'tax % % would have two rates on one day', NEW.country, NEW.code
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'tax_periods_do_not_overlap';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_content_and_its_unit")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
