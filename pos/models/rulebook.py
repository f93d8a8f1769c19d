"""Rulebooks as they were published: what a receipt's `priced.rulebook` names."""

from django.db import models
from django.db.models import Q


class Rulebook(models.Model):
    """One compiled rulebook, kept for ever under the hash of its canonical JSON. Rows are facts: never changed.

    The database checks that `hash` is the SHA-256 of `body` (migration 0003_rulebook).
    """

    hash = models.CharField(max_length=64, primary_key=True)
    format = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hash__regex="^[0-9a-f]{64}$"), name="rulebook_hash_is_sha256"),
        ]

    def __str__(self) -> str:
        return self.hash[:12]
