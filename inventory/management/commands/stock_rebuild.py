"""`manage.py stock_rebuild`: recomputes every stock balance from its moves."""

from typing import Any

from django.core.management.base import BaseCommand

from core.models import Store
from inventory.services.stock import balances_rebuild


class Command(BaseCommand):
    """For a balance that `manage.py verify` found wrong: the ledger is the truth."""

    help = "Recomputes every stock balance from the ledger and says how many were wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        for store in Store.objects.order_by("number"):
            self.stdout.write(f"{store}: {balances_rebuild(store=store)} balances put right")
