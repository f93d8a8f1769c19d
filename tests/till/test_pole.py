"""Displays of two lines: what they are told in each state of the till, and a real one behind a real bridge."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from devices.emulators.displays import Cd5220
from devices.emulators.wires import TcpPrinter
from tests.devices.rig import wait_for

from .bridge import Bridge
from .conftest import Shop, open_till
from .fake_shop import ean13

Run = Callable[..., Any]
MILK = ean13("590000000000")

LINES = """async (patch) => {
  const { poleLines } = await import('/static/till/models/poledisplay.js');
  const t = (text, args = {}) => text.replace(/\\{(\\w+)\\}/g, (gap, name) => args[name] ?? gap);
  const line = { n: 1, name: 'Milk', quantity: 2000, price: 499, gross: 998, total: 900 };
  const view = { mode: 'sale', kind: 'sale', language: 'pl', currency: { currency: 'PLN', digits: 2 },
    lines: [{ ...line, name: 'Bread' }, line], total: 123456, rest: 0, restCash: 0, paid: 0, change: 0,
    adverts: { greeting: '' } };
  return poleLines({ ...view, ...patch }, t);
}"""


@pytest.mark.parametrize(
    ("patch", "lines"),
    [
        ({}, [["Milk", "9,00"], ["Total", "1 234,56"]]),
        ({"kind": "return"}, [["Milk", "9,00"], ["To be paid back", "1 234,56"]]),
        ({"lines": [], "total": 0}, [["", ""], ["Total", "0,00"]]),
        ({"mode": "paying", "rest": 500, "restCash": 500}, [["To pay", "5,00"], ["", ""]]),
        (
            {"mode": "paying", "rest": 300, "restCash": 300, "paid": 200},
            [["To pay", "3,00"], ["Paid 2,00", ""]],
        ),
        ({"mode": "paying", "rest": 503, "restCash": 505}, [["To pay", "5,03"], ["In cash 5,05", ""]]),
        ({"mode": "change", "change": 150}, [["Change", "1,50"], ["Thank you!", ""]]),
        ({"mode": "change", "total": 900}, [["Total", "9,00"], ["Thank you!", ""]]),
        ({"mode": "idle"}, [["Welcome", ""], ["", ""]]),
        ({"mode": "closed"}, [["This till is closed.", ""], ["", ""]]),
        (
            {"mode": "idle", "adverts": {"greeting": "Fresh bread every morning at six"}},
            [["Fresh bread every", ""], ["morning at six", ""]],
        ),
        (
            {"mode": "idle", "adverts": {"greeting": "A" * 50}},
            [["A" * 20, ""], ["A" * 20, ""]],
        ),
    ],
)
def test_each_state_of_the_till_has_its_two_lines(
    run: Run, patch: dict[str, Any], lines: list[list[str]]
) -> None:
    told = run(LINES, patch)
    assert [[part.replace("\u00a0", " ").replace("\u202f", " ") for part in line] for line in told] == lines


def test_a_sale_is_read_on_the_display_and_goes_on_without_it(page: Page, shop: Shop, tmp_path: Path) -> None:
    with TcpPrinter(Cd5220("cp852")) as wire:
        display = wire.printer
        assert isinstance(display, Cd5220)
        section = (
            '[[device]]\nid = "display1"\ndriver = "cd5220"\n[device.settings]\nencoding = "cp852"\n'
            f'poll_seconds = 0.1\n[device.transport]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {wire.port}\n'
        )
        bridge = Bridge(tmp_path / "bridge", shop.url, section)
        bridge.start()
        try:
            open_till(page, shop)
            bridge.pair(page)
            wait_for(lambda: display.lines[0] == "Welcome")
            page.evaluate(f"till.scan('{MILK}')")
            total = page.evaluate("till.state.receipt.due")
            shown = f"{total // 100},{total % 100:02d}"
            wait_for(lambda: display.lines[1].startswith("Total") and display.lines[1].endswith(shown))
            page.evaluate("till.startPayment()")
            wait_for(lambda: display.lines[0].startswith("To pay"))
            # It is switched off: a state among the devices, and nothing that a cashier notices.
            display.off = True
            page.wait_for_function(
                "till.status.bridge.devices.find((one) => one.kind === 'display').state === 'offline'"
            )
            page.evaluate("till.tender({ method: 'cash' })")
            page.evaluate("till.finish()")
            assert (
                page.evaluate("till.state.last.due") == total and page.evaluate("till.status.troubles") == []
            )
            display.off = False
            wait_for(lambda: display.lines[1] == "Thank you!")
        finally:
            bridge.stop()
