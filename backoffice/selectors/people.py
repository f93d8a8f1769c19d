"""People and roles for the pages."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from core.errors import KasaError
from core.models import Employee, Role


class NoPerson(KasaError):
    """There is no such employee or role."""

    code = "not_found"


def employees(*, text: str = "", active_only: bool = True) -> QuerySet[Employee]:
    """People with their roles, by name."""
    rows = Employee.objects.select_related("role")
    if active_only:
        rows = rows.filter(active=True)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return rows


def employee(pk: UUID) -> Employee:
    """One person. Raises NoPerson."""
    person = Employee.objects.select_related("role", "store").filter(id=pk).first()
    if person is None:
        raise NoPerson("There is no such employee.")
    return person


def roles() -> QuerySet[Role]:
    """Roles with how many active people have each, by name."""
    return Role.objects.annotate(people=Count("employees", filter=Q(employees__active=True))).order_by(
        "name", "id"
    )


def role(pk: UUID) -> Role:
    """One role. Raises NoPerson."""
    found = Role.objects.filter(id=pk).first()
    if found is None:
        raise NoPerson("There is no such role.")
    return found
