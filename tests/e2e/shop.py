"""The other side of a walk: a small shop made through the services, and a hand in the back office.

Run as a process of its own (`python -m tests.e2e.shop`) beside the server, so that the test process needs no
second database. It reads one JSON command a line and answers one JSON line.
"""

import json
import sys
import traceback
from typing import Any

import django

from tests.e2e import people

MILK, BREAD, BEER, APPLES, BAG = (
    "5900000000016",
    "5900000000023",
    "5900000000030",
    "5900000000047",
    "5900000000054",
)

# code, name, kind, unit, tax, age, price, barcode
GOODS = [
    ("101", "Mleko UHT 3,2 % 1 l", "piece", "pcs", "C", 0, 379, MILK),
    ("102", "Chleb żytni 500 g", "piece", "pcs", "C", 0, 620, BREAD),
    ("103", "Piwo Żywiec 0,5 l but.", "piece", "pcs", "A", 18, 429, BEER),
    ("104", "Jabłka Ligol luz", "weighed", "kg", "C", 0, 399, APPLES),
    ("105", "Torba papierowa", "piece", "pcs", "A", 0, 99, BAG),
    ("106", "Żółty ser Gouda plastry 300 g", "piece", "pcs", "C", 0, 1249, "5900000000061"),
    ("107", "Masło ekstra Łaciate 200 g", "piece", "pcs", "C", 0, 799, "5900000000078"),
    ("108", "Кава мелена Львівська 225 г", "piece", "pcs", "A", 0, 3999, "5900000000085"),
    ("109", "Пиво тёмное «Балтика» №6", "piece", "pcs", "A", 18, 899, "5900000000092"),
    ("110", "Pomidory malinowe", "weighed", "kg", "C", 0, 999, "5900000000108"),
    ("111", "Ogórki szklarniowe", "weighed", "kg", "C", 0, 749, "5900000000115"),
    ("112", "Winogrona białe bezpestkowe", "weighed", "kg", "C", 0, 1599, "5900000000122"),
]


def found() -> dict[str, Any]:
    """Opens the shop in an empty database."""
    from core import clock, permissions
    from core.services import organisation
    from inventory.models import Unit
    from inventory.services import basics, goods, prices

    organisation.PIN_ITERATIONS = 1000
    company = organisation.company_create(
        name="Sklep sp. z o.o.", country="pl", currency="PLN", tax_id="5260001246"
    )
    store = organisation.store_create(
        company=company,
        number=1,
        name="Sklep 1",
        time_zone="Europe/Warsaw",
        language="pl",
        address="Łódź, Piotrkowska 1",
    )
    cashier = organisation.role_save(
        code="cashier", name="Cashier", permissions=permissions.CASHIER, limits={"discount_percent": 1000}
    )
    manager = organisation.role_save(
        code="manager", name="Manager", permissions=permissions.MANAGER, limits={"discount_percent": 10000}
    )
    organisation.employee_create(store=store, name="Anna Nowak", role=cashier, pin="1111", badge="B-1001")
    organisation.employee_create(store=store, name="Marta Lis", role=manager, pin="9999", badge="B-9001")
    basics.basics_ensure(country="pl")
    group = goods.group_save(name="Spożywcze", colour="#0a7f43")
    ids = {}
    for code, name, kind, unit, tax, age, price, barcode in GOODS:
        product = goods.product_save(
            code=code,
            name=name,
            kind=kind,
            unit=Unit.objects.get(code=unit),
            group=group,
            tax=tax,
            age=age,
            now=clock.now(),
        )
        goods.barcode_add(product=product, code=barcode)
        prices.price_change(product=product, price=price, now=clock.now())
        ids[code] = str(product.id)
        if code == "105":
            # What only a keyboard's places spell rightly under another layout.
            goods.barcode_add(product=product, code="KASA;[1/B].X")
    settle(ids)
    return {"goods": ids}


