"""REST of goods, prices and stock: who may, what comes back, what is refused, what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import uuid7
from core.models import Store
from inventory.models import Price, Product
from inventory.services import goods, stock
from inventory.services.prices import PriceChange, price_change, prices_change_many
from tests.inventory.conftest import NOW, Shop, make_product

V1 = "/api/v1"


@pytest.fixture
def client(shop: Shop) -> Client:
    """The manager's browser."""
    client = Client()
    client.force_login(shop.cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


def stranger_of(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, path: str, body: Any, method: str = "post") -> Any:
    return getattr(client, method)(f"{V1}/{path}", body, content_type="application/json")


READS = [
    "products",
    "groups",
    "taxes",
    "units",
    "stock",
    "products/{id}",
    "products/{id}/prices",
    "stock/{id}/moves",
]


@pytest.mark.parametrize("path", READS)
def test_only_people_with_the_permission_may_read(shop: Shop, client: Client, path: str) -> None:
    address = f"{V1}/{path.format(id=shop.milk.id)}"
    assert Client().get(address).status_code == 403
    assert stranger_of(shop).get(address).status_code == 403
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "products"),
        ("patch", "products/{id}"),
        ("post", "products/{id}/barcodes"),
        ("post", "products/{id}/prices"),
        ("delete", "barcodes/123"),
        ("post", "groups"),
        ("patch", "groups/{id}"),
        ("delete", "groups/{id}"),
        ("post", "prices"),
        ("post", "taxes"),
    ],
)
def test_writing_needs_its_own_permission(shop: Shop, method: str, path: str) -> None:
    shop.cast.stranger.role.permissions = ["backoffice.view"]
    shop.cast.stranger.role.save()
    answer = post(stranger_of(shop), path.format(id=shop.milk.id), {}, method)
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_a_product_is_shown_with_barcodes_and_price(shop: Shop, client: Client) -> None:
    goods.barcode_add(product=shop.milk, code="5901234123457")
    price_change(product=shop.milk, price=399, now=NOW)
    body = client.get(f"{V1}/products/{shop.milk.id}").json()
    assert body["price"] == 399
    assert body["barcodes"] == [{"code": "5901234123457", "quantity": 1000}]
    assert (body["code"], body["group_name"], body["unit"]) == ("100", "Napoje", "pcs")
    assert client.get(f"{V1}/products/by-barcode/5901234123457").json() == body


def test_the_list_is_searched_narrowed_and_paged(shop: Shop, client: Client) -> None:
    for number in range(5):
        make_product(shop.juices, f"J{number}", f"Sok nr {number}", active=number != 4)

    def codes(query: str) -> list[str]:
        return [row["code"] for row in client.get(f"{V1}/products?{query}").json()["results"]]

    assert codes("q=jabl") == ["4011"]
    assert codes("q=SOK&active=true") == ["J0", "J1", "J2", "J3"]
    assert codes(f"group={shop.drinks.id}&kind=weighed") == ["4011"]
    assert len(codes(f"group={shop.drinks.id}")) == 7
    page = client.get(f"{V1}/products?limit=3").json()
    assert [row["code"] for row in page["results"]] == ["4011", "100", "J0"]
    assert [row["code"] for row in client.get(page["next"]).json()["results"]] == ["J1", "J2", "J3"]


def test_a_page_costs_the_same_statements_however_long_it_is(shop: Shop, client: Client) -> None:
    rows = [make_product(shop.juices, f"J{number}", f"Sok nr {number}") for number in range(40)]
    prices_change_many([PriceChange(p.id, 100) for p in rows], now=NOW)

    def statements(limit: int) -> int:
        with CaptureQueriesContext(connection) as context:
            assert len(client.get(f"{V1}/products?limit={limit}").json()["results"]) == limit
        return len(context)

    assert statements(2) == statements(40) <= 8


