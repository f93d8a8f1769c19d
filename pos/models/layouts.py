"""Layouts of the tills' sale screen: drafts, what was published of them, and who uses which."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import Uuid7Field
from core.models import Store
from pos.models.tills import Till


class Layout(models.Model):
    """One layout under work: its draft, and how often that was saved (so that two editors notice each other)."""

    id = Uuid7Field()
    name = models.CharField(max_length=60)
    # Canonical JSON that static/till/models/layout-rules.js finds no fault in.
    draft = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="layout_has_a_name"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="layout_revision_counts_from_1"),
        ]

    def __str__(self) -> str:
        return self.name


class LayoutVersion(models.Model):
    """A layout as it was published. Rows are facts; the database checks that `hash` is of `body`."""

    id = models.BigAutoField(primary_key=True)
    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.TextField()
    hash = models.CharField(max_length=64)
    note = models.CharField(max_length=200, default="", blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layout", "version"], name="layout_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="layout_version_counts_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.layout_id} {self.version}"


class TillGroup(models.Model):
    """Tills that are alike: the express tills, the kiosk, the café."""

    id = Uuid7Field()
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="till_groups")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="till_group_name_is_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="till_group_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class TillGroupMember(models.Model):
    """A till belongs to one group at most, so that no two groups can want different layouts for it."""

    till = models.OneToOneField(
        Till, primary_key=True, on_delete=models.PROTECT, related_name="group_membership"
    )
    group = models.ForeignKey(TillGroup, on_delete=models.CASCADE, related_name="members")


class LayoutAssignment(models.Model):
    """Who uses a layout. The nearest counts: cashier, till, group of tills, store, chain."""

    class Level(models.TextChoices):
        """What a layout is given to, the nearest first."""

        CASHIER = "cashier"
        TILL = "till"
        GROUP = "group"
        STORE = "store"
        CHAIN = "chain"

    id = models.BigAutoField(primary_key=True)
    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="assignments")
    level = models.CharField(max_length=10, choices=Level.choices)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(TillGroup, null=True, on_delete=models.CASCADE, related_name="+")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="layout_assignment_names_its_target",
                condition=(
                    Q(level="cashier", cashier__isnull=False, till=None, group=None, store=None)
                    | Q(level="till", till__isnull=False, cashier=None, group=None, store=None)
                    | Q(level="group", group__isnull=False, cashier=None, till=None, store=None)
                    | Q(level="store", store__isnull=False, cashier=None, till=None, group=None)
                    | Q(level="chain", cashier=None, till=None, group=None, store=None)
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=[level], condition=Q(level=level), name=f"layout_is_one_for_each_{level}"
                )
                for level in ("cashier", "till", "group", "store")
            ),
            models.UniqueConstraint(
                fields=["level"], condition=Q(level="chain"), name="layout_is_one_for_the_chain"
            ),
        ]
