"""Devices without hardware, each on a real wire: `python -m devices.emulators posnet --tcp 6666`.

posnet   a Polish fiscal printer, on a port or a pty
shtrih   a Russian fiscal printer, on a port or a pty, in both of its framings
noviapi  a Polish fiscal printer behind HTTP, on a port
erpnetfp a print server in front of a Bulgarian fiscal printer, on a port
datecs   a fiscal printer of Ukraine, on a port or a pty; datecs_p, datecs_c and datecs_x are those of the other groups
checkbox a Ukrainian register in the cloud, on a port
atol     a Russian fiscal printer behind the web server of its maker's driver, on a port
privatbank, ssi, zvt   card terminals, on a port (privatbank also on a pty)
shtrih_label, massak_label, cas_label, mertech_label
         label-printing scales, on UDP the first, on TCP the others
printer  an ESC/POS receipt printer, on a port
scale    a counter scale that sends text, on a pty
toledo8217, cas, magellan, massak, sma, dialog06, axis
         counter scales by protocol, on a port or a pty
cd5220, escpos_display, dsp800
         customer displays, on a port or a pty
recorder a video recorder that shows what it is told, on TCP, UDP or HTTP, or calling a server
"""

import argparse
import contextlib
import sys
from collections.abc import Callable
from functools import partial
from typing import Protocol

from devices.emulators import labels, recorder, scale, terminals, wires
from devices.emulators.atol import AtolServer
from devices.emulators.checkbox import CheckboxRegister
from devices.emulators.datecs import DatecsPrinter
from devices.emulators.displays import DISPLAYS, CustomerDisplay
from devices.emulators.erpnetfp import ErpNetServer
from devices.emulators.noviapi import NoviApiPrinter
from devices.emulators.posnet import PosnetPrinter
from devices.emulators.scales import SCALES, Magellan
from devices.emulators.shtrih import ShtrihPrinter
from devices.emulators.weighing import WeighingScale
from devices.emulators.wires import Wired

HELP = """Type and press Enter:
  paper    the paper runs out, and is put in again
  cover    the cover is opened, and closed again
  silent   it stops answering, and answers again
  off, on  its power
  cut NAME the line breaks after it has executed that command: cut trend, cut FF45, cut 38, cut PUT receipt
  hang     a document stays in progress, and comes to its end (behind HTTP)
  bad KIND the next answer is none: html, huge, redirect (behind HTTP)
  z        it wants its daily report first
  show     what it has counted
"""

SCALE_HELP = """Type and press Enter:
  500      so many grams lie on it; -20 below zero
  ~500     the same while it moves
  over     more than it carries
  scan EAN a barcode, on a scanner-scale
  silent   it stops answering, and answers again
  slow 1.5 each answer takes so many seconds
  refuse 3, spoil 3
           the next three questions are refused, the next three answers damaged
  cut      the connection ends at the next question
"""


class FiscalPrinter(Wired, Protocol):
    """An emulated fiscal printer that somebody types at."""

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        """What may be typed, by its first word."""

    def counted(self) -> str:
        """What it has counted, and how it is."""


FISCAL: dict[str, Callable[[], FiscalPrinter]] = {
    "posnet": PosnetPrinter,
    "shtrih": ShtrihPrinter,
    "noviapi": NoviApiPrinter,
    "erpnetfp": ErpNetServer,
    "datecs": DatecsPrinter,
    **{f"datecs_{family}": partial(DatecsPrinter, family) for family in "pcx"},
    "checkbox": CheckboxRegister,
    "atol": AtolServer,
}


def fiscal(kind: str, arguments: list[str]) -> None:
    printer = FISCAL[kind]()
    greeting = f"A {kind} printer listens {{}}; Ctrl-D ends it.\n{HELP}"
    _on_a_wire(kind, printer, arguments, greeting, partial(obey, printer))


