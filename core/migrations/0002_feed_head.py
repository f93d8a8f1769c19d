"""The feed begins: its one head row, with an epoch of this installation's own."""

import hashlib
import uuid

from django.db import migrations


def begin(apps, schema_editor):
    epoch = uuid.uuid4()
    apps.get_model("core", "FeedHead").objects.get_or_create(
        id=1, defaults={"epoch": epoch, "chain": hashlib.sha256(epoch.bytes).hexdigest()}
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
