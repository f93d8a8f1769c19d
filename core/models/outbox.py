"""Work that a transaction leaves for a worker; `core.outbox` writes and drains it."""

from django.db import models

from core import ids


class OutboxRow(models.Model):
    """One piece of work. It exists because its business transaction committed, and is done exactly once."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, default=ids.uuid7, editable=False)
    stream = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["stream", "id"], condition=models.Q(done_at=None), name="outbox_waiting"),
        ]
