"""Pictures that the shop shows on its customers' screens."""

from django.db import models

from core.models.pictures import StoredPicture, picture_checks


class Picture(StoredPicture):
    """`content` is at most 2 MiB: a dozen of them are no burden for a backup."""

    name = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = picture_checks("picture")

    def __str__(self) -> str:
        return self.name
