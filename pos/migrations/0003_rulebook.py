"""Rulebooks under their hash; the database itself checks that the hash is that of the body."""

from django.db import migrations, models

from core.append_only import AppendOnly

HASH_IS_OF_BODY = """
ALTER TABLE pos_rulebook ADD CONSTRAINT rulebook_hash_is_of_its_body
    CHECK (hash = encode(sha256(convert_to(body, 'UTF8')), 'hex'));
"""


class Migration(migrations.Migration):
    dependencies = [("pos", "0002_facts")]

    operations = [
        migrations.CreateModel(
            name="Rulebook",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("format", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="rulebook_hash_is_sha256"
                    )
                ]
            },
        ),
        migrations.RunSQL(
            sql=HASH_IS_OF_BODY,
            reverse_sql="ALTER TABLE pos_rulebook DROP CONSTRAINT rulebook_hash_is_of_its_body;",
        ),
        AppendOnly("pos_rulebook"),
    ]
