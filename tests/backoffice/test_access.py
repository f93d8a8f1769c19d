"""Default deny: every address against every kind of person."""

from collections.abc import Callable

import pytest
from django.test import Client

from core import permissions
from core.models import Employee
from tests.backoffice.conftest import hire, signed_in
from tests.backoffice.pages import addresses, routes, view_of
from tests.backoffice.shop import Shop
from tests.conftest import Cast

DOOR = {"sign_in", "sign_out", "language", "theme"}
DECLARED = {str(p.name): view_of(p).needs for p in routes() if getattr(view_of(p), "needs", None)}  # type: ignore[attr-defined]


def ask(client: Client, address: str) -> int:
    """The status of a GET, or of an empty POST where the page takes nothing else."""
    client.raise_request_exception = True
    response = client.get(address)
    if response.status_code == 405:
        response = client.post(address)
    return response.status_code


def test_every_view_says_who_may_open_it() -> None:
    silent = [str(p.name) for p in routes() if not hasattr(view_of(p), "needs")]
    assert silent == [], "these have no @may and are no part of the door"
    assert {str(p.name) for p in routes() if view_of(p).needs is None} == DOOR  # type: ignore[attr-defined]


def test_a_stranger_from_outside_reaches_nothing_but_the_door(shop: Shop, cast: Cast) -> None:
    found = addresses(shop, cast.manager)
    client = Client()
    for name, address in found.items():
        if name in DOOR:
            continue
        response = client.get(address)
        response = client.post(address) if response.status_code == 405 else response
        assert response.status_code == 302, name
        assert response["Location"].startswith("/backoffice/sign-in/"), name


def test_each_page_opens_with_its_right_and_not_with_all_the_others(shop: Shop, cast: Cast) -> None:
    found = addresses(shop, cast.manager)
    for rights in sorted(set(DECLARED.values())):
        others = [right for right in permissions.NAMES if right not in rights]
        allowed = signed_in(hire(cast.store, "backoffice.view", *rights))
        refused = signed_in(hire(cast.store, *others))
        for name in (name for name, needs in DECLARED.items() if needs == rights):
            assert ask(refused, found[name]) == 403, name
            assert ask(allowed, found[name]) != 403, name


def test_no_right_opens_a_page_without_the_right_to_the_back_office(
    shop: Shop, cast: Cast, person_with: Callable[..., Employee]
) -> None:
    found = addresses(shop, cast.manager)
    client = signed_in(person_with(*[right for right in permissions.NAMES if right != "backoffice.view"]))
    for name in DECLARED:
        assert ask(client, found[name]) == 403, name


@pytest.mark.parametrize("who", ["cashier", "stranger"])
def test_people_of_the_shop_floor_are_kept_out_everywhere(shop: Shop, cast: Cast, who: str) -> None:
    found = addresses(shop, cast.manager)
    client = signed_in(getattr(cast, who))
    for name in DECLARED:
        assert ask(client, found[name]) == 403, name


def test_the_manager_opens_every_page(shop: Shop, cast: Cast, manager: Client) -> None:
    found = addresses(shop, cast.manager)
    statuses = {name: ask(manager, address) for name, address in found.items() if name in DECLARED}
    assert {name: status for name, status in statuses.items() if status >= 500 or status == 403} == {}


def test_a_person_who_left_is_out_at_the_next_click(shop: Shop, cast: Cast, manager: Client) -> None:
    assert manager.get("/backoffice/").status_code == 200
    cast.manager.active = False
    cast.manager.save()
    assert manager.get("/backoffice/").status_code in (302, 403)


def test_the_rail_names_only_places_that_open(shop: Shop, person_with: Callable[..., Employee]) -> None:
    page = signed_in(person_with("backoffice.view", "receipts.view")).get("/backoffice/").content.decode()
    assert "/backoffice/receipts/" in page
    for hidden in (
        "/backoffice/people/",
        "/backoffice/settings/",
        "/backoffice/exceptions/",
        "/backoffice/tills/",
    ):
        assert hidden not in page
