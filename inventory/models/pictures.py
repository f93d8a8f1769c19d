"""Pictures of goods, for the item card."""

from django.db import models
from django.db.models import Q


class GoodsPicture(models.Model):
    """One picture, named after the SHA-256 of its bytes, so that a browser may keep it for good.

    Several products may show the same one. `content` is at most 512 KiB.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="goods_picture_is_named_by_its_bytes"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=["image/jpeg", "image/png", "image/webp"]),
                name="goods_picture_has_a_known_type",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:8]