def weigh(kind: str, arguments: list[str]) -> None:
    weighing = SCALES[kind]()
    _on_a_wire(
        kind,
        weighing,
        arguments,
        f"A scale weighs {{}}; Ctrl-D ends it.\n{SCALE_HELP}",
        partial(load, weighing),
    )


def read(kind: str, arguments: list[str]) -> None:
    display = DISPLAYS[kind]()
    greeting = "A display shows what comes {}; Enter reads it, off and on are its power, Ctrl-D ends it.\n"
    _on_a_wire(kind, display, arguments, greeting, partial(look, display))


def _on_a_wire(
    kind: str, device: Wired, arguments: list[str], greeting: str, obeyed: Callable[[list[str]], str]
) -> None:
    parser = argparse.ArgumentParser(prog=f"python -m devices.emulators {kind}")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="a port of 127.0.0.1; 0 picks a free one")
    where.add_argument("--pty", action="store_true", help="a pseudo terminal: a serial line to the bridge")
    options = parser.parse_args(arguments)
    if options.pty:
        with wires.PtyPrinter(device) as line:
            _attend(greeting.format(f"on {line.path}"), obeyed)
    else:
        with wires.TcpPrinter(device, options.tcp) as network:
            _attend(greeting.format(f"on 127.0.0.1:{network.port}"), obeyed)


def _attend(greeting: str, obeyed: Callable[[list[str]], str]) -> None:
    sys.stdout.write(greeting)
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        for text in sys.stdin:
            sys.stdout.write(obeyed(text.split()) + "\n")
            sys.stdout.flush()


def load(weighing: WeighingScale, words: list[str]) -> str:
    """Do what was typed at a scale and say how things are now."""
    try:
        done = _load(weighing, *words[:2])
    except ValueError:
        done = False
    if not done:
        return SCALE_HELP
    lies = "too much" if weighing.over else f"{weighing.grams} g"
    return f"{lies}, {'moving' if weighing.moving else 'at rest'}, {weighing.faults}"


def _load(weighing: WeighingScale, word: str = "", more: str = "") -> bool:
    grams, faults = word.removeprefix("~"), weighing.faults
    if grams.removeprefix("-").isdigit():
        weighing.put(int(grams), stable=grams == word)
    elif word == "over":
        weighing.overload()
    elif word == "scan" and more and isinstance(weighing, Magellan):
        weighing.scan(more)
    elif word == "silent":
        faults.silent = not faults.silent
    elif word == "slow":
        faults.slow = float(more or 0)
    elif word in ("refuse", "spoil"):
        setattr(faults, word, int(more or 1))
    elif word == "cut":
        faults.cut = True
    else:
        return False
    return True


def look(display: CustomerDisplay, words: list[str]) -> str:
    """Do what was typed at a display and say what a customer reads."""
    if words[:1] in (["off"], ["on"]):
        display.off = words[0] == "off"
    upper, lower = display.lines
    return f"[{upper:20}]\n[{lower:20}] {'off' if display.off else 'on'}"


def obey(printer: FiscalPrinter, words: list[str]) -> str:
    """Do what was typed and say how things are now."""
    deeds = printer.by_hand(words)
    if not words or words[0] not in deeds:
        return HELP
    deeds[words[0]]()
    return printer.counted()


def main(arguments: list[str]) -> int:
    kinds: dict[str, Callable[[str, list[str]], None]] = {
        **dict.fromkeys(FISCAL, fiscal),
        **dict.fromkeys(terminals.KINDS, terminals.main),
        **dict.fromkeys(labels.KINDS, labels.main),
        "recorder": recorder.main,
        "printer": lambda _kind, rest: wires.main(rest),
        "scale": lambda _kind, _rest: scale.main(),
        **dict.fromkeys(SCALES, weigh),
        **dict.fromkeys(DISPLAYS, read),
    }
    if not arguments or arguments[0] not in kinds:
        sys.stderr.write(__doc__ or "")
        return 2
    kinds[arguments[0]](arguments[0], arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
