"""The door: one answer for every wrong pair, a limit on guesses, no way around."""

import pytest
from django.test import Client

from core.services import organisation
from tests.conftest import Cast

SIGN_IN = "/backoffice/sign-in/"


@pytest.fixture
def people(cast: Cast) -> Cast:
    """The cast with passwords that the quick hasher made."""
    organisation.employee_update(cast.manager, password="correct horse 9")
    organisation.employee_update(cast.stranger, password="correct horse 5")
    return cast


def test_the_right_pair_opens_the_page_that_was_asked_for(people: Cast) -> None:
    client = Client()
    asked = client.get("/backoffice/goods/")
    assert asked["Location"] == "/backoffice/sign-in/?next=/backoffice/goods/"
    response = client.post(
        SIGN_IN, {"username": "marta", "password": "correct horse 9", "next": "/backoffice/goods/"}
    )
    assert response["Location"] == "/backoffice/goods/"


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(people: Cast) -> None:
    unknown = Client().post(SIGN_IN, {"username": "nobody", "password": "correct horse 9"})
    wrong = Client().post(SIGN_IN, {"username": "marta", "password": "wrong"})
    gone = Client().post(SIGN_IN, {"username": "jan", "password": "wrong"})

    def said(page: bytes) -> bytes:
        return page[page.index(b'role="alert"') : page.index(b"<form")]

    assert unknown.status_code == wrong.status_code == gone.status_code == 422
    assert said(unknown.content) == said(wrong.content) == said(gone.content)


def test_what_was_typed_stays_except_the_password(people: Cast) -> None:
    html = Client().post(SIGN_IN, {"username": "marta", "password": "wrong secret"}).content.decode()
    assert 'value="marta"' in html
    assert "wrong secret" not in html


def test_after_five_wrong_passwords_even_the_right_one_waits(people: Cast) -> None:
    client = Client()
    statuses = [client.post(SIGN_IN, {"username": "marta", "password": "no"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    response = client.post(SIGN_IN, {"username": "marta", "password": "correct horse 9"})
    assert response.status_code == 429
    assert "Wait 15 minutes" in response.content.decode()


def test_a_name_that_does_not_exist_is_throttled_just_the_same(people: Cast) -> None:
    client = Client()
    statuses = [client.post(SIGN_IN, {"username": "ghost", "password": "no"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]


def test_a_person_who_left_does_not_come_in(people: Cast) -> None:
    organisation.employee_update(people.manager, active=False)
    response = Client().post(SIGN_IN, {"username": "marta", "password": "correct horse 9"})
    assert response.status_code == 422


def test_signing_in_gives_a_new_session(people: Cast) -> None:
    client = Client()
    client.get(SIGN_IN)
    client.post(SIGN_IN, {"username": "marta", "password": "correct horse 9"})
    first = client.session.session_key
    client.post("/backoffice/sign-out/")
    client.post(SIGN_IN, {"username": "marta", "password": "correct horse 9"})
    assert client.session.session_key != first


def test_signing_out_ends_the_session_and_only_by_post(people: Cast, manager: Client) -> None:
    assert manager.get("/backoffice/sign-out/").status_code == 405
    manager.post("/backoffice/sign-out/")
    assert manager.get("/backoffice/")["Location"].startswith(SIGN_IN)


def test_the_person_finds_their_own_language(people: Cast) -> None:
    organisation.employee_update(people.manager, language="uk")
    client = Client()
    client.post(SIGN_IN, {"username": "marta", "password": "correct horse 9"})
    assert '<html lang="uk"' in client.get("/backoffice/").content.decode()


def test_a_fragment_asked_for_after_signing_out_leads_to_the_door(cast: Cast) -> None:
    response = Client().get("/backoffice/jobs/drawer/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response["HX-Redirect"] == SIGN_IN
