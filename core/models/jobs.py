"""Long work with progress; `core.jobs` starts, steps and ends it."""

from django.conf import settings
from django.db import models

from core.fields import Uuid7Field


class Job(models.Model):
    """One run of long work: who asked, how far it is, what came out."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = Uuid7Field()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=300, default="", blank=True)
    result = models.JSONField(null=True)
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="job_by_state")]

    @property
    def percent(self) -> int:
        """Whole percent done, 0 to 100; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)
