"""Layouts of the sale screen: drafts, published versions (facts), groups of tills, who uses what."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.append_only
import core.fields
import core.ids

HASH_IS_OF_BODY = """
ALTER TABLE pos_layoutversion ADD CONSTRAINT layout_version_hash_is_of_its_body
    CHECK (hash = encode(sha256(convert_to(body, 'UTF8')), 'hex'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_feed_head"),
        ("pos", "0008_journal_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                (
                    "id",
                    core.fields.Uuid7Field(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("draft", models.TextField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LayoutVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("hash", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("published_at", models.DateTimeField()),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="pos.layout"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TillGroup",
            fields=[
                (
                    "id",
                    core.fields.Uuid7Field(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="till_groups",
                        to="core.store",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LayoutAssignment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("cashier", "Cashier"),
                            ("till", "Till"),
                            ("group", "Group"),
                            ("store", "Store"),
                            ("chain", "Chain"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "cashier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="pos.layout",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.store",
                    ),
                ),
                (
                    "till",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pos.till",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pos.tillgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TillGroupMember",
            fields=[
                (
                    "till",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="group_membership",
                        serialize=False,
                        to="pos.till",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="pos.tillgroup",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="layout",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="layout_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="layout",
            constraint=models.CheckConstraint(
                condition=models.Q(("revision__gte", 1)), name="layout_revision_counts_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutversion",
            constraint=models.UniqueConstraint(fields=("layout", "version"), name="layout_version_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="layoutversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="layout_version_counts_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="tillgroup",
            constraint=models.UniqueConstraint(fields=("store", "name"), name="till_group_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="tillgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="till_group_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cashier__isnull", False),
                        ("group", None),
                        ("level", "cashier"),
                        ("store", None),
                        ("till", None),
                    ),
                    models.Q(
                        ("cashier", None),
                        ("group", None),
                        ("level", "till"),
                        ("store", None),
                        ("till__isnull", False),
                    ),
                    models.Q(
                        ("cashier", None),
                        ("group__isnull", False),
                        ("level", "group"),
                        ("store", None),
                        ("till", None),
                    ),
                    models.Q(
                        ("cashier", None),
                        ("group", None),
                        ("level", "store"),
                        ("store__isnull", False),
                        ("till", None),
                    ),
                    models.Q(
                        ("cashier", None),
                        ("group", None),
                        ("level", "chain"),
                        ("store", None),
                        ("till", None),
                    ),
                    _connector="OR",
                ),
                name="layout_assignment_names_its_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", "cashier")),
                fields=("cashier",),
                name="layout_is_one_for_each_cashier",
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", "till")), fields=("till",), name="layout_is_one_for_each_till"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", "group")), fields=("group",), name="layout_is_one_for_each_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", "store")), fields=("store",), name="layout_is_one_for_each_store"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", "chain")), fields=("level",), name="layout_is_one_for_the_chain"
            ),
        ),
        migrations.RunSQL(
            sql=HASH_IS_OF_BODY,
            reverse_sql="ALTER TABLE pos_layoutversion DROP CONSTRAINT layout_version_hash_is_of_its_body;",
        ),
        core.append_only.AppendOnly("pos_layoutversion"),
    ]
