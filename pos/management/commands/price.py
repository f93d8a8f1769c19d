"""`manage.py price`: reads a cart as JSON on standard input and prints it priced, with the reason for each discount."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import canonical, clock
from core.errors import KasaError
from core.models import Store
from core.money import format_minor, format_percent, format_quantity
from core.services.organisation import current_store
from pos.pricing import engine, rulebook
from pos.pricing.questions import Question, question_fill
from pos.pricing.sentences import reason_line

MAX_BYTES = 1_048_576
REFUSED, UNREADABLE = 1, 2
WIDTH = 60


class Command(BaseCommand):
    """Exit code 0: priced; 1: refused by the rules or an unknown product; 2: the input is not a cart."""

    help = "Prices a cart given as JSON on standard input and says why each price is what it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="store time such as 2026-11-21T14:30, or an instant with Z (now)")
        parser.add_argument(
            "--rulebook", metavar="HASH", help="price with an earlier rulebook (the current one)"
        )
        parser.add_argument("--json", action="store_true", help="print the priced cart as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            raw = canonical.parse(sys.stdin.buffer.read(MAX_BYTES + 1), MAX_BYTES)
            store = current_store()
            question = question_fill(raw, store=store, at=_instant(options["at"], store))
            digest, body = _chosen(options["rulebook"])
            priced = engine.price(body, question.cart, rulebook_hash=digest)
        except KasaError as error:
            code = UNREADABLE if error.code in {"bad_input", "bad_request", "too_large"} else REFUSED
            raise CommandError(f"{error.code}: {error.message}", returncode=code) from error
        if options["json"]:
            self.stdout.write(
                json.dumps({**priced, "rulebook": digest, "engine": engine.engine_hash()}, indent=1)
            )
            return
        for line in _receipt(question, priced, store):
            self.stdout.write(line)


def _instant(text: str | None, store: Store) -> datetime:
    if text is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        message = _("--at takes a time such as 2026-11-21T14:30, not “%(text)s”.") % {"text": text[:40]}
        raise KasaError(message, code="bad_input") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(store.time_zone))


def _chosen(digest: str | None) -> tuple[str, dict[str, Any]]:
    return (digest, rulebook.rulebook_get(digest)) if digest else rulebook.current_rulebook()


def _receipt(question: Question, priced: dict[str, Any], store: Store) -> Iterator[str]:
    """The cart as people read it: each line with what was taken off and why, then sums, taxes and what to pay."""

    def money(value: int, *, symbol: bool = False) -> str:
        return format_minor(value, store.currency, store.language, symbol=symbol)

    def row(left: str, right: str) -> str:
        return f"{left:<{WIDTH - 14}.{WIDTH - 14}}{right:>14}"

    def why(reason: dict[str, Any]) -> str:
        text = reason_line(reason, currency=store.currency, language=store.language)
        return f"    {money(-reason['amount'])}  {text}"

    reasons = priced["reasons"]
    for source, line in zip(question.cart["lines"], priced["lines"], strict=True):
        quantity = format_quantity(source["quantity"], store.language)
        yield row(question.names[line["n"]], money(line["total"]))
        yield f"    {quantity} × {money(source['price'])} = {money(line['gross'])}"
        yield from (why(reason) for reason in reasons if reason["n"] == line["n"])
        own = sum(reason["amount"] for reason in reasons if reason["n"] == line["n"])
        shared = line["gross"] - line["total"] - own
        if shared:
            yield f"    {money(-shared)}  " + _("its part of the discounts on the receipt")
    yield from (why(reason) for reason in reasons if reason["n"] is None)
    yield row(_("Total"), money(priced["total"], symbol=True))
    for tax in priced["taxes"]:
        rate = f"{tax['code']} {format_percent(tax['percent'], store.language)}"
        yield row(_("Tax %(rate)s of %(net)s") % {"rate": rate, "net": money(tax["net"])}, money(tax["tax"]))
    if priced["rounding"]:
        yield row(_("Cash rounding"), money(priced["rounding"]))
    yield row(_("To pay"), money(priced["due"], symbol=True))
