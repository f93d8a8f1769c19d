"""The steps of this app: the company and its people, goods with invented prices, stock and settings."""

import csv
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from core import permissions
from core.models import Company, Employee, Role, Setting, Store
from core.runtime import demo_bridge
from core.services import organisation
from inventory.demo.groups import GROUPS, PRICE_FACTOR, TAXES, DemoGroup
from inventory.demo.loose import LOOSE, Loose
from inventory.demo.steps import Demo, step
from inventory.importing import invented
from inventory.models import Barcode, Group, Price, Product, StockMove
from inventory.selectors.taxes import store_day
from inventory.services import goods, stock
from inventory.services.basics import basics_ensure
from inventory.services.goods import NewProduct
from inventory.services.prices import PriceChange, prices_change_many

GOODS = Path(__file__).with_name("goods.tsv")
LANGUAGES = {"pl": "pl", "ua": "uk", "ru": "ru"}
# A name in this space is the same document every time, so that opening stock is never booked twice.
_SPACE = uuid.UUID("018f5d0a-7c00-7000-8000-0000000000de")

COUNTRIES: dict[str, dict[str, Any]] = {
    "pl": {
        "company": "Przykład sp. z o.o.",
        "currency": "PLN",
        "tax_id": "5260001246",
        "store": "Sklep Przykład",
        "address": "ul. Piotrkowska 1, 90-001 Łódź",
        "time_zone": "Europe/Warsaw",
        "header": ["Sklep Przykład", "ul. Piotrkowska 1, 90-001 Łódź", "NIP 526-000-12-46"],
        "footer": ["Dziękujemy, zapraszamy ponownie"],
        "people": ["Anna Nowak", "Piotr Zieliński", "Marta Lis"],
        "quick_cash": [1000, 2000, 5000, 10000, 20000],
        "tender": "Terminal 1",
    },
    "ua": {
        "company": "ТОВ «Приклад»",
        "currency": "UAH",
        "tax_id": "12345678",
        "store": "Крамниця «Приклад»",
        "address": "вул. Хрещатик, 1, Київ",
        "time_zone": "Europe/Kyiv",
        "header": ["Крамниця «Приклад»", "вул. Хрещатик, 1, Київ", "ПН 123456789012"],
        "footer": ["Дякуємо за покупку"],
        "people": ["Олена Коваль", "Андрій Мельник", "Марія Шевченко"],
        "quick_cash": [5000, 10000, 20000, 50000, 100000],
        "tender": "Термінал 1",
    },
    "ru": {
        "company": "ООО «Пример»",
        "currency": "RUB",
        "tax_id": "7700000000",
        "store": "Магазин «Пример»",
        "address": "ул. Первая, 1, Пермь",
        "time_zone": "Asia/Yekaterinburg",
        "header": ["Магазин «Пример»", "ул. Первая, 1, Пермь", "ИНН 7700000000"],
        "footer": ["Спасибо за покупку"],
        "people": ["Елена Иванова", "Андрей Петров", "Мария Орлова"],
        "quick_cash": [10000, 50000, 100000, 200000, 500000],
        "tender": "Терминал 1",
    },
}

ROLES: list[tuple[str, dict[str, str], list[str], int]] = [
    ("cashier", {"en": "Cashier", "pl": "Kasjer", "uk": "Касир", "ru": "Кассир"}, permissions.CASHIER, 1000),
    ("senior", {"en": "Senior cashier", "pl": "Starszy kasjer", "uk": "Старший касир", "ru": "Старший кассир"},
     permissions.SENIOR, 2000),
    ("manager", {"en": "Manager", "pl": "Kierownik", "uk": "Керівник", "ru": "Управляющий"},
     permissions.MANAGER, 10000),
]  # fmt: skip
# Demo data only: a real shop gives everybody a PIN of their own.
PINS = {"cashier": "1111", "senior": "5555", "manager": "9999"}
MANAGER_NAME, MANAGER_PASSWORD = "manager", "demo manager 9999"


