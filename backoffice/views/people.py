"""Employees and roles."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, NotYours, acts_on_role, may, say
from backoffice.forms.base import attempt
from backoffice.forms.people import EmployeeFilters, EmployeeForm, RoleForm
from backoffice.selectors import people
from core import permissions
from core.models import Employee
from core.services import organisation

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@may("people.manage")
def index(request: Asking) -> HttpResponse:
    """Who works here."""
    filters = EmployeeFilters(request.GET)
    found = people.employees(text=filters.value("q") or "", active_only=not filters.value("all"))
    rows = keyset.page(found, request.GET, order=["name", "id"])
    return page.render(request, "people/index.html", {"rows": rows, "filters": filters})


@form_methods
@may("people.manage")
@sensitive_post_parameters("pin", "badge", "password")
def employee_new(request: Asking) -> HttpResponse:
    """Takes a person on."""
    form = EmployeeForm(request.POST or None, roles=people.roles())
    if form.is_valid():

        def create() -> Employee:
            acts_on_role(request.user, form.cleaned_data["role"])
            return organisation.employee_create(store=request.store, **form.changes())

        person = attempt(form, create, fields=_fields(form))
        if person is not None:
            say(request, _("%(name)s was added and can sign in at the tills.") % {"name": person.name})
            return redirect("backoffice:people")
    return page.render(request, "people/employee.html", {"form": form}, status=422 if form.errors else 200)


@form_methods
@may("people.manage")
@sensitive_post_parameters("pin", "badge", "password")
def employee(request: Asking, pk: UUID) -> HttpResponse:
    """Changes a person: role, secrets, whether they still work here."""
    person = people.employee(pk)
    acts_on_role(request.user, person.role)
    form = EmployeeForm(request.POST or None, roles=people.roles(), person=person)
    if form.is_valid():

        def update() -> Employee:
            changes = form.changes()
            acts_on_role(request.user, changes["role"])
            if person.id == request.user.id and (not changes["active"] or changes["role"] != person.role):
                raise NotYours(
                    _("You cannot take your own access away. Ask somebody else who manages people.")
                )
            return organisation.employee_update(people.employee(pk), **changes)

        if attempt(form, update, fields=_fields(form)) is not None:
            say(
                request,
                _("%(name)s was saved. The tills know within seconds.") % {"name": form.cleaned_data["name"]},
            )
            return redirect("backoffice:people")
    context = {"form": form, "employee": person}
    return page.render(request, "people/employee.html", context, status=422 if form.errors else 200)


@require_safe
@may("people.manage")
def roles(request: Asking) -> HttpResponse:
    """What each role may do, side by side."""
    found = list(people.roles())
    matrix = [
        (name, label, [name in role.permissions for role in found]) for name, label in permissions.CHOICES
    ]
    limits = [
        (kind, label, [role.limits.get(name) for role in found])
        for name, kind, _right, label in permissions.LIMITS
    ]
    return page.render(request, "people/roles.html", {"roles": found, "matrix": matrix, "limits": limits})


@form_methods
@may("people.manage")
def role_edit(request: Asking, pk: UUID | None = None) -> HttpResponse:
    """Creates or changes a role."""
    role = people.role(pk) if pk else None
    if role is not None:
        acts_on_role(request.user, role)
    form = RoleForm(request.POST or None, role=role, actor=request.user, currency=request.store.currency)
    if form.is_valid():
        data = form.cleaned_data

        def save() -> object:
            if (
                role is not None
                and role.id == request.user.role_id
                and "people.manage" not in data["permissions"]
            ):
                raise NotYours(
                    _("You cannot take your own access away. Ask somebody else who manages people.")
                )
            return organisation.role_save(
                code=form.code(), name=data["name"], permissions=data["permissions"], limits=form.limits()
            )

        if attempt(form, save) is not None:
            say(
                request,
                _("The role “%(name)s” was saved. The tills know within seconds.") % {"name": data["name"]},
            )
            return redirect("backoffice:roles")
    context = {"form": form, "role": role, "own": _own_rights(request.user)}
    return page.render(request, "people/role.html", context, status=422 if form.errors else 200)


def _fields(form: EmployeeForm) -> dict[str, str]:
    """Where a refusal of the service belongs in the form."""
    return {
        "bad_pin": "pin",
        "same_account": "same_as",
        "secret_taken": "pin" if form.cleaned_data["pin"] else "badge",
    }


def _own_rights(person: Employee) -> set[str]:
    """The rights that this person can give away."""
    return set(permissions.NAMES if person.is_superuser else person.role.permissions)