def test_a_product_is_created_changed_and_told_to_tills(shop: Shop, client: Client) -> None:
    body = {
        "name": "Chleb",
        "group": str(shop.drinks.id),
        "tax": "C",
        "content": 500_000,
        "content_unit": "g",
    }
    answer = post(client, "products", body)
    assert answer.status_code == 201
    created = answer.json()
    assert created["code"] == "100001"
    answer = post(client, f"products/{created['id']}", {"name": "Chleb żytni", "age": 3}, "patch")
    assert (answer.json()["name"], answer.json()["age"], answer.json()["content"]) == (
        "Chleb żytni",
        3,
        500_000,
    )
    answer = post(client, f"products/{created['id']}/barcodes", {"code": "5901234123457", "quantity": 12_000})
    assert answer.status_code == 201
    assert post(client, "barcodes/5901234123457", None, "delete").status_code == 204


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "4011"}, "product_code_taken"),
        ({"code": "a b"}, "invalid"),
        ({"name": "x\u0000y"}, "invalid"),
        ({"name": ""}, "invalid"),
        ({"name": "x" * 201}, "invalid"),
        ({"unit": "barrel"}, "unknown_reference"),
        ({"group": "00000000-0000-7000-8000-000000000000"}, "unknown_reference"),
        ({"group": "none"}, "invalid"),
        ({"tax": "Q"}, "unknown_tax"),
        ({"age": 100}, "invalid"),
        ({"age": 1.5}, "invalid"),
        ({"content": 1.5, "content_unit": "l"}, "invalid"),
        ({"content": "7", "content_unit": "l"}, "invalid"),
        ({"content": 2**53, "content_unit": "l"}, "invalid"),
        ({"content": 500}, "product_content_has_a_unit"),
        ({"kind": "magic"}, "invalid"),
    ],
)
def test_a_bad_product_is_refused_by_name(
    shop: Shop, client: Client, change: dict[str, Any], code: str
) -> None:
    body = {"name": "Chleb", "group": str(shop.drinks.id), "tax": "C"} | change
    answer = post(client, "products", body)
    assert answer.status_code == 400
    assert (answer.json()["code"], sorted(answer.json())) == (code, ["code", "extra", "message"])
    assert Product.objects.count() == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"null"])
def test_a_body_that_is_no_object_is_refused(shop: Shop, client: Client, body: bytes) -> None:
    answer = client.post(f"{V1}/products", body, content_type="application/json")
    assert answer.status_code == 400


