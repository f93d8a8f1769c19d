"""Customers, their cards and groups, the form a chain asks them to fill in, and what they agreed to.

Only `loyalty.services.customers` and `loyalty.services.forms` write them. What a person said of themselves can be
erased; that something was done, by whom and when, stays for ever and names nobody.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.fields import Uuid7Field


class CustomerGroup(models.Model):
    """A group that a manager, or an answer in the questionnaire, puts people into."""

    id = Uuid7Field()
    name = models.CharField(max_length=120, unique=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="customer_group_has_a_name")]

    def __str__(self) -> str:
        return self.name


class FormField(models.Model):
    """One question that the chain asks: a field of the form, or one of the extra questionnaire.

    `labels` and each option's `labels` are texts by language, English at least. `options` is a list of
    `{"code", "labels", "group"}`; a chosen option with a `group` (id or null) puts the customer into it. A field is
    never deleted, because old answers name it: it is switched off.
    """

    class Part(models.TextChoices):
        FORM = "form"
        QUESTIONNAIRE = "questionnaire"

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        FLAG = "flag"
        CHOICE = "choice"
        CHOICES = "choices"

    id = Uuid7Field()
    code = models.SlugField(max_length=40, unique=True)
    part = models.CharField(max_length=13, choices=Part)
    kind = models.CharField(max_length=8, choices=Kind)
    labels = models.JSONField()
    options = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["part", "position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex="^[a-z][a-z0-9_]*$"), name="form_field_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(part__in=["form", "questionnaire"])
                & Q(kind__in=["text", "number", "date", "flag", "choice", "choices"]),
                name="form_field_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["choice", "choices"]) | Q(options=[]), name="form_field_options_fit"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ConsentText(models.Model):
    """The words that people agree to, as one version of one kind. A fact: new words are a new version."""

    id = Uuid7Field()
    kind = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    texts = models.JSONField()
    required = models.BooleanField(default=False)
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="consent_text_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Customer(models.Model):
    """A person who buys here and said so.

    `form` holds answers by field code. `stamps` says when each field was last set, so that what a till wrote while it
    was offline never undoes a later change. Points are what was last heard and when; the accounts themselves are
    kept elsewhere. An erased customer keeps the id that receipts name, and nothing else.
    """

    id = Uuid7Field()
    name = models.CharField(max_length=120, default="", blank=True)
    name_folded = models.CharField(max_length=240, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True)
    phone_end = models.CharField(max_length=4, default="", blank=True)
    email = models.CharField(max_length=200, default="", blank=True)
    born = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=2, default="", blank=True)
    form = models.JSONField(default=dict, blank=True)
    stamps = models.JSONField(default=dict, blank=True)
    points = models.BigIntegerField(null=True, blank=True)
    points_at = models.DateTimeField(null=True, blank=True)
    expiring = models.BigIntegerField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    first_bought_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(name="")
                | Q(
                    erased_at__isnull=False, name="", name_folded="", phone="", phone_end="", email="", born=None,
                    form={}, stamps={},
                ),
                name="customer_is_named_or_erased",
            ),
            models.CheckConstraint(condition=Q(phone__regex=r"^(\+?[0-9]{5,19})?$"), name="customer_phone_is_digits"),
            models.CheckConstraint(
                condition=Q(points=None, points_at=None) | Q(points__isnull=False, points_at__isnull=False),
                name="customer_points_have_a_time",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["phone_end"], condition=~Q(phone_end=""), name="customer_by_phone_end"),
            models.Index(fields=["name_folded", "id"], name="customer_by_name"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)


class Membership(models.Model):
    """A customer in a group, put there by hand or by an answer; one way does not undo the other."""

    class Source(models.TextChoices):
        HAND = "hand"
        ANSWER = "answer"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships")
    group = models.ForeignKey(CustomerGroup, on_delete=models.PROTECT, related_name="memberships")
    source = models.CharField(max_length=6, choices=Source)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "group", "source"], name="membership_is_unique"),
            models.CheckConstraint(
                condition=Q(source__in=["hand", "answer"]), name="membership_source_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.group_id}"


class Card(models.Model):
    """A customer's card. A replaced one names its successor and stays, so that old receipts still lead to them."""

    class State(models.TextChoices):
        ACTIVE = "active"
        BLOCKED = "blocked"
        REPLACED = "replaced"

    id = Uuid7Field()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[^[:space:]]{3,64}$"), name="card_number_is_one_word"
            ),
            models.CheckConstraint(
                condition=Q(state="replaced", replaced_by__isnull=False)
                | Q(state__in=["active", "blocked"], replaced_by=None),
                name="card_state_fits_successor",
            ),
            models.CheckConstraint(condition=~Q(replaced_by=F("id")), name="card_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"card {self.id}"


class Consent(models.Model):
    """That a customer agreed, or withdrew it: to which words, when, in whose presence. A fact; the last one counts."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given = models.BooleanField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    till = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.text_id}: {self.given}"


class CustomerEvent(models.Model):
    """What was done to a customer or a card. A fact without a word about the person: `detail` names fields.

    `id` is the id of the act, made where it was asked for, and `digest` its content: the same act again is answered
    the same and done once.
    """

    id = Uuid7Field()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="events")
    card = models.ForeignKey(Card, null=True, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=20)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    till = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    action__in=[
                        *("create", "update", "issue", "block", "unblock"),
                        *("replace", "groups", "seen", "export", "erase"),
                    ]
                ),
                name="customer_event_is_known",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.action} {self.customer_id}"
