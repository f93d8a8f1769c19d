"""`manage.py verify`: recomputes every invariant and balance; exits 1 with the culprits when one is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from core.verify import CHECKS


class Command(BaseCommand):
    """Runs every check in one read-only snapshot of the database."""

    help = "Recomputes every invariant and balance; exits 1 and names the culprit when one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for name, check in CHECKS.items():
                findings = list(check())
                broken += len(findings)
                self.stdout.write(f"{'ok    ' if not findings else 'BROKEN'} {name}")
                for finding in findings:
                    self.stdout.write(f"       {finding.culprit}: {finding.detail}")
        self.stdout.write(f"{len(CHECKS)} checks, {broken} findings")
        if broken:
            sys.exit(1)
