"""An index for asking the journal for one kind of event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Rare events (a drawer, a refused approval) are found without reading all others."""

    dependencies = [("pos", "0007_cashdesk_closing")]
    operations = [
        migrations.AddIndex(
            model_name="tillevent",
            index=models.Index(fields=["name", "at"], name="till_event_by_name"),
        )
    ]
