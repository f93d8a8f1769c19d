"""What a till said stays as it was said, and the sums on every receipt agree, whoever writes."""

from django.db import migrations

from core.append_only import AppendOnly

# price × quantity may pass 2^63, so the product is taken in numeric; both are never negative, so half-up is + 500.
GROSS = """
ALTER TABLE pos_receiptline ADD CONSTRAINT receipt_line_gross
    CHECK (gross = div(price::numeric * quantity + 500, 1000));
"""
GROSS_BACK = "ALTER TABLE pos_receiptline DROP CONSTRAINT receipt_line_gross;"

# Deferred to COMMIT, because a receipt's rows arrive in several statements of one transaction.
SUMS = """
CREATE FUNCTION kasa_receipt_sums_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines record;
    paid bigint;
    tax_sum bigint;
BEGIN
    SELECT count(*) AS count, coalesce(sum(total), 0) AS total, coalesce(sum(discount), 0) AS discount,
           coalesce(sum(tax_amount), 0) AS tax
        INTO lines FROM pos_receiptline WHERE receipt_id = NEW.id;
    SELECT coalesce(sum(amount), 0) INTO paid FROM pos_receiptpayment WHERE receipt_id = NEW.id;
    SELECT coalesce(sum(tax), 0) INTO tax_sum FROM pos_receipttax WHERE receipt_id = NEW.id;
    IF lines.count <> NEW.line_count OR lines.total <> NEW.total OR lines.discount <> NEW.discount_total
       OR lines.tax <> NEW.tax_total OR tax_sum <> NEW.tax_total OR paid <> NEW.due THEN
        RAISE EXCEPTION 'receipt %: its lines, taxes and payments do not add up to its totals', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_sums_agree';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER receipt_sums_agree AFTER INSERT ON pos_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kasa_receipt_sums_agree();
"""
SUMS_BACK = """
DROP TRIGGER receipt_sums_agree ON pos_receipt;
DROP FUNCTION kasa_receipt_sums_agree();
"""

FACTS = [
    "pos_journalitem",
    "pos_quarantineresolution",
    "pos_itemwarning",
    "pos_receipt",
    "pos_receiptline",
    "pos_receiptdiscount",
    "pos_receipttax",
    "pos_receiptpayment",
    "pos_shift",
    "pos_shiftclosing",
    "pos_cashmove",
    "pos_tillevent",
    "pos_fiscalact",
    "pos_holdsettlement",
]


class Migration(migrations.Migration):
    """Triggers and the one check that Django cannot spell."""

    dependencies = [("pos", "0001_initial")]
    operations = [
        migrations.RunSQL(GROSS, GROSS_BACK),
        migrations.RunSQL(SUMS, SUMS_BACK),
        *[AppendOnly(table) for table in FACTS],
    ]
