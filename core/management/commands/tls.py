"""`manage.py tls`: make or renew the store's certificate authority and server certificate."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.runtime import tls


class Command(BaseCommand):
    """Makes the certificates with which `manage.py serve` speaks HTTPS and WSS to tills on other machines."""

    help = (
        "Makes the store's private certificate authority and the server's certificate, so that tills on "
        "other machines can use it. Run again to renew or to add names; `serve` renews by itself."
    )
    # Certificates are made before there is a database, and on machines that have none.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Names and addresses to add, and what to make anew."""
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="a further name or address of this server"
        )
        parser.add_argument("--renew", action="store_true", help="make a new server certificate now")
        parser.add_argument(
            "--new-authority",
            action="store_true",
            help="make a new authority too; every till must then come to trust it again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing or asked for, then say what there is and what a till needs."""
        try:
            made = tls.ensure_certificates(
                now=clock.now(),
                add=options["names"],
                new_authority=options["new_authority"],
                renew=options["renew"],
            )
        except tls.TLSError as error:
            raise CommandError(str(error)) from error
        self._report(made)

    def _report(self, made: bool) -> None:
        place = tls.files()
        self.stdout.write("A new server certificate was made." if made else "The server certificate is good.")
        self.stdout.write(f"  for          {', '.join(tls.server_names())}")
        self.stdout.write(
            f"  valid until  {tls.valid_until():%Y-%m-%d} (renewed by `manage.py serve` 30 days before)"
        )
        self.stdout.write("The store's authority, which each till must trust:")
        self.stdout.write(f"  file         {place.authority}")
        self.stdout.write(f"  SHA-256      {tls.authority_fingerprint()}")
        self.stdout.write(f"  for Chromium copy {place.policy}")
        self.stdout.write("               to /etc/chromium/policies/managed/openkasa.json on the till")
        self.stdout.write(
            "docs/tls.md says how a till comes to trust it. Restart `manage.py serve` to speak HTTPS."
        )
