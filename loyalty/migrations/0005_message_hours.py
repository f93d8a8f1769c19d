"""What a message's `hours` may hold, said by the database itself, as for promotions (0002_params)."""

from typing import ClassVar

from django.db import migrations

ADD = (
    "ALTER TABLE loyalty_messagerule ADD CONSTRAINT message_hours_are_pairs CHECK (loyalty_hours_fit(hours))"
)
DROP = "ALTER TABLE loyalty_messagerule DROP CONSTRAINT message_hours_are_pairs"


class Migration(migrations.Migration):
    """Runs after the table exists."""

    dependencies: ClassVar = [("loyalty", "0004_messages")]
    operations: ClassVar = [migrations.RunSQL(ADD, DROP)]