def test_what_is_not_there_is_not_found(shop: Shop, client: Client) -> None:
    nobody = uuid7()
    for path in ("products/{}", "products/{}/prices", "stock/{}/moves", "products/by-barcode/{}"):
        answer = client.get(f"{V1}/{path.format(nobody)}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert post(client, f"groups/{nobody}", {"name": "x"}, "patch").status_code == 404
    assert post(client, "barcodes/a%2Fb", None, "delete").status_code == 404
    assert client.get(f"{V1}/products?group={nobody}").status_code == 404


def test_groups_form_a_tree_over_rest_too(shop: Shop, client: Client) -> None:
    created = post(client, "groups", {"name": "Tłoczone", "parent": str(shop.juices.id)}).json()
    assert [g["name"] for g in client.get(f"{V1}/groups").json()] == ["Napoje", "Soki", "Tłoczone"]
    answer = post(client, f"groups/{shop.drinks.id}", {"parent": created["id"]}, "patch")
    assert (answer.status_code, answer.json()["code"]) == (400, "group_cycle")
    answer = post(client, f"groups/{created['id']}", {"parent": None, "colour": "#00ff00"}, "patch")
    assert (answer.json()["parent"], answer.json()["colour"]) == (None, "#00ff00")
    assert post(client, f"groups/{shop.drinks.id}", None, "delete").json()["code"] == "group_in_use"
    assert post(client, f"groups/{created['id']}", None, "delete").status_code == 204


def test_prices_are_changed_with_a_name_beside_them(shop: Shop, client: Client) -> None:
    address = f"products/{shop.milk.id}/prices"
    assert [row["price"] for row in post(client, address, {"price": 399}).json()] == [399]
    assert post(client, address, {"price": 399}).json() == []
    assert Price.objects.get().created_by == shop.cast.manager
    history = client.get(f"{V1}/{address}").json()["results"]
    assert [(row["price"], row["source"], row["valid_to"]) for row in history] == [(399, "manual", None)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"price": -1}, "invalid"),
        ({"price": 4.99}, "invalid"),
        ({"price": "499"}, "invalid"),
        ({"price": True}, "invalid"),
        ({"price": 2**53}, "invalid"),
        ({}, "invalid"),
        ({"price": 1, "type": "secret"}, "unknown_reference"),
        ({"price": 1, "valid_from": "2020-01-01T00:00:00Z"}, "price_in_the_past"),
        (
            {"price": 1, "valid_from": "2099-01-02T00:00:00Z", "valid_to": "2099-01-01T00:00:00Z"},
            "price_ends_after_it_begins",
        ),
    ],
)
def test_a_bad_price_is_refused_by_name(shop: Shop, client: Client, body: dict[str, Any], code: str) -> None:
    answer = post(client, f"products/{shop.milk.id}/prices", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Price.objects.exists()


def test_many_prices_change_together_or_not_at_all(shop: Shop, client: Client) -> None:
    wishes: list[dict[str, Any]] = [{"product": str(p.id), "price": 100} for p in (shop.milk, shop.apples)]
    assert len(post(client, "prices", wishes).json()) == 2
    answer = post(
        client, "prices", [{"product": str(shop.milk.id), "price": 1}, {"product": str(uuid7()), "price": 1}]
    )
    assert answer.json()["code"] == "unknown_product"
    assert Price.objects.count() == 2
    assert post(client, "prices", [wishes[0]] * 1001).status_code == 400


def test_stock_is_shown_with_its_ledger(shop: Shop, client: Client) -> None:
    moves = [
        stock.Move(shop.milk.id, quantity, "opening", uuid7(), 1, NOW, NOW.date(), value=value)
        for quantity, value in ((3_000, 100), (-4_000, None))
    ]
    stock.stock_post(moves, store=shop.cast.store, now=NOW)
    row = client.get(f"{V1}/stock?negative=true&q=mleko").json()["results"][0]
    assert (row["code"], row["quantity"], row["value"], row["unit_cost"]) == ("100", -1_000, -33, 33)
    ledger = client.get(f"{V1}/stock/{shop.milk.id}/moves").json()["results"]
    assert [line["quantity"] for line in ledger] == [-4_000, 3_000]
    assert client.get(f"{V1}/stock?q=nothing").json()["results"] == []


def test_taxes_and_units_are_lists(shop: Shop, client: Client) -> None:
    assert {
        "code": "A",
        "name": "23 %",
        "percent": 2300,
        "exempt": False,
        "valid_from": "2011-01-01",
        "valid_to": None,
    } in (client.get(f"{V1}/taxes").json())
    assert "kg" in [unit["code"] for unit in client.get(f"{V1}/units").json()]


def test_a_tax_rate_decided_ahead_is_one_request(shop: Shop, client: Client) -> None:
    body = {"code": "A", "name": "25 %", "percent": 2500, "valid_from": "2027-01-01"}
    assert post(client, "taxes", body).status_code == 201
    rates = [row for row in client.get(f"{V1}/taxes").json() if row["code"] == "A"]
    assert [(row["percent"], row["valid_to"]) for row in rates] == [(2300, "2026-12-31"), (2500, None)]
    assert post(client, "taxes", body | {"valid_from": "2026-06-01"}).json()["code"] == "tax_periods_overlap"
    assert post(client, "taxes", body | {"percent": 10_001}).json()["code"] == "invalid"


def test_somebody_of_another_store_cannot_change_prices_here(shop: Shop, client: Client) -> None:
    other = Store.objects.create(
        company=shop.cast.company, number=2, name="Sklep 2", time_zone="Europe/Warsaw"
    )
    shop.cast.manager.store = other
    shop.cast.manager.save()
    answer = post(client, f"products/{shop.milk.id}/prices", {"price": 399})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert not Price.objects.exists()
