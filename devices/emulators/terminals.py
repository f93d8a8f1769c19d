"""Card terminals by hand: `python -m devices.emulators privatbank --tcp 2000`, `zvt --tcp 20007`, `ssi --tcp 3000`."""

import argparse
import contextlib
import sys
from collections.abc import Callable

from devices.emulators import wires
from devices.emulators.privatbank import PrivatBankTerminal
from devices.emulators.ssi import SsiTerminal
from devices.emulators.zvt import ZvtTerminal

HELP = """Type and press Enter:
  wait     from now on the customer is slow; again: shows the card at once
  card     the customer who is waited for shows the card
  decline  the bank refuses the next payment
  silent   it stops answering, and answers again
  cut      the line breaks after it has executed the next payment
  lose     the line breaks before it has executed the next payment
  hand     somebody pays 1.00 at the terminal itself
  show     what cards have paid
"""
Emulated = PrivatBankTerminal | SsiTerminal | ZvtTerminal
KINDS: dict[str, tuple[Callable[[], Emulated], str]] = {
    "privatbank": (PrivatBankTerminal, "Purchase"),
    "ssi": (SsiTerminal, "Purchase"),
    "zvt": (ZvtTerminal, "pay"),
}


def main(kind: str, arguments: list[str]) -> None:
    """Listens until Ctrl-D, and does what is typed."""
    parser = argparse.ArgumentParser(prog=f"python -m devices.emulators {kind}")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="a port of 127.0.0.1; 0 picks a free one")
    if kind == "privatbank":
        where.add_argument(
            "--pty", action="store_true", help="a pseudo terminal: a serial line to the bridge"
        )
    options = parser.parse_args(arguments)
    terminal = KINDS[kind][0]()
    if getattr(options, "pty", False):
        with wires.PtyPrinter(terminal) as line:
            _attend(kind, terminal, f"on {line.path}")
    else:
        with wires.TcpPrinter(terminal, options.tcp) as network:
            _attend(kind, terminal, f"on 127.0.0.1:{network.port}")


def _attend(kind: str, terminal: Emulated, where: str) -> None:
    sys.stdout.write(f"A {kind} terminal listens {where}; Ctrl-D ends it.\n{HELP}")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        for text in sys.stdin:
            sys.stdout.write(obey(kind, terminal, text.strip()) + "\n")
            sys.stdout.flush()


def obey(kind: str, terminal: Emulated, word: str) -> str:
    """Do what was typed and say how things are now."""
    faults, bank, purchase = terminal.faults, terminal.bank, KINDS[kind][1]
    deeds: dict[str, Callable[[], object]] = {
        "wait": lambda: setattr(faults, "customer", 0 if faults.customer else -1),
        "card": terminal.show_card,
        "decline": lambda: setattr(faults, "declines", faults.declines + 1),
        "silent": lambda: setattr(faults, "silent", not faults.silent),
        "cut": lambda: setattr(faults, "cut_after", purchase),
        "lose": lambda: setattr(faults, "cut_before", purchase),
        "hand": lambda: bank.act("purchase", 100),
        "show": lambda: None,
    }
    if word not in deeds:
        return HELP
    deeds[word]()
    return f"charges {bank.charges}, in all {bank.charged}, log {len(bank.entries)}, {faults}"
