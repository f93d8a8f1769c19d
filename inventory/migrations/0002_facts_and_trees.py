"""What constraints cannot say: facts stay, the tree has no cycle, the periods of a tax do not overlap."""

from django.db import migrations

from core.append_only import AppendOnly

# One lock for the whole tree: two transactions that each move a group below the other would both pass unseen.
GROUP_TREE = """
CREATE FUNCTION kasa_group_has_no_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('inventory_group_tree'));
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT g.parent_id FROM inventory_group g JOIN up ON g.id = up.id WHERE g.parent_id IS NOT NULL
        )
        SELECT 1 FROM up WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'group % would be inside itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'group_tree_has_no_cycle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_tree_has_no_cycle BEFORE INSERT OR UPDATE OF parent_id ON inventory_group
    FOR EACH ROW EXECUTE FUNCTION kasa_group_has_no_cycle();
"""
GROUP_TREE_BACK = """
DROP TRIGGER group_tree_has_no_cycle ON inventory_group;
DROP FUNCTION kasa_group_has_no_cycle();
"""

# An exclusion constraint would need the btree_gist extension, which a plain PostgreSQL does not bring.
TAX_PERIODS = """
CREATE FUNCTION kasa_tax_periods_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('inventory_tax_periods'));
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
CREATE TRIGGER tax_periods_do_not_overlap BEFORE INSERT OR UPDATE ON inventory_tax
    FOR EACH ROW EXECUTE FUNCTION kasa_tax_periods_do_not_overlap();
"""
TAX_PERIODS_BACK = """
DROP TRIGGER tax_periods_do_not_overlap ON inventory_tax;
DROP FUNCTION kasa_tax_periods_do_not_overlap();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        AppendOnly("inventory_price"),
        AppendOnly("inventory_stockmove"),
        migrations.RunSQL(GROUP_TREE, GROUP_TREE_BACK),
        migrations.RunSQL(TAX_PERIODS, TAX_PERIODS_BACK),
    ]
