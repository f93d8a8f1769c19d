"""People and roles: secrets go in and never come out, nobody gives what they do not have."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from core import permissions
from core.models import Employee, Role
from core.services import organisation
from tests.backoffice.conftest import signed_in
from tests.conftest import Cast

NEW = "/backoffice/people/new/"


def form(role: Role, **changes: str) -> dict[str, str]:
    """What an employee's form sends."""
    return {
        "name": "Ewa Kos",
        "role": str(role.id),
        "language": "",
        "username": "",
        "password": "",
        "pin": "",
        "badge": "",
        **changes,
    }


def test_a_cashier_is_added_with_a_pin(cast: Cast, manager: Client) -> None:
    manager.post(NEW, form(cast.cashier.role, pin="4321"))
    ewa = Employee.objects.get(name="Ewa Kos")
    assert ewa.pin == organisation.verifier("4321", cast.store.pin_salt)
    assert not ewa.has_usable_password()


def test_a_secret_is_never_shown_again(cast: Cast, manager: Client) -> None:
    html = manager.post(
        NEW, form(cast.cashier.role, pin="12", password="secret words 1", badge="B-77")
    ).content.decode()
    assert "4 to 12 digits" in html
    assert "secret words 1" not in html and 'value="12"' not in html
    html = manager.get(reverse("backoffice:employee", args=[cast.cashier.id])).content.decode()
    assert "A PIN is set." in html and "pbkdf2" not in html


def test_a_pin_or_badge_of_somebody_else_is_refused_at_its_field(cast: Cast, manager: Client) -> None:
    response = manager.post(NEW, form(cast.cashier.role, pin="1111"))
    assert response.status_code == 422 and response.context["form"].errors["pin"]
    response = manager.post(NEW, form(cast.cashier.role, badge="B-1001"))
    assert response.status_code == 422 and response.context["form"].errors["badge"]
    response = manager.post(NEW, form(cast.cashier.role, username="marta", password="correct horse 1"))
    assert response.status_code == 422 and response.context["form"].errors["username"]


def test_a_weak_password_and_a_user_without_one_are_refused(cast: Cast, manager: Client) -> None:
    for changes in (
        {"username": "ewa"},
        {"password": "correct horse 1"},
        {"username": "ewa", "password": "password123"},
    ):
        assert manager.post(NEW, form(cast.cashier.role, **changes)).status_code == 422, changes
    assert (
        manager.post(NEW, form(cast.cashier.role, username="ewa", password="correct horse 1")).status_code
        == 302
    )


def test_empty_secrets_leave_the_present_ones_and_a_badge_can_be_taken_away(
    cast: Cast, manager: Client
) -> None:
    page = reverse("backoffice:employee", args=[cast.cashier.id])
    pin, badge = cast.cashier.pin, cast.cashier.badge
    manager.post(page, {**form(cast.cashier.role, name="Anna Nowak"), "active": "on"})
    cast.cashier.refresh_from_db()
    assert (cast.cashier.pin, cast.cashier.badge) == (pin, badge)
    manager.post(page, {**form(cast.cashier.role, name="Anna Nowak"), "active": "on", "no_badge": "on"})
    cast.cashier.refresh_from_db()
    assert cast.cashier.badge is None


def test_who_left_is_hidden_until_asked_for(cast: Cast, manager: Client) -> None:
    manager.post(
        reverse("backoffice:employee", args=[cast.cashier.id]), form(cast.cashier.role, name="Anna Nowak")
    )
    manager.get("/backoffice/people/")
    assert "Anna Nowak" not in manager.get("/backoffice/people/").content.decode().split("<main")[1]
    assert "Anna Nowak" in manager.get("/backoffice/people/", {"all": "on", "q": "anna"}).content.decode()


def test_nobody_takes_their_own_access_away(cast: Cast, manager: Client) -> None:
    page = reverse("backoffice:employee", args=[cast.manager.id])
    for changes in ({"role": str(cast.cashier.role_id), "active": "on"}, {"role": str(cast.manager.role_id)}):
        response = manager.post(
            page, {**form(cast.manager.role, name="Marta Lis", username="marta"), **changes}
        )
        assert response.status_code == 422
    role = reverse("backoffice:role", args=[cast.manager.role_id])
    response = manager.post(
        role, {"name": "Manager", "permissions": ["backoffice.view"], "discount_percent": ""}
    )
    assert response.status_code == 422
    cast.manager.refresh_from_db()
    assert cast.manager.active and cast.manager.may("people.manage")


def test_nobody_gives_rights_that_they_do_not_have(cast: Cast, person_with: Callable[..., Employee]) -> None:
    client = signed_in(person_with("backoffice.view", "people.manage", "till.sell"))
    response = client.post("/backoffice/roles/new/", {"name": "Boss", "permissions": ["settings.edit"]})
    assert response.status_code == 422 and not Role.objects.filter(name="Boss").exists()
    assert (
        client.post("/backoffice/roles/new/", {"name": "Boss", "permissions": ["till.sell"]}).status_code
        == 302
    )
    assert client.get(reverse("backoffice:role", args=[cast.manager.role_id])).status_code == 403
    assert client.get(reverse("backoffice:employee", args=[cast.manager.id])).status_code == 403
    response = client.post(NEW, form(cast.manager.role))
    assert response.status_code == 422 and not Employee.objects.filter(name="Ewa Kos").exists()


def test_a_role_is_made_with_a_code_of_its_own_and_a_limit(cast: Cast, manager: Client) -> None:
    data = {"name": "Senior cashier", "permissions": ["till.sell", "till.z"], "discount_percent": "7,5"}
    manager.post("/backoffice/roles/new/", data)
    manager.post("/backoffice/roles/new/", data)
    assert set(Role.objects.filter(name="Senior cashier").values_list("code", flat=True)) == {
        "senior-cashier",
        "senior-cashier-2",
    }
    assert Role.objects.get(code="senior-cashier").limits == {"discount_percent": 750}


def test_the_matrix_shows_every_right_of_every_role(cast: Cast, manager: Client) -> None:
    response = manager.get("/backoffice/roles/")
    assert len(response.context["matrix"]) == len(permissions.CHOICES)
    html = response.content.decode()
    assert "Cashier" in html and "10" in html and str(permissions.CHOICES[0][1]) in html
