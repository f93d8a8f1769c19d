"""The back office's cast: the shop with goods and a till, and a browser's client for each kind of person."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core.models import Employee, Role, Store
from core.services import organisation
from tests.backoffice.chrome import CHROME
from tests.backoffice.shop import Shop, make_shop
from tests.conftest import Cast


@pytest.fixture(autouse=True, scope="session")
def one_chrome() -> Iterator[None]:
    """The browser of the walks is closed at the end."""
    yield
    CHROME.close()


@pytest.fixture(autouse=True)
def quick_secrets(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Hashes that cost nothing, a data folder of the test's own, and no memory of wrong passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(organisation, "PIN_ITERATIONS", 10)
    yield


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """The store with goods and one enrolled till."""
    return make_shop(cast.store, cast.cashier, cast.manager)


@pytest.fixture
def manager(cast: Cast) -> Client:
    """A client in which the manager is signed in."""
    return signed_in(cast.manager)


@pytest.fixture
def person_with(cast: Cast) -> Callable[..., Employee]:
    """Makes an employee whose role grants exactly these permissions."""

    def make(*permissions: str) -> Employee:
        return hire(cast.store, *permissions)

    return make


def hire(store: Store, *permissions: str) -> Employee:
    """An employee with a role of exactly these permissions."""
    code = f"role-{Role.objects.count()}"
    role = organisation.role_save(code=code, name=code, permissions=list(permissions))
    return organisation.employee_create(store=store, name=f"Person {code}", role=role, username=code)


def signed_in(person: Employee) -> Client:
    """A client that kept this person's session; a failed assertion shows the server's own error."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
