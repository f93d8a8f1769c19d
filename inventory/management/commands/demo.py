"""`manage.py demo`: opens the demo shop, or completes it. Doing it twice changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from core import clock
from core.models import Company
from inventory.demo import steps
from inventory.demo.shop import LANGUAGES


class Command(BaseCommand):
    """Prints only what a newcomer needs to know: who may sign in, and how."""

    help = "Opens the demo shop of KASA_COUNTRY: people, goods, stock, promotions, tills. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        country = settings.COUNTRY
        present = Company.objects.order_by("id").first()
        if present is not None and present.country != country:
            raise CommandError(
                f"This database holds a shop of {present.country}; KASA_COUNTRY={country} needs another KASA_DATA."
            )
        # Apps above this one add their steps from a module `demo` of their own.
        autodiscover_modules("demo")
        demo = steps.Demo(country=country, language=LANGUAGES[country], now=clock.now())
        with transaction.atomic(), translation.override(demo.language):
            steps.run(demo)
        for line in demo.lines:
            self.stdout.write(line)
