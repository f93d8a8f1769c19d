"""A person's second account; the names of rights follow `core.permissions` from here on, without a migration each."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from core import permissions


class Migration(migrations.Migration):
    dependencies = [("core", "0002_feed_head")]
    operations = [
        migrations.AlterField(
            model_name="role",
            name="permissions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=permissions.CHOICES, max_length=40),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="employee",
            name="same_as",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="other_accounts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="employee",
            constraint=models.CheckConstraint(
                condition=~Q(same_as=F("id")), name="employee_is_not_their_own_second_account"
            ),
        ),
    ]
