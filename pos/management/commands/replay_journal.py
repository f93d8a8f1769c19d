"""`manage.py replay_journal FILE`: sells the journal of a CORE-POS register again, as a till over the real socket."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.errors import KasaError
from core.services.organisation import current_store
from pos.headless import device, server
from pos.headless.chain import Item
from pos.headless.client import Upload
from pos.headless.core_pos import compare, shop, source
from pos.headless.core_pos.replay import Replay, Shop
from pos.headless.core_pos.source import Transaction
from pos.models import Till
from pos.services import tills


class Command(BaseCommand):
    """Enrols a till for each register, pushes every live transaction, and holds the books against the source."""

    help = "Replays a CORE-POS journal through the real socket and compares the books. Doing it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--url", help="a running server of this store (default: its own, or one is started)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            transactions = source.transactions(path)
            self.stdout.write(f"{len(transactions)} live transactions in {path.name}")
            with server.running(options["url"]) as url:
                self._replay(url, path, transactions)
        except KasaError as error:
            raise CommandError(error.message) from error

    def _replay(self, url: str, path: Path, transactions: Sequence[Transaction]) -> None:
        prepared = shop.prepare(current_store(), transactions)
        seed, items = source.file_digest(path), []
        for register in sorted({one.register for one in transactions}):
            rung = [one for one in transactions if one.register == register]
            items += self._register(url, register, rung, prepared, seed)
        self._compare(transactions, items, prepared)

    def _register(
        self, url: str, register: str, rung: Sequence[Transaction], prepared: Shop, seed: str
    ) -> list[Item]:
        kept = self._device(url, register, seed)
        replay = Replay(kept.device.chain(), prepared, seed, kept.begun)
        items = list(replay.items(rung))
        self.stdout.write(f"till {register}: {len(items)} items, incarnation {kept.device.till['inc']}")
        acks = asyncio.run(Upload(kept.device).send(items))
        statuses = Counter(ack["status"] for ack in acks.values())
        self.stdout.write("  " + ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())))
        for ack in [ack for ack in acks.values() if ack["status"] in ("conflict", "quarantined")][:10]:
            self.stdout.write(f"  {ack['status']} {ack['id']}: {ack.get('detail')}")
        return items

    def _device(self, url: str, register: str, seed: str) -> device.Kept:
        """The till of an earlier run of the same file, else a newly enrolled one."""
        path = settings.DATA_DIR / "replay" / f"{seed[:16]}-{register}.json"
        kept = device.load(path, url)
        if kept is not None and asyncio.run(device.still_enrolled(kept.device)):
            return kept
        now, number = clock.now(), int(register)
        till = Till.objects.filter(number=number).first()
        till = till or tills.till_create(
            store=current_store(), number=number, name=f"CORE-POS {number}", now=now
        )
        return device.become(path, url, tills.till_code_make(till=till, by=None, now=now))

    def _compare(self, transactions: Sequence[Transaction], items: Sequence[Item], prepared: Shop) -> None:
        receipts = [item["id"] for item in items if item["type"] == "receipt"]
        events = [item["id"] for item in items if item["type"] == "event"]
        lines, different = compare.table(
            compare.of_source(transactions), compare.of_server(receipts, events, prepared.cashiers)
        )
        self.stdout.write(f"  {'figure':<34}{'source':>14}{'server':>14}")
        for line in lines:
            self.stdout.write(line)
        if different:
            raise CommandError(f"{different} figures differ.")
        self.stdout.write(f"All {len(lines)} figures are equal.")
