"""Label scales by hand: `python -m devices.emulators shtrih_label --udp 1111`."""

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

from devices.emulators import wires
from devices.emulators.cas_label import CasLabel
from devices.emulators.massak_label import MassakLabel
from devices.emulators.mertech_label import MertechLabel
from devices.emulators.shtrih_label import ShtrihLabel

HELP = """Type and press Enter:
  show     what it holds, by place
  label 107 1252
           the barcode of 1252 g (or pieces) of what stands at place 107
  loss 30  so many of a hundred datagrams are lost, each way (UDP)
  busy 3   the next three questions find its menu open (UDP), or are heard damaged (TCP)
  cut 5    the line breaks after five more questions (TCP)
  silent   it stops answering, and answers again
  off, on  its power
"""
Emulated = ShtrihLabel | MassakLabel | CasLabel | MertechLabel
SHOWN = 50


@dataclass(frozen=True)
class Kind:
    """An emulated scale and the wire it hangs on: `udp` or `tcp`."""

    make: Callable[[], Emulated]
    wire: str


KINDS: dict[str, Kind] = {
    "shtrih_label": Kind(ShtrihLabel, "udp"),
    "massak_label": Kind(MassakLabel, "tcp"),
    "cas_label": Kind(CasLabel, "tcp"),
    "mertech_label": Kind(MertechLabel, "tcp"),
}


def main(name: str, arguments: list[str]) -> None:
    """Listens until Ctrl-D, and does what is typed."""
    kind = KINDS[name]
    parser = argparse.ArgumentParser(prog=f"python -m devices.emulators {name}")
    parser.add_argument(
        f"--{kind.wire}",
        type=int,
        required=True,
        dest="port",
        metavar="PORT",
        help="a port of 127.0.0.1; 0 picks a free one",
    )
    port = parser.parse_args(arguments).port
    scale = kind.make()
    with (
        wires.UdpServer(scale, port)
        if isinstance(scale, ShtrihLabel)
        else wires.TcpPrinter(scale, port) as server
    ):
        _attend(name, scale, f"on 127.0.0.1:{server.port} ({kind.wire.upper()})")


def _attend(name: str, scale: Emulated, where: str) -> None:
    sys.stdout.write(f"A {name} listens {where}; Ctrl-D ends it.\n{HELP}")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        for text in sys.stdin:
            sys.stdout.write(obey(scale, text.split()) + "\n")
            sys.stdout.flush()


def obey(scale: Emulated, words: list[str]) -> str:
    """Do what was typed and say how things are now."""
    try:
        return _obey(scale, *words)
    except (IndexError, KeyError, TypeError, ValueError):
        return HELP


def _obey(scale: Emulated, word: str, *more: str) -> str:
    faults = scale.faults
    if word == "label":
        return scale.label(int(more[0]), int(more[1]))
    if word in ("loss", "busy", "cut"):
        setattr(faults, word, int(more[0]))
    elif word == "silent":
        faults.silent = not faults.silent
    elif word in ("off", "on"):
        (scale.switch_on if word == "on" else scale.switch_off)()
    elif word != "show":
        return HELP
    held = [f"{number:6} {scale.article(number)}" for number in sorted(scale.records)[:SHOWN]]
    return "\n".join([*held, f"{len(scale.records)} goods, power {'on' if scale.alive else 'off'}, {faults}"])
