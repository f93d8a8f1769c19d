"""Loose goods and the scale: a real bridge, its driver, and an emulated scale on a real serial line.

Only a weight that is stable, fresh and not taken already enters a line.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from devices.emulators.scale import PtyScale

from .bridge import Bridge, scale_on
from .conftest import Shop, open_till, sell, wait
from .fake_shop import ean13, product_id
from .test_selling import refused

LOOSE = product_id(7)
LOOSE_CODE = "107"
MILK = ean13("590000000000")
TILE = f"till.addProduct('{LOOSE}')"


@pytest.fixture
def scale() -> Iterator[PtyScale]:
    with PtyScale() as one:
        yield one


@pytest.fixture
def bridge(tmp_path: Path, shop: Shop, scale: PtyScale) -> Iterator[Bridge]:
    one = Bridge(tmp_path / "bridge", shop.url, scale_on(scale.path))
    one.start()
    yield one
    one.stop()


def lies(page: Page, scale: PtyScale, grams: int, stable: bool = True) -> None:
    """Puts it on the scale and waits until the till shows it."""
    scale.put(grams, stable)
    wait(page, f"till.status.scale.grams === {grams} && till.status.scale.stable === {str(stable).lower()}")


def tapped(page: Page) -> Any:
    """What a tile answers: the quantity of its line, or why there is none."""
    return page.evaluate(
        f"(() => {{ const said = {TILE}; return said.ok"
        " ? till.state.receipt.lines.find((one) => one.n === said.line).quantity : said.problem.code; })()"
    )


def test_a_tile_takes_a_settled_weight_once(page: Page, shop: Shop, bridge: Bridge, scale: PtyScale) -> None:
    open_till(page, shop)
    assert tapped(page) == 1000, "a shop without a scale types the weight, or has it on a label"
    bridge.pair(page)
    lies(page, scale, 1252)
    assert tapped(page) == 1252
    assert tapped(page) == "weight_used"
    # The wrong tile: struck off, the same goods are sold by the right one.
    page.evaluate("till.voidLine(null)")
    assert tapped(page) == 1252
    lies(page, scale, 310, stable=False)
    assert tapped(page) == "weight_moves"
    lies(page, scale, 310)
    assert tapped(page) == 310
    # The goods of the customer before still lie there when their receipt is long paid.
    sell(page, MILK)
    assert tapped(page) == "weight_used"
    lies(page, scale, 0)
    assert tapped(page) == "no_weight"
    lies(page, scale, -20)
    assert tapped(page) == "no_weight"
    lies(page, scale, 310)
    assert tapped(page) == 310


def test_a_typed_quantity_and_goods_by_the_piece_do_not_ask_the_scale(
    page: Page, shop: Shop, bridge: Bridge, scale: PtyScale
) -> None:
    open_till(page, shop)
    bridge.pair(page)
    lies(page, scale, 500, stable=False)
    assert page.evaluate(f"till.addProduct('{LOOSE}', 750).ok && till.state.receipt.lines[0].quantity") == 750
    page.evaluate("till.multiply(2000)")
    assert tapped(page) == 2000
    assert (
        page.evaluate(f"till.addProduct('{product_id(0)}').ok && till.state.receipt.lines[2].quantity")
        == 1000
    )
    assert page.evaluate(f"till.scan('{LOOSE_CODE}').ok && till.state.receipt.lines[3].quantity") == 1000


def test_the_weight_goes_into_the_selected_line(
    page: Page, shop: Shop, bridge: Bridge, scale: PtyScale
) -> None:
    open_till(page, shop)
    assert refused(page, "till.scale.weigh()")[0] == "no_line"
    page.evaluate(f"till.scan('{LOOSE_CODE}')")
    assert refused(page, "till.scale.weigh()")[0] == "no_scale"
    bridge.pair(page)
    lies(page, scale, 640)
    page.evaluate("till.scale.weigh()")
    assert page.evaluate("till.state.receipt.lines[0].quantity") == 640
    assert refused(page, "till.scale.weigh()")[0] == "weight_used"
    lies(page, scale, 1200)
    page.evaluate("till.scale.weigh()")
    assert page.evaluate("till.state.receipt.lines[0].quantity") == 1200
    page.evaluate(f"till.scan('{MILK}')")
    lies(page, scale, 800)
    assert refused(page, "till.scale.weigh()")[0] == "not_by_weight"
    page.evaluate("till.startPayment()")
    page.evaluate("till.tender({ method: 'cash' })")
    page.evaluate("till.finish()")
    wait(page, "till.status.unsent === 0")
    [receipt] = shop.items("receipt")
    assert [line["quantity"] for line in receipt["body"]["lines"]] == [1200, 1000]
    changes = [
        item["body"]["data"] for item in shop.items("event") if item["body"]["name"] == "quantity_change"
    ]
    assert [(one["from"], one["to"], one["scale"]) for one in changes] == [
        (1000, 640, True),
        (640, 1200, True),
    ]


def test_a_weight_that_nobody_confirms_any_more_enters_no_line(
    page: Page, shop: Shop, bridge: Bridge, scale: PtyScale
) -> None:
    open_till(page, shop)
    bridge.pair(page)
    lies(page, scale, 1000)
    scale.overload()
    wait(page, "till.status.scale.grams === null && till.status.scale.state === 'fault'")
    assert tapped(page) == "no_weight"
    lies(page, scale, 1000)
    bridge.stop()
    wait(page, "till.status.scale.state === 'offline'")
    assert page.evaluate("till.status.scale.grams") is None
    assert tapped(page) == "scale_away"
    assert page.evaluate(f"till.addProduct('{LOOSE}', 750).ok")


def test_a_bridge_that_tells_nonsense_weighs_nothing(
    page: Page, shop: Shop, bridge: Bridge, scale: PtyScale
) -> None:
    """The model itself, with frames that no bridge of ours sends, and with scales that tell no number while they move
    or are empty: a weight that moved is still the same goods, an empty pan means that they are gone.
    """
    open_till(page, shop)
    said = page.evaluate(
        """async () => {
          const { Scale } = await import('/static/till/models/scale.js');
          let now = 0;
          const devices = [{ id: 's', kind: 'scale', state: 'ready' }];
          const status = { bridge: { state: 'ready', devices }, scale: {} };
          const goods = { product: () => ({ kind: 'weighed', unit: 'kg', name: 'x', openPrice: false }) };
          const view = { status, setStatus: (patch) => Object.assign(status, patch) };
          const selling = { drafts: [], current: { id: 'r' } };
          const scale = new Scale({ view, goods, selling, clock: { device: () => now } });
          const tap = () => {
            try { return scale.fill('p', { operand: null }, (quantity) => ({ ok: true, line: 1, quantity })).quantity; }
            catch (error) { return error.code; }
          };
          const says = (event) => { scale.heard({ device: 's', grams: 100, stable: true, ...event }); return tap(); };
          const strange = [{ device: 't' }, { grams: '100' }, { grams: 1.5 }, { grams: 1e9 }, { stable: 1 },
            { stable: null }];
          const odd = strange.map(says);
          scale.heard({ device: 's', grams: 100, stable: true });
          now = 2001;
          const late = tap();
          now = -1;
          const early = tap();
          now = 2000;
          const last = tap();
          const blank = (why) => says({ grams: null, stable: false, why });
          const taken = [blank('motion'), blank('stale'), blank('over'), blank('fault'), says({})];
          const lifted = [blank('empty'), says({}), says({}), blank('under'), says({})];
          scale.stop();
          return { odd, late, early, last, taken, lifted };
        }"""
    )
    assert said == {
        "odd": ["scale_away"] * 6,
        "late": "scale_away",
        "early": "scale_away",
        "last": 100,
        "taken": ["weight_moves", "weight_used", "no_weight", "no_weight", "weight_used"],
        "lifted": ["no_weight", 100, "weight_used", "no_weight", 100],
    }
