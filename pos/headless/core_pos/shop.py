"""What a replay needs in the store before it can sell: the source's goods and cashiers, written by the services."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core import clock
from core.models import Employee, Role, Store
from core.services import organisation
from inventory.importing.report import Report
from inventory.models import Product
from inventory.selectors import taxes
from inventory.services.import_goods import Options, import_goods
from pos.headless.core_pos import mapping
from pos.headless.core_pos.replay import Shop
from pos.headless.core_pos.source import Transaction

GROUP = "CORE-POS"
_COLUMNS = ("code", "name", "unit", "price")


def prepare(store: Store, transactions: Sequence[Transaction]) -> Shop:
    """The shop the receipts refer to; goods and cashiers that are already there are taken as they are."""
    rate = min(taxes.taxes_on(clock.now().date(), store.company.country), key=lambda tax: tax.percent)
    codes = _import(transactions, rate.code)
    products = dict(Product.objects.filter(code__in=codes).values_list("code", "id"))
    return Shop(
        currency=store.currency,
        prices_include_tax=store.prices_include_tax,
        tax=(rate.code, rate.percent),
        products={code: str(identifier) for code, identifier in products.items()},
        cashiers={
            number: str(_cashier(store, number).id) for number in sorted({t.employee for t in transactions})
        },
    )


def _import(transactions: Sequence[Transaction], tax: str) -> list[str]:
    goods = {mapping.TAX: ("Sales tax", "pcs", 1), mapping.ADJUSTMENT: ("Adjustment", "pcs", 1)}
    for one in transactions:
        for row in one.of("I", "D"):
            unit = "kg" if row.weighed else "pcs"
            goods.setdefault(mapping.code_of(row), (row.name or row.upc, unit, max(row.price, 1)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goods.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(
                (code, name, unit, f"{price / 100:.2f}") for code, (name, unit, price) in goods.items()
            )
        options = Options(group=(GROUP,), tax=tax)
        import_goods(path, options, Report(Path(folder) / "problems.csv"), now=clock.now())
    return list(goods)


def _cashier(store: Store, number: str) -> Employee:
    """The cashier with the source's number; nobody can sign in as one, because they have neither PIN nor badge."""
    name = f"CORE-POS {number}"
    known = Employee.objects.filter(name=name, store=store).first()
    if known is not None:
        return known
    role = Role.objects.filter(code="replayed").first()
    role = role or organisation.role_save(code="replayed", name="Replayed journal", permissions=["till.sell"])
    return organisation.employee_create(store=store, name=name, role=role)
