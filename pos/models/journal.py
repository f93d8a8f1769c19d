"""The tills' chained journal as it arrived, and what was found wrong with it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import Uuid7Field
from core.models import Store
from pos.models.tills import Incarnation, Till

ITEM_TYPES = ["receipt", "fiscal", "event", "shift", "cash", "document", "hold"]


class JournalItem(models.Model):
    """One element that a till pushed, kept whole and for ever.

    `state` is how it was taken in: stored (chain, signature and rules hold), quarantined (set aside, `reason` says
    why) or conflict (its id was already held with other content). `hash` is computed here from the content;
    `claimed_hash` is set when the device said otherwise. `authentic` means that hash and signature are right.
    `body` is canonical JSON text; of an element that is not an item at all it is the whole element, and the
    columns taken from the envelope are null.
    """

    class State(models.TextChoices):
        STORED = "stored"
        QUARANTINED = "quarantined"
        CONFLICT = "conflict"

    id = models.BigAutoField(primary_key=True)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="+", db_index=False)
    incarnation = models.ForeignKey(
        Incarnation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    item_id = models.UUIDField(null=True)
    inc = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    type = models.CharField(max_length=40, null=True)
    prev = models.CharField(max_length=64, null=True)
    hash = models.CharField(max_length=64)
    claimed_hash = models.CharField(max_length=64, null=True)
    sig = models.CharField(max_length=100, null=True)
    authentic = models.BooleanField()
    at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=12, choices=State)
    reason = models.CharField(max_length=40, default="", blank=True)
    detail = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item_id"], condition=Q(state="stored"), name="journal_id_is_stored_once"
            ),
            models.UniqueConstraint(
                fields=["till", "inc", "seq"],
                condition=Q(state="stored"),
                name="journal_place_is_stored_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["stored", "quarantined", "conflict"]), name="journal_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="stored")
                | Q(
                    item_id__isnull=False,
                    incarnation__isnull=False,
                    inc__gte=1,
                    seq__gte=1,
                    type__in=ITEM_TYPES,
                    prev__isnull=False,
                    at__isnull=False,
                    claimed_hash=None,
                    authentic=True,
                    reason="",
                ),
                name="journal_stored_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="stored") | ~Q(reason=""), name="journal_aside_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["item_id"], name="journal_by_item"),
            models.Index(fields=["till", "inc", "seq"], name="journal_by_place"),
            models.Index(fields=["id"], condition=~Q(state="stored"), name="journal_set_aside"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.item_id}"


class _Explainable(models.Model):
    """Something odd that a person has to look at: open until explained."""

    class State(models.TextChoices):
        OPEN = "open"
        EXPLAINED = "explained"

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    note = models.CharField(max_length=500, default="", blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ItemConflict(_Explainable):
    """The same id arrived with other content. The first stays, the second is kept beside it.

    `diff` is a list of {"path", "first", "second"}: one entry per field that differs.
    """

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(JournalItem, on_delete=models.PROTECT, related_name="conflicts")
    second = models.OneToOneField(JournalItem, on_delete=models.PROTECT, related_name="conflict")
    diff = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(state="open"), name="conflict_open")]


class ForkAlarm(_Explainable):
    """Two chains of one till claim the same place, both rightly signed: a device was cloned or restored."""

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(JournalItem, on_delete=models.PROTECT, related_name="forks")
    second = models.OneToOneField(JournalItem, on_delete=models.PROTECT, related_name="fork")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(state="open"), name="fork_open")]


class QuarantineResolution(models.Model):
    """What a person decided about a quarantined item: accepted after the rules hold now, or dismissed."""

    class Action(models.TextChoices):
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"

    item = models.OneToOneField(
        JournalItem, primary_key=True, on_delete=models.PROTECT, related_name="resolution"
    )
    action = models.CharField(max_length=10, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, default="", blank=True)


class ItemWarning(models.Model):
    """Something a manager should see about an item that is nevertheless right: `repriced`, `unknown_shift`, `late`…"""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(JournalItem, on_delete=models.PROTECT, related_name="warnings")
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=500, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="item_warning_is_unique")]


class ParkedReceipt(models.Model):
    """A suspended receipt that any till of the store may take, and exactly one does."""

    class State(models.TextChoices):
        PARKED = "parked"
        TAKEN = "taken"
        DROPPED = "dropped"

    id = Uuid7Field()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80, default="", blank=True)
    total = models.BigIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    cashier_id = models.UUIDField(null=True)
    data = models.TextField()
    put_by = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PARKED)
    done_by = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="parked", done_by=None, done_at=None)
                | Q(state__in=["taken", "dropped"], done_by__isnull=False, done_at__isnull=False),
                name="parked_receipt_is_done_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["store", "put_at"], condition=Q(state="parked"), name="parked_now")]