def settle(ids: dict[str, str]) -> None:
    """What a manager sets up for the tills."""
    from core.services import organisation

    tiles = [ids[code] for code in ("104", "110", "111", "112", "102", "105")]
    organisation.setting_save("quick_cash", [1000, 2000, 5000, 10000, 20000, 50000])
    organisation.setting_save("quick_grid", [{"label": "Warzywa", "products": tiles}])
    labels = [{"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5}]
    organisation.setting_save("weighed_labels", labels)
    organisation.setting_save("card_tenders", [{"id": "card1", "name": "Terminal 1"}])


def code(number: int, kind: str = "till") -> dict[str, Any]:
    """A one-time code for a till or a price checker, which is created when it is new."""
    from core import clock
    from core.services import organisation
    from pos.selectors import tills as known
    from pos.services import tills

    store = organisation.current_store()
    till = known.till_by_number(store, number) or tills.till_create(store=store, number=number, kind=kind)
    return {"code": tills.till_code_make(till=till, by=None, now=clock.now())}


def revoke(number: int) -> dict[str, Any]:
    """Takes a till's number away from its device."""
    from core import clock
    from core.services import organisation
    from pos.selectors import tills as known
    from pos.services import tills

    till = known.till_by_number(organisation.current_store(), number)
    assert till is not None
    return {"revoked": tills.till_revoke(till, now=clock.now())}


def reprice(code: str, price: int) -> dict[str, Any]:
    """A manager changes a price."""
    from core import clock
    from inventory.models import Product
    from inventory.services import prices

    product = Product.objects.get(code=code)
    return {"changed": bool(prices.price_change(product=product, price=price, now=clock.now()))}


def receipts(number: int) -> dict[str, Any]:
    """What the server holds of a till, in the order the till made it."""
    from pos.models import JournalItem, Receipt

    rows = Receipt.objects.filter(till__number=number).order_by("inc", "seq")
    items = JournalItem.objects.filter(till__number=number).order_by("inc", "seq")
    states: dict[str, int] = {}
    for item in items:
        states[str(item.state)] = states.get(str(item.state), 0) + 1
    return {
        "receipts": [
            {
                "id": str(row.id),
                "label": row.label,
                "number": row.number,
                "due": row.due,
                "lines": row.line_count,
            }
            for row in rows.select_related("store", "till")
        ],
        "seqs": [[item.inc, item.seq] for item in items],
        "states": states,
    }


def picture() -> dict[str, Any]:
    """A manager adds a picture for the customers' screen."""
    from core import clock
    from pos.services import pictures
    from tests.pos.test_pictures import picture as drawn

    return {"sha256": pictures.picture_add(drawn(), "summer.png", now=clock.now()).sha256}


def layout(preset: str, number: int, key: str = "", broken: bool = False) -> dict[str, Any]:
    """Publishes a preset for one till: its void moved to another key, or with something no till can draw."""
    import uuid

    from core import clock, feed
    from core.services import organisation
    from pos.layouts import judge
    from pos.selectors import tills as known
    from pos.services import layouts

    store = organisation.current_store()
    till = known.till_by_number(store, number)
    assert till is not None
    body = judge.presets()[preset]
    if key:
        del body["keys"]["sale"]["F8"]
        body["keys"]["sale"][key] = "void"
    made = layouts.layout_create(body=body, name=preset, by=None, now=clock.now())
    layouts.layout_publish(made, by=None, now=clock.now())
    layouts.layout_assign(level="till", key=str(till.id), layout=made, store=store)
    if broken:
        with feed.transaction():
            value = layouts.layout_value(made)
            assert value is not None
            value["layout"]["keys"]["sale"]["F4"] = "dance"
            feed.put("layout", uuid.UUID(str(made.id)), value)
    return {"layout": str(made.id)}


def shifts(number: int) -> dict[str, Any]:
    """The shifts of a till as the server adds them up, the oldest first."""
    from core.services import organisation
    from pos.selectors import shifts as known

    rows = known.shifts(organisation.current_store()).filter(till__number=number).order_by("number")
    fields = ("number", "day", "totals", "counted", "missing", "late", "closed", "complete", "differences")
    reports = [known.report_wire(known.shift_report(row)) for row in rows]
    return {"shifts": [{name: report[name] for name in fields} for report in reports]}


def setting(name: str, value: Any) -> dict[str, Any]:
    """A manager changes a setting."""
    from core.services import organisation

    return {"saved": bool(organisation.setting_save(name, value))}


def rare() -> dict[str, Any]:
    """Goods that need more than a code, on the quick grid beside the others."""
    from core import clock
    from core.models import Setting
    from core.services import organisation
    from inventory.models import Group, Unit
    from inventory.services import goods, prices
    from inventory.services.pictures import product_picture_set
    from tests.pos.test_pictures import picture

    def add(code: str, name: str, price: int | None, **more: Any) -> Any:
        pieces, group = Unit.objects.get(code="pcs"), Group.objects.get(name="Spożywcze")
        values = {"kind": "piece", "tax": "A", **more}
        product = goods.product_save(
            code=code, name=name, unit=pieces, group=group, now=clock.now(), **values
        )
        if price is not None:
            prices.price_change(product=product, price=price, now=clock.now())
        return product

    bottle = add("190", "Kaucja za butelkę", 50, kind="deposit", tax="E")
    water = {"content": 1500000, "content_unit": Unit.objects.get(code="ml"), "properties": "Kraj: Polska"}
    shown = add("191", "Woda mineralna 1,5 l", 299, deposit=bottle, allergens="brak", **water)
    product_picture_set(shown, picture(width=320, height=320), now=clock.now())
    add("192", "Telefon prepaid", 9900, capture="serial")
    other = add("193", "Inne spożywcze", None, open_price=True, price_min=100, price_max=50000)
    grid: Any = Setting.objects.get(name="quick_grid").value
    grid[0]["products"].append(str(other.id))
    organisation.setting_save("quick_grid", grid)
    return {}


def journal(number: int) -> list[dict[str, Any]]:
    """Every item of a till in the order the till made it, with what became of it."""
    from pos.models import JournalItem

    items = JournalItem.objects.filter(till__number=number).order_by("inc", "seq")
    return [
        {
            "id": str(one.item_id),
            "type": one.type,
            "seq": one.seq,
            "state": one.state,
            "prev": one.prev,
            "hash": one.hash,
            "body": json.loads(one.body),
        }
        for one in items
    ]


def moved(number: int) -> dict[str, Any]:
    """Posts what waits; what the receipts of a till moved, by product."""
    from django.db.models import Sum

    from core import clock
    from core.services import organisation
    from inventory.models import StockMove
    from pos.models import Receipt, ReceiptPosting
    from pos.services import posting

    posting.post_waiting(store=organisation.current_store(), now=clock.now())
    sold = Receipt.objects.filter(till__number=number).values("id")
    moves = StockMove.objects.filter(source_kind="receipt", source_id__in=sold)
    sums = moves.values_list("product_id").annotate(moved=Sum("quantity")).order_by()
    waiting = ReceiptPosting.objects.filter(state="waiting", receipt__till__number=number).count()
    return {"waiting": waiting, "stock": {str(pk): quantity for pk, quantity in sums if quantity}}


def verify() -> dict[str, Any]:
    """Recomputes every invariant from the facts."""
    from core.verify import CHECKS

    return {"findings": [f"{name}: {one}" for name, check in CHECKS.items() for one in check()]}


def bottled() -> dict[str, Any]:
    """Goods in a jar that is paid for and comes back."""
    from core import clock
    from inventory.models import Group, Unit
    from inventory.services import goods, prices

    unit, group = Unit.objects.get(code="pcs"), Group.objects.get(name="Spożywcze")
    jar = goods.product_save(
        code="194", name="Kaucja za słoik", kind="deposit", tax="E", unit=unit, group=group, now=clock.now()
    )
    honey = goods.product_save(
        code="195",
        name="Miód w słoiku",
        kind="piece",
        tax="C",
        unit=unit,
        group=group,
        deposit=jar,
        now=clock.now(),
    )
    prices.price_change(product=jar, price=100, now=clock.now())
    prices.price_change(product=honey, price=1899, now=clock.now())
    return {"deposit": str(jar.id)}


def many(count: int) -> dict[str, Any]:
    """So many more goods, as the list of a chain has them."""
    from core import clock
    from inventory.models import Group
    from inventory.services.goods import NewProduct, products_create
    from inventory.services.prices import PriceChange, prices_change_many
    from tests.till.fake_shop import WORDS, ean13

    group = Group.objects.get(name="Spożywcze").id
    for first in range(0, count, 5000):
        new = [
            NewProduct(
                code=str(1_000_000 + n),
                name=f"{WORDS[n % len(WORDS)]} {n // len(WORDS) + 1} marka{n % 997} {(n % 9) + 1}00g",
                kind="piece",
                unit="pcs",
                group=group,
                tax="A",
                barcodes=(ean13(f"591{n:09d}"),),
            )
            for n in range(first, min(count, first + 5000))
        ]
        made = products_create(new, now=clock.now())
        changes = [PriceChange(one.id, 199 + n % 5000) for n, one in enumerate(made, first)]
        prices_change_many(changes, now=clock.now())
    return {}


def terminal(device: str) -> dict[str, Any]:
    """The first card is charged through this device of the bridge; empty: by hand again."""
    from core.models import Store
    from pos.models import Tender
    from pos.services.tenders import tender_save

    saved = tender_save(Tender.objects.get(code="card1"), store=Store.objects.get(), terminal=device)
    return {"name": saved.name("en")}


COMMANDS = {
    "terminal": terminal,
    "many": many,
    "layout": layout,
    "shifts": shifts,
    "setting": setting,
    "rare": rare,
    "journal": journal,
    "moved": moved,
    "verify": verify,
    "bottled": bottled,
    "picture": picture,
    "found": found,
    "code": code,
    "revoke": revoke,
    "reprice": reprice,
    "receipts": receipts,
    "customers": people.customers,
    "customer": people.customer,
    "elsewhere": people.elsewhere,
    "messages": people.messages,
    "said": people.said,
    "bought": people.bought,
    "points": people.points,
    "account": people.account,
}


def main() -> None:
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked.pop("do")
        try:
            answer = COMMANDS[name](**asked)  # type: ignore[operator]
        except Exception:
            # Told to the test that asked; the next one finds the office open.
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
