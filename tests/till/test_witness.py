"""What the till journals besides its facts: events in the shape of the registry, and how a receipt came about."""

from typing import Any

from playwright.sync_api import Page

from pos.rules.happenings import registry

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13, product_id

MILK, BREAD = ean13("590000000000"), ean13("590000000001")
TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("money", "quantity", "percent", "count", "ms"), int),
    **dict.fromkeys(("instant", "product", "employee", "receipt", "text", "word"), str),
    "flag": bool,
    "list": list,
    "object": dict,
}


def events(shop: Shop) -> list[dict[str, Any]]:
    return [item["body"] for item in shop.items("event")]


def named(shop: Shop, name: str) -> list[dict[str, Any]]:
    return [body for body in events(shop) if body["name"] == name]


def sent(page: Page) -> None:
    page.evaluate("till.flush()")
    wait(page, "till.status.unsent === 0")


def misshapen(body: dict[str, Any]) -> list[str]:
    """What in an event's data is not as the registry says."""
    shape = registry().get(body["name"])
    if shape is None:
        return [f"{body['name']} is not registered"]
    wrong = [f"{body['name']}.{key}" for key in body["data"].keys() ^ shape.keys()]
    for key, kind in shape.items():
        value = body["data"].get(key)
        right = (
            value is None
            if value is None and kind.endswith("?")
            else isinstance(value, TYPES[kind.removesuffix("?")])
        )
        if not right:
            wrong.append(f"{body['name']}.{key} = {value!r}")
    return wrong


DEEDS = """async ([milk, bread]) => {
  till.scan(milk); till.scan(bread); till.scan(bread); till.scan('4000000000001'); till.scan('4000000000001');
  till.setQuantity(2, 3000); till.setQuantity(2, 2000); till.voidLine(null, { reason: 'changed mind' });
  till.discountLine(1, { amount: 10, reason: 'dent' });
  till.startPayment(); till.leavePayment(); till.startPayment();
  till.tender({ method: 'card', amount: 100 }); till.removeTender(0);
  till.tender({ method: 'cash', tendered: 1000 });
  await till.finish();
  till.scan(milk); till.newReceipt(); till.scan(bread); till.cancelReceipt({ reason: 'no money' });
  till.cancelReceipt({});
  till.priceCheck(milk);
  await till.xReport();
  const refused = (deed, code) => deed().catch((error) => { if (error.code !== code) throw error; });
  await refused(() => till.signIn('0000'), 'wrong_pin');
  await refused(() => till.authorise('till.z', { pin: '1111' }), 'own_approval');
  till.saw('focus_lost', {}, 900); till.saw('focus_lost', {}, 100); till.saw('focus_lost', {}, 200);
}"""


def test_what_is_done_is_journaled_in_the_shape_of_the_registry(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(DEEDS, [MILK, BREAD])
    sent(page)
    found = events(shop)
    assert [wrong for body in found for wrong in misshapen(body)] == []
    names = [body["name"] for body in found]
    assert names[0] == "start" and "login" in names[:3] and found[0]["data"]["how"] in ("enrolment", "load")
    for name in (
        "payment_left",
        "tender_cancel",
        "price_check",
        "x_report",
        "login_failed",
        "approval_refused",
    ):
        assert names.count(name) == 1, name
    assert names.count("receipt_cancel") == 2 and names.count("receipt_left") == 1
    assert sum(body["data"]["times"] for body in named(shop, "scan_refused")) == 2
    assert [(body["data"]["times"], body["data"]["ms"]) for body in named(shop, "focus_lost")] == [
        (1, 900),
        (2, 300),
    ]


def test_a_receipt_tells_how_it_came_about(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(DEEDS, [MILK, BREAD])
    sent(page)
    (receipt,) = shop.items("receipt")
    trail, *dropped = named(shop, "receipt_trail")
    assert trail["receipt"] == receipt["id"] and len(dropped) == 2 and trail["data"]["left_out"] == 0
    steps = trail["data"]["steps"]
    assert [step["do"] for step in steps] == [
        *("line", "line", "line", "quantity", "quantity", "void", "discount"),
        *("total", "total", "tender", "untender", "tender"),
    ]
    assert steps[0] == {
        "ms": steps[0]["ms"],
        "do": "line",
        "n": 1,
        "product": product_id(0),
        "quantity": 1000,
        "price": 199,
    }
    assert steps[6]["n"] == 1 and (steps[6]["amount"], steps[6]["percent"]) == (10, None)
    assert all(0 <= step["ms"] < 600_000 for step in steps)
    (void,) = named(shop, "line_void")
    assert void["data"]["amount"] == 400 and void["data"]["after_total"] is False


def test_lines_taken_off_after_the_total_say_so_also_after_a_restart(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate(
        "([milk, bread]) => { till.scan(milk); till.scan(bread); till.startPayment(); }", [MILK, BREAD]
    )
    page.evaluate("till.close()")
    boot(page, shop)
    wait(page, "till.state.receipt?.count === 2")
    page.evaluate(
        "till.authorise('till.void_subtotal', { pin: '9999' }).then((approval) => till.voidLine(1, { approval }))"
    )
    sent(page)
    (void,) = named(shop, "line_void")
    assert void["data"]["after_total"] is True and void["data"]["quick"] is False
    assert [body["data"]["receipts"] for body in named(shop, "start")] == [0, 1]


def test_a_clock_that_jumps_is_seen_and_the_end_of_a_shift_tells_how_quick_it_was(
    page: Page, shop: Shop
) -> None:
    page.add_init_script("window.lead = 0")
    open_till(page, shop)
    page.evaluate("till.close()")
    page.goto(f"{shop.url}/")
    page.evaluate(
        """async () => {
          const { Till } = await import('/static/till/till.js');
          window.till = await Till.boot({ wall: () => Date.now() + window.lead });
        }"""
    )
    wait(page, "till.status.catalogue.state === 'ready'")
    page.evaluate("till.signIn('9999')")
    sell(page, MILK)
    page.evaluate(
        "till.measured('scan', 31); till.measured('scan', 4000); till.measured('action', 12, 7); till.heldUp(80)"
    )
    page.evaluate("(milk) => { window.lead = 3_600_000; till.scan(milk); till.cancelReceipt({}); }", MILK)
    page.evaluate("till.closeShift({ counted: null, forced: true, reason: 'x' })")
    sent(page)
    assert any(abs(body["data"]["by"] - 3_600_000) < 60_000 for body in named(shop, "clock_jump"))
    (told,) = named(shop, "latency")
    data = told["data"]
    assert data["scan"][data["edges"].index(32)] == 1 and data["scan"][-1] == 1
    assert data["action"][data["edges"].index(16)] == 7 and data["scan_max"] == 4000 and data["slow"] == 1
    assert told["shift"] == shop.items("shift")[0]["body"]["shift"]
