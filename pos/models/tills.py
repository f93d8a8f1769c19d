"""Tills, their one-time codes, and the devices that have been each till."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import Uuid7Field
from core.models import Store


class Till(models.Model):
    """A place where one sells, or a price checker: a number of the store, taken by one device after another."""

    class Kind(models.TextChoices):
        """A checker reads goods and prices; it never sells and never learns who works here."""

        TILL = "till", _("Till")
        CHECKER = "checker", _("Price checker")

    id = Uuid7Field()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="tills")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TILL)
    locked = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="till_number_is_unique"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=9999), name="till_number_is_1_to_9999"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="till_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=["till", "checker"]), name="till_has_a_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class TillCode(models.Model):
    """A one-time code that lets a device become a till. Only its hash is kept.

    `tries` counts wrong guesses made while this code could have been the one meant.
    """

    id = models.BigAutoField(primary_key=True)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="till_code_has_5_tries"),
            models.UniqueConstraint(
                fields=["till"], condition=Q(used_at=None, withdrawn_at=None), name="till_has_one_open_code"
            ),
        ]


class Incarnation(models.Model):
    """One device that is, or was, a till: its public key, its cookie and how far its chain is held here.

    `through` is the highest seq with nothing missing before it, `top` the highest seq ever received; what lies
    between and is absent is listed in `MissingRange`. The row is locked while a batch of its till is written.
    """

    id = models.BigAutoField(primary_key=True)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="incarnations")
    inc = models.PositiveIntegerField()
    public_key = models.JSONField()
    secret_hash = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    through = models.BigIntegerField(default=0)
    top = models.BigIntegerField(default=0)
    # What the device last said of itself in `hello`, for the manager's list of tills.
    seen_at = models.DateTimeField(null=True)
    build = models.CharField(max_length=80, default="", blank=True)
    cursor = models.CharField(max_length=100, default="", blank=True)
    unsent = models.PositiveIntegerField(default=0)
    skew_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["till", "inc"], name="incarnation_is_unique"),
            models.UniqueConstraint(
                fields=["till"], condition=Q(revoked_at=None), name="till_has_one_living_incarnation"
            ),
            models.CheckConstraint(
                condition=Q(inc__gte=1, through__gte=0, top__gte=F("through")),
                name="incarnation_counts_upwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till_id}.{self.inc}"


class MissingRange(models.Model):
    """Items of a chain that exist, because later ones arrived, and that the server does not hold yet."""

    id = models.BigAutoField(primary_key=True)
    incarnation = models.ForeignKey(Incarnation, on_delete=models.PROTECT, related_name="missing")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first")), name="missing_range_is_a_range"
            ),
            models.UniqueConstraint(fields=["incarnation", "first"], name="missing_range_is_unique"),
        ]