@step(10)
def organisation_step(demo: Demo) -> None:
    """Company, store, roles and three people."""
    facts = COUNTRIES[demo.country]
    demo.store = Store.objects.select_related("company").order_by("number").first() or _store(demo, facts)
    for code, names, allowed, discount in ROLES:
        if not Role.objects.filter(code=code).exists():
            organisation.role_save(
                code=code,
                name=names[demo.language],
                permissions=allowed,
                limits={"discount_percent": discount},
            )
    for (code, _names, _allowed, _discount), name in zip(ROLES, facts["people"], strict=True):
        _person(demo, code, name)
    demo.manager = Employee.objects.get(role__code="manager", username=MANAGER_NAME)
    demo.lines += [
        f"  Cashier PIN   {PINS['cashier']}",
        f"  Manager PIN   {PINS['manager']}",
        f"  Back office   {MANAGER_NAME} / {MANAGER_PASSWORD}",
    ]


def _store(demo: Demo, facts: dict[str, Any]) -> Store:
    company = Company.objects.order_by("id").first() or organisation.company_create(
        name=facts["company"], country=demo.country, currency=facts["currency"], tax_id=facts["tax_id"]
    )
    return organisation.store_create(
        company=company,
        number=1,
        name=facts["store"],
        address=facts["address"],
        time_zone=facts["time_zone"],
        language=demo.language,
        receipt_header=facts["header"],
        receipt_footer=facts["footer"],
    )


def _person(demo: Demo, code: str, name: str) -> None:
    role = Role.objects.get(code=code)
    manager = code == "manager"
    known = Employee.objects.filter(username=MANAGER_NAME) if manager else Employee.objects.filter(role=role)
    if not known.exists():
        organisation.employee_create(
            store=demo.shop,
            name=name,
            role=role,
            pin=PINS[code],
            username=MANAGER_NAME if manager else None,
            password=MANAGER_PASSWORD if manager else None,
            language=demo.language,
        )


@step(20)
def groups_step(demo: Demo) -> None:
    """Units, taxes and the tree of groups."""
    basics_ensure(country=demo.country)
    for position, group in enumerate(GROUPS, start=1):
        parent = demo.groups[group.parent] if group.parent else None
        name = group.names[demo.language]
        demo.groups[group.key] = Group.objects.filter(parent=parent, name=name).first() or goods.group_save(
            name=name, parent=parent, position=position, colour=group.colour
        )


@step(30)
def goods_step(demo: Demo) -> None:
    """Goods that are not there yet, each with an invented price; goods imported before keep what they have."""
    packed, prices = _packed(), {thing.code: _local(thing.price, demo.country) for thing in LOOSE}
    prices |= {row["ean"]: _price(row["ean"], group, demo.country) for row, group in packed}
    wanted = [_packed_product(demo, row, group) for row, group in packed] + [
        _loose_product(demo, t) for t in LOOSE
    ]
    demo.products = _known({product.code for product in wanted})
    created = goods.products_create([p for p in wanted if p.code not in demo.products], now=demo.now)
    demo.products |= {product.code: product for product in created}
    priced = set(Price.objects.values_list("product_id", flat=True))
    changes = [PriceChange(p.id, prices[key]) for key, p in demo.products.items() if p.id not in priced]
    prices_change_many(changes, now=demo.now, source=Price.Source.INVENTED, by=demo.manager)


def _packed() -> list[tuple[dict[str, str], DemoGroup]]:
    groups = {group.key: group for group in GROUPS}
    with GOODS.open(encoding="utf-8", newline="") as file:
        return [(row, groups[row["group"]]) for row in csv.DictReader(file, delimiter="\t")]


def _known(codes: set[str]) -> dict[str, Product]:
    """Products that are there, by their code or by a barcode that is the code wanted."""
    by_barcode = Barcode.objects.select_related("product").filter(code__in=codes)
    known = {barcode.code: barcode.product for barcode in by_barcode}
    return known | {product.code: product for product in Product.objects.filter(code__in=codes)}


