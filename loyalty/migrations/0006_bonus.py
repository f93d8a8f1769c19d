"""Bonus accounts: an append-only ledger and holds that are resolved once."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import core.fields
import core.ids
from core.append_only import AppendOnly

# What a hold says of whom, how much and for what never changes, and what became of it is written once.
RESOLVED_ONCE = """
CREATE FUNCTION loyalty_hold_resolved_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open'
       OR (NEW.id, NEW.customer_id, NEW.amount, NEW.receipt, NEW.till, NEW.at)
          IS DISTINCT FROM (OLD.id, OLD.customer_id, OLD.amount, OLD.receipt, OLD.till, OLD.at) THEN
        RAISE EXCEPTION 'bonus hold % is resolved once: % is refused', OLD.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER resolved_once BEFORE UPDATE OR DELETE ON loyalty_bonushold
    FOR EACH ROW EXECUTE FUNCTION loyalty_hold_resolved_once();
"""
UNDO = "DROP TRIGGER resolved_once ON loyalty_bonushold; DROP FUNCTION loyalty_hold_resolved_once();"


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0005_message_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="BonusHold",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("amount", core.fields.MoneyField()),
                ("receipt", models.UUIDField(null=True)),
                ("till", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("redeemed", core.fields.MoneyField(default=0)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolution", models.UUIDField(null=True)),
                ("by", models.UUIDField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bonus_holds",
                        to="loyalty.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="BonusEntry",
            fields=[
                (
                    "id",
                    core.fields.Uuid7Field(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("accrue", "Accrue"),
                            ("redeem", "Redeem"),
                            ("return_accrual", "Return Accrual"),
                            ("return_redeem", "Return Redeem"),
                            ("adjust", "Adjust"),
                        ],
                        max_length=14,
                    ),
                ),
                ("points", core.fields.MoneyField()),
                ("credit", core.fields.MoneyField(default=0)),
                ("receipt", models.UUIDField(null=True)),
                ("origin", models.UUIDField(null=True)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bonus_entries",
                        to="loyalty.customer",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="loyalty.bonushold",
                    ),
                ),
            ],
            options={
                "ordering": ["-recorded_at", "-id"],
            },
        ),
        migrations.AddIndex(
            model_name="bonushold",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["customer"], name="bonus_hold_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="bonushold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gte", 0), ("state", "cancelled")),
                    models.Q(("amount__gt", 0), ("customer__isnull", False)),
                    _connector="OR",
                ),
                name="bonus_hold_holds_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonushold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("redeemed", 0), ("resolution", None), ("resolved_at", None), ("state", "open")),
                    models.Q(
                        ("redeemed__gte", 0),
                        ("redeemed__lte", models.F("amount")),
                        ("resolved_at__isnull", False),
                        ("state", "confirmed"),
                    ),
                    models.Q(("redeemed", 0), ("resolved_at__isnull", False), ("state", "cancelled")),
                    _connector="OR",
                ),
                name="bonus_hold_state_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonushold",
            constraint=models.UniqueConstraint(
                fields=("resolution",), name="bonus_hold_resolution_is_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="bonusentry",
            index=models.Index(fields=["customer", "-recorded_at", "-id"], name="bonus_entry_by_account"),
        ),
        migrations.AddIndex(
            model_name="bonusentry",
            index=models.Index(
                condition=models.Q(("origin__isnull", False)), fields=["origin"], name="bonus_entry_by_origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="bonusentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["accrue", "return_redeem"]), ("points__gt", 0)),
                    models.Q(("kind__in", ["redeem", "return_accrual"]), ("points__lt", 0)),
                    models.Q(("kind", "adjust"), models.Q(("points", 0), _negated=True)),
                    _connector="OR",
                ),
                name="bonus_entry_sign_fits_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonusentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("by__isnull", False),
                        ("kind", "adjust"),
                        ("origin", None),
                        ("receipt", None),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("by", None),
                        ("origin__isnull", False),
                        ("reason", ""),
                        ("receipt__isnull", False),
                        models.Q(
                            models.Q(("kind__in", ["accrue", "redeem"]), ("origin", models.F("receipt"))),
                            ("kind__in", ["return_accrual", "return_redeem"]),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="bonus_entry_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonusentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit", 0),
                    models.Q(
                        ("credit__gt", 0),
                        ("kind", "redeem"),
                        (
                            "points__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("credit"), "*", models.Value(-1)
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="bonus_entry_credit_is_of_a_redemption",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonusentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("hold", None), ("kind", "redeem"), _connector="OR"),
                name="bonus_entry_hold_is_redeemed",
            ),
        ),
        migrations.AddConstraint(
            model_name="bonusentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("receipt__isnull", False)),
                fields=("receipt", "origin", "kind", "hold"),
                name="bonus_entry_is_booked_once",
                nulls_distinct=False,
            ),
        ),
        AppendOnly("loyalty_bonusentry"),
        migrations.RunSQL(RESOLVED_ONCE, UNDO),
    ]
