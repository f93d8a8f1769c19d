"""Pictures that the shop shows on its customers' screens."""

from django.db import models
from django.db.models import Q


class Picture(models.Model):
    """One picture, named after the SHA-256 of its bytes, so that a browser may keep it for good.

    `content` is at most 2 MiB: a dozen of them are no burden for a backup.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="picture_is_named_by_its_bytes"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=["image/jpeg", "image/png", "image/webp"]),
                name="picture_has_a_known_type",
            ),
        ]

    def __str__(self) -> str:
        return self.name
