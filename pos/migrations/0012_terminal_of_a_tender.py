"""The terminal on the bridge that a means of payment charges through."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One field and its rule."""

    dependencies: ClassVar = [("pos", "0011_bonus_holds")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="tender",
            name="terminal",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("terminal", ""),
                    models.Q(("kind", "card"), ("terminal__regex", "^[a-z0-9][a-z0-9_-]{0,31}$")),
                    _connector="OR",
                ),
                name="tender_terminal_is_a_device",
                violation_error_message="A terminal is named as in the bridge: small letters, digits, - and _.",
            ),
        ),
    ]
