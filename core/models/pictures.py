"""Pictures that the database keeps, each named after its bytes."""

from django.db import models
from django.db.models import Q


class StoredPicture(models.Model):
    """A picture is named after the SHA-256 of its bytes, so that a browser may keep it for good."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        abstract = True


def picture_checks(name: str) -> list[models.BaseConstraint]:
    """The database's own checks of one table; their names begin with `name`."""
    return [
        models.CheckConstraint(
            condition=Q(sha256__regex="^[0-9a-f]{64}$"), name=f"{name}_is_named_by_its_bytes"
        ),
        models.CheckConstraint(
            condition=Q(media_type__in=["image/jpeg", "image/png", "image/webp"]),
            name=f"{name}_has_a_known_type",
        ),
    ]
