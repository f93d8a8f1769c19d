"""What the page of a virtual printer says, in the language of its settings: receipts, state, drawer, fault buttons."""

import html
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from devices.drivers.virtual.codec import Record
from devices.drivers.virtual.shelf import Shelf
from devices.emulators.printer import Printer

HERE = Path(__file__).parent / "web"
WORDS = Path(__file__).parent / "words.toml"
STATES = ("ready", "paper_low", "no_paper", "cover_open")


class View:
    def __init__(self, device: str, shelf: Shelf, printer: Printer, language: str) -> None:
        self.shelf = shelf
        self.printer = printer
        self._device = device
        self._language = language
        self._words: dict[str, str] = tomllib.loads(WORDS.read_text(encoding="utf-8")).get(language, {})

    def version(self) -> str:
        """Changes with everything the page shows, so that a browser knows when to fetch it again."""
        drawer = "open" if self.printer.drawer_open else "closed"
        return f"{self.shelf.version}.{self.printer.pulses}.{self.state()}.{drawer}"

    def state(self) -> str:
        faults = self.printer.faults
        if faults.cover_open:
            return "cover_open"
        if faults.no_paper:
            return "no_paper"
        return "paper_low" if faults.paper_low else "ready"

    def set_state(self, state: str) -> None:
        """Make the printer behave as with low paper, no paper or an open cover, or well again."""
        faults = self.printer.faults
        faults.cover_open = state == "cover_open"
        faults.no_paper = state == "no_paper"
        faults.paper_low = state == "paper_low"

    def index(self) -> str:
        """The whole page. Every word from outside is escaped here and nowhere else."""
        _ = self._
        state, names = self.state(), self._state_names()
        is_open = self.printer.drawer_open
        return _fill(
            "page.html",
            {
                "language": self._language,
                "title": _("Virtual receipt printer"),
                "device": self._device,
                "version": self.version(),
                "state": state,
                "state_name": names[state],
                "drawer": "open" if is_open else "closed",
                "drawer_name": _("Drawer open") if is_open else _("Drawer closed"),
                "try_label": _("Pretend:"),
                "count": _("Receipts, newest first"),
            },
            push=self._button("drawer", "close", _("Close the drawer")) if is_open else "",
            buttons="".join(self._button("state", *name, pressed=name[0] == state) for name in names.items()),
            receipts="".join(map(self._receipt, self.shelf.records())) or self._nothing(),
        )

    def _(self, text: str) -> str:
        return self._words.get(text, text)

    def _state_names(self) -> dict[str, str]:
        _ = self._
        return {
            "ready": _("Ready"),
            "paper_low": _("Paper low"),
            "no_paper": _("No paper"),
            "cover_open": _("Cover open"),
        }

    def _button(self, name: str, value: str, title: str, *, pressed: bool = False) -> str:
        state = ' aria-pressed="true"' if pressed else ""
        return f'<button name="{name}" value="{value}"{state}>{html.escape(title)}</button>'

    def _nothing(self) -> str:
        text = self._("Nothing has been printed yet. Receipts of the till appear here by themselves.")
        return f'<p class="nothing">{html.escape(text)}</p>'

    def _receipt(self, record: Record) -> str:
        _ = self._
        moment = datetime.fromtimestamp(record.printed_at / 1000, UTC).astimezone()
        items = "".join(f"<li>{html.escape(complaint)}</li>" for complaint in record.complaints)
        return _fill(
            "receipt.html",
            {
                "action": record.action,
                "instant": moment.isoformat(),
                "moment": f"{moment:%Y-%m-%d %H:%M:%S}",
                "width": str(record.width),
                "height": str(record.height),
                "alt": _("Picture of the receipt; its text follows."),
                "as_text": _("As text"),
                "language": record.language,
                "text": record.text,
            },
            complaints=f'<ul class="complaints">{items}</ul>' if items else "",
        )


def _fill(name: str, words: dict[str, str], **markup: str) -> str:
    template = (HERE / name).read_text(encoding="utf-8")
    return template.format(**{key: html.escape(word) for key, word in words.items()}, **markup)
