"""`manage.py translations`: brings the catalogues level with the sources, checks and compiles them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import translations


class Command(BaseCommand):
    """Works without GNU gettext on the machine."""

    help = "Updates, checks or compiles the translations (update | check | compile)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "compile":
            for path in translations.compile_all():
                self.stdout.write(f"compiled {path}")
        elif action == "update":
            for language in translations.LANGUAGES:
                total, missing = translations.update(language)
                self.stdout.write(f"{language}: {total} messages, {missing} without words")
        else:
            found = [line for language in translations.LANGUAGES for line in translations.problems(language)]
            for line in found:
                self.stdout.write(line)
            if found:
                raise CommandError(f"{len(found)} problems")
