"""What a closing says besides its count: who allowed it, why, whether it was forced, and other devices' counters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pos", "0006_goods_line_price_from")]
    operations = [
        migrations.AddField("shiftclosing", "approved_by_id", models.UUIDField(null=True)),
        migrations.AddField("shiftclosing", "reason", models.CharField(max_length=200, null=True)),
        migrations.AddField("shiftclosing", "forced", models.BooleanField(default=False)),
        migrations.AddField("shiftclosing", "checks", models.JSONField(null=True)),
    ]