def _packed_product(demo: Demo, row: dict[str, str], group: DemoGroup) -> NewProduct:
    """A product whose code is its EAN."""
    return NewProduct(
        code=row["ean"],
        name=row["name"],
        kind=Product.Kind.PIECE,
        unit="pcs",
        group=demo.groups[group.key].id,
        tax=TAXES[demo.country][group.tax],
        age=group.age,
        barcodes=(row["ean"],),
    )


def _loose_product(demo: Demo, thing: Loose) -> NewProduct:
    return NewProduct(
        code=thing.code,
        name=thing.names[demo.language],
        kind=thing.kind,
        unit=thing.unit,
        group=demo.groups[thing.group].id,
        tax=TAXES[demo.country][thing.tax],
    )


def _price(key: str, group: DemoGroup, country: str) -> int:
    """An invented price within the group's range, the same for the same number every time."""
    spread = invented.price_for(key, "PLN") % (group.high - group.low + 1)
    return _local(group.low + spread, country)


def _local(grosz: int, country: str) -> int:
    """A price of the Polish list in the country's money; above small change it ends in 9."""
    price = grosz * PRICE_FACTOR[country]
    return price if price < 200 else price // 10 * 10 + 9


@step(40)
def stock_step(demo: Demo) -> None:
    """Opening stock: what lies on the shelves, at about two thirds of the price."""
    known = set(StockMove.objects.filter(source_kind="opening").values_list("source_id", flat=True))
    priced = dict(Price.objects.order_by("valid_from", "id").values_list("product_id", "price"))
    moves = []
    for key, product in sorted(demo.products.items()):
        source = uuid.uuid5(_SPACE, f"opening {key}")
        if source in known or product.kind not in (Product.Kind.PIECE, Product.Kind.WEIGHED):
            continue
        quantity = 20_000 + invented.price_for(key, "PLN") % 60 * 1000
        value = priced[product.id] * quantity * 2 // 3000
        moves.append(_opening(product, quantity, value, source, demo.now))
    stock.stock_post(moves, store=demo.shop, now=demo.now)


def _opening(product: Product, quantity: int, value: int, source: uuid.UUID, now: datetime) -> stock.Move:
    return stock.Move(
        product=product.id,
        quantity=quantity,
        value=value,
        source_kind="opening",
        source_id=source,
        source_line=1,
        at=now,
        day=store_day(now),
    )


@step(60)
def settings_step(demo: Demo) -> None:
    """What tills need to know besides goods; a value that somebody changed since is left alone."""
    facts = COUNTRIES[demo.country]
    values: dict[str, Any] = {
        "price_type": "retail",
        "quick_grid": [_grid(demo, key) for key in ("fruit", "vegetables", "till")],
        "weighed_labels": [
            {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5},
            {"prefix": "22", "value": "price", "code_digits": 5, "value_digits": 5},
        ],
        "quick_cash": facts["quick_cash"],
        "card_tenders": [{"id": "card1", "name": facts["tender"]}],
        "data_age_warn_hours": 12,
    }
    known = set(Setting.objects.values_list("name", flat=True))
    for name, value in values.items():
        if name not in known:
            organisation.setting_save(name, value)
    _bridge()


def _grid(demo: Demo, group: str) -> dict[str, Any]:
    names = next(g.names for g in GROUPS if g.key == group)
    return {"label": names, "products": [str(demo.products[t.code].id) for t in LOOSE if t.group == group]}


def _bridge() -> None:
    """The simulated bridge that `serve --demo` starts beside the server, if there is one."""
    pairing = demo_bridge.pairing()
    present = Setting.objects.filter(name="bridge").first()
    if present is None or (pairing is not None and present.value != pairing):
        organisation.setting_save("bridge", pairing)
