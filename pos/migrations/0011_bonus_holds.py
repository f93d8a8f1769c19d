"""What a till said of a hold is looked up by the hold."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies: ClassVar = [("pos", "0010_customers_receipts"), ("loyalty", "0006_bonus")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="holdsettlement",
            index=models.Index(fields=["hold_id"], name="hold_settlement_by_hold"),
        )
    ]
