"""Company, store, people and their roles. `core.services.organisation` writes them and tells the tills."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import permissions
from core.fields import Uuid7Field


class Company(models.Model):
    """The legal person that sells."""

    id = Uuid7Field()
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    tax_id = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(country__regex="^[a-z]{2}$"), name="company_country_is_iso"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="company_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """One shop. A store server has exactly one, head office has them all."""

    id = Uuid7Field()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="stores")
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, default="", blank=True)
    time_zone = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="en")
    prices_include_tax = models.BooleanField(default=True)
    pin_salt = models.CharField(max_length=64)
    receipt_header = ArrayField(models.CharField(max_length=48), default=list, blank=True)
    receipt_footer = ArrayField(models.CharField(max_length=48), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.number:03d} {self.name}"

    @property
    def currency(self) -> str:
        """The company's currency; a store has no other."""
        return self.company.currency


class Role(models.Model):
    """What a person may do, by our own permission names, and up to which limits."""

    id = Uuid7Field()
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    permissions = ArrayField(
        models.CharField(max_length=40, choices=permissions.choices), default=list, blank=True
    )
    limits = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class EmployeeManager(BaseUserManager["Employee"]):
    """Finds people for Django's sign-in."""

    def get_by_natural_key(self, username: str | None) -> "Employee":
        return self.get(username=username)


class Employee(AbstractBaseUser):
    """A person who works here: signs in at a till by PIN or badge, in the back office by name and password."""

    id = Uuid7Field()
    name = models.CharField(max_length=120)
    username = models.CharField(max_length=60, unique=True, null=True, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="employees")
    store = models.ForeignKey(
        Store, null=True, blank=True, on_delete=models.PROTECT, related_name="employees"
    )
    pin = models.CharField(max_length=160, null=True, blank=True)
    badge = models.CharField(max_length=160, null=True, blank=True)
    # A second account of one person, with another badge or role. Nobody approves what an account of theirs does.
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="other_accounts"
    )
    active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="", blank=True)
    is_superuser = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = EmployeeManager()

    class Meta:
        constraints = [
            # One salt per store makes equal PINs equal verifiers, so the database itself keeps PINs apart.
            models.UniqueConstraint(fields=["pin"], condition=Q(active=True), name="employee_pin_is_unique"),
            models.UniqueConstraint(
                fields=["badge"], condition=Q(active=True), name="employee_badge_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(same_as=models.F("id")), name="employee_is_not_their_own_second_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's name for `active`."""
        return self.active

    @property
    def is_staff(self) -> bool:
        """Whether Django admin opens; only for the person who owns the installation."""
        return self.active and self.is_superuser

    def may(self, permission: str) -> bool:
        """Whether this person's role grants the permission. An unknown name is a programming error."""
        assert permission in permissions.NAMES, f"unknown permission {permission}"
        return self.active and (self.is_superuser or permission in self.role.permissions)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django admin's question; only the owner passes."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Django admin's question; only the owner passes."""
        return self.is_staff


class Setting(models.Model):
    """One named value that tills read from the feed; `core.settings_catalogue` says which names exist."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name
