"""Devices without hardware, each on a real wire: `python -m devices.emulators posnet --tcp 6666`.

posnet   a Polish fiscal printer, on a port or a pty
printer  an ESC/POS receipt printer, on a port
scale    a counter scale, on a pty
"""

import argparse
import contextlib
import sys
from collections.abc import Callable

from devices.emulators import scale, wires
from devices.emulators.posnet import PosnetPrinter

HELP = """Type and press Enter:
  paper    the paper runs out, and is put in again
  cover    the cover is opened, and closed again
  silent   it stops answering, and answers again
  off, on  its power
  cut NAME the line breaks after it has executed that command: cut trend
  z        it wants its daily report first
  show     what it has counted
"""


def posnet(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m devices.emulators posnet")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="a port of 127.0.0.1; 0 picks a free one")
    where.add_argument("--pty", action="store_true", help="a pseudo terminal: a serial line to the bridge")
    options = parser.parse_args(arguments)
    printer = PosnetPrinter()
    if options.pty:
        with wires.PtyPrinter(printer) as line:
            _attend(printer, f"on {line.path}")
    else:
        with wires.TcpPrinter(printer, options.tcp) as network:
            _attend(printer, f"on 127.0.0.1:{network.port}")


def _attend(printer: PosnetPrinter, where: str) -> None:
    sys.stdout.write(f"A Posnet printer listens {where}; Ctrl-D ends it.\n{HELP}")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        for text in sys.stdin:
            sys.stdout.write(obey(printer, text.split()) + "\n")
            sys.stdout.flush()


def obey(printer: PosnetPrinter, words: list[str]) -> str:
    """Do what was typed and say how things are now."""
    faults, machine = printer.faults, printer.machine
    deeds: dict[str, Callable[[], object]] = {
        "paper": lambda: _mechanism(printer, 5),
        "cover": lambda: _mechanism(printer, 3),
        "silent": lambda: setattr(faults, "silent", not faults.silent),
        "off": printer.switch_off,
        "on": printer.switch_on,
        "z": lambda: setattr(machine, "z_needed", True),
        "show": lambda: None,
        "cut": lambda: setattr(faults, "cut_after", words[1] if len(words) > 1 else "trend"),
    }
    if not words or words[0] not in deeds:
        return HELP
    deeds[words[0]]()
    return (
        f"receipts {machine.completed}, cancelled {machine.cancelled}, daily reports {len(machine.reports)}, "
        f"sums {machine.sums}, open {machine.open}, power {'on' if printer.alive else 'off'}, {faults}"
    )


def _mechanism(printer: PosnetPrinter, fault: int) -> None:
    if printer.faults.mechanism:
        printer.load_paper()
    else:
        printer.faults.mechanism = fault


def main(arguments: list[str]) -> int:
    kinds: dict[str, Callable[[list[str]], None]] = {
        "posnet": posnet,
        "printer": wires.main,
        "scale": lambda _rest: scale.main(),
    }
    if not arguments or arguments[0] not in kinds:
        sys.stderr.write(__doc__ or "")
        return 2
    kinds[arguments[0]](arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
