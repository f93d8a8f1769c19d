"""`manage.py open_store`: a real store, its roles and its first manager; the demo is `manage.py demo`."""

import sys
from getpass import getpass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.errors import KasaError
from core.models import Employee, Role, Store
from core.services import organisation
from inventory.demo.shop import COUNTRIES, LANGUAGES, ROLES
from inventory.services.basics import basics_ensure


class Command(BaseCommand):
    """Opens the one store of this server. Everything else is then done in the back office."""

    help = (
        "Opens this server's store: company, store, roles, taxes and units of the country, and the first manager, "
        "whose password and PIN are asked for (or read from standard input, one a line, with --secrets-from-stdin)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What is printed on receipts, and who may sign in first."""
        parser.add_argument("--country", required=True, choices=sorted(COUNTRIES))
        parser.add_argument("--company", required=True, help="the legal person's name")
        parser.add_argument("--tax-id", required=True)
        parser.add_argument("--name", required=True, help="the store's name")
        parser.add_argument("--number", type=int, default=1, help="the store's number in its chain")
        parser.add_argument("--address", default="")
        parser.add_argument("--time-zone", help="default: the country's capital's, or Yekaterinburg's for ru")
        parser.add_argument("--manager", required=True, help="the first manager's name")
        parser.add_argument("--username", required=True, help="what the manager signs in with")
        parser.add_argument(
            "--secrets-from-stdin", action="store_true", help="first line password, second PIN"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing. A server that has a store is left alone."""
        if Store.objects.exists():
            raise CommandError("This server has a store already; its data is changed in the back office.")
        options["time_zone"] = _time_zone(options["time_zone"] or COUNTRIES[options["country"]]["time_zone"])
        password, pin = _secrets(from_stdin=options["secrets_from_stdin"])
        try:
            validate_password(password, Employee(name=options["manager"], username=options["username"]))
            with transaction.atomic():
                store = _open(options, password, pin)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except KasaError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Store {store.number}, {store.name}, is open. {options['username']} may sign in.")


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"{name!r} is no time zone; Europe/Warsaw is one.") from error


def _secrets(*, from_stdin: bool) -> tuple[str, str]:
    """The manager's password and PIN; never arguments, which everybody on the machine could see."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), sys.stdin.readline().rstrip("\n")
    password = getpass("Password for the back office: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ.")
    return password, getpass("PIN for the till (4 to 12 digits): ")


def _open(options: dict[str, Any], password: str, pin: str) -> Store:
    """Company, store, roles, manager, and what tills need besides goods."""
    country = options["country"]
    facts, language = COUNTRIES[country], LANGUAGES[country]
    company = organisation.company_create(
        name=options["company"], country=country, currency=facts["currency"], tax_id=options["tax_id"]
    )
    store = organisation.store_create(
        company=company,
        number=options["number"],
        name=options["name"],
        address=options["address"],
        time_zone=options["time_zone"],
        language=language,
        receipt_header=[line for line in (options["name"], options["address"], options["tax_id"]) if line],
        receipt_footer=facts["footer"],
    )
    roles = {code: _role(code, names[language], allowed, limit) for code, names, allowed, limit in ROLES}
    organisation.employee_create(
        store=store,
        name=options["manager"],
        role=roles["manager"],
        pin=pin,
        username=options["username"],
        password=password,
        language=language,
    )
    basics_ensure(country=country)
    for name, value in {
        "price_type": "retail",
        "quick_cash": facts["quick_cash"],
        "card_tenders": [{"id": "card1", "name": facts["tender"]}],
        "data_age_warn_hours": 12,
    }.items():
        organisation.setting_save(name, value)
    return store


def _role(code: str, name: str, allowed: list[str], discount: int) -> Role:
    return organisation.role_save(
        code=code, name=name, permissions=allowed, limits={"discount_percent": discount}
    )
