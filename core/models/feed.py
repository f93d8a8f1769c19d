"""Tables of the versioned feed; `core.feed` is the only module that writes them."""

from django.db import models


class FeedHead(models.Model):
    """The one counter row. Locked last in every publishing transaction, so commit order is version order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.UUIDField()
    version = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64)
    pruned_through = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="feed_has_one_head"),
            models.CheckConstraint(
                condition=models.Q(pruned_through__gte=0, pruned_through__lte=models.F("version")),
                name="feed_prunes_only_the_past",
            ),
        ]


class FeedRow(models.Model):
    """The newest version of one thing that tills and stores must know; `data` null is a tombstone."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    version = models.BigIntegerField(unique=True)
    data = models.TextField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="feed_row_is_unique")]


class FeedMark(models.Model):
    """The feed's history hash after one publishing transaction."""

    version = models.BigIntegerField(primary_key=True)
    chain = models.CharField(max_length=64)
    made_at = models.DateTimeField()
