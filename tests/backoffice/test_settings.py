"""Settings: typed as plain lines, kept as the tills read them."""

from typing import Any

import pytest
from django.test import Client

from core.models import Setting, Store
from tests.backoffice.shop import Shop
from tests.conftest import Cast


def value(name: str) -> Any:
    return Setting.objects.get(name=name).value


def test_the_store_s_data_are_changed_line_by_line(cast: Cast, manager: Client) -> None:
    data = {
        "name": "Sklep 1",
        "address": "Łódź",
        "language": "uk",
        "receipt_header": "SKLEP\r\nŁódź\r\n\r\n",
        "receipt_footer": "",
    }
    assert manager.post("/backoffice/settings/", data).status_code == 302
    store = Store.objects.get()
    assert (store.language, store.receipt_header, store.receipt_footer) == ("uk", ["SKLEP", "Łódź"], [])


@pytest.mark.parametrize("header", ["x" * 49, "\n".join("abcdefghijk")])
def test_a_header_that_does_not_fit_the_paper_is_refused_and_stays_in_the_field(
    cast: Cast, manager: Client, header: str
) -> None:
    data = {
        "name": "Sklep 1",
        "address": "",
        "language": "pl",
        "receipt_header": header,
        "receipt_footer": "",
    }
    response = manager.post("/backoffice/settings/", data)
    assert response.status_code == 422 and header.split("\n")[0] in response.content.decode()


def test_quick_notes_are_typed_as_people_write_them(cast: Cast, manager: Client) -> None:
    data = {
        "quick_cash": "100 10 20,50 10",
        "data_age_warn_hours": "6",
        "open_receipts": "better",
    }
    assert manager.post("/backoffice/settings/payment/", data).status_code == 302
    assert value("quick_cash") == [1000, 2050, 10000]
    assert value("data_age_warn_hours") == 6
    assert value("open_receipts") == "better"
    assert 'value="10 20.50 100"' in manager.get("/backoffice/settings/payment/").content.decode()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("quick_cash", "ten"),
        ("quick_cash", "-5"),
        ("quick_cash", " ".join(str(n) for n in range(1, 20))),
        ("data_age_warn_hours", "0"),
        ("open_receipts", "dearer"),
    ],
)
def test_what_a_till_could_not_use_is_refused_at_its_field(
    cast: Cast, manager: Client, field: str, text: str
) -> None:
    data = {"quick_cash": "10", "data_age_warn_hours": "12", "open_receipts": "keep", field: text}
    response = manager.post("/backoffice/settings/payment/", data)
    assert response.status_code == 422 and response.context["form"].errors[field]


def labels(*rows: tuple[str, str, str, str], held: int = 0) -> dict[str, str]:
    """What the rows send when `held` of them were there before."""
    data = {"label-TOTAL_FORMS": str(len(rows)), "label-INITIAL_FORMS": str(held)}
    for n, row in enumerate(rows):
        names = ("begins", "value", "code_digits", "value_digits")
        data |= {f"label-{n}-{name}": text for name, text in zip(names, row, strict=True)}
    return data


def test_weighed_labels_are_rows_and_an_empty_prefix_takes_one_away(cast: Cast, manager: Client) -> None:
    page = "/backoffice/settings/labels/"
    assert manager.post(page, labels(("21", "weight", "5", "5"), ("", "price", "5", "5"))).status_code == 302
    assert value("weighed_labels") == [
        {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5}
    ]
    assert 'value="21"' in manager.get(page).content.decode()
    for wrong in (
        [("31", "weight", "5", "5")],
        [("21", "mass", "5", "5")],
        [("21", "weight", "6", "6")],
        [("21", "weight", "5", "5"), ("21", "price", "5", "5")],
    ):
        assert manager.post(page, labels(*wrong, held=1)).status_code == 422, wrong


def test_a_form_set_with_absurd_counts_is_refused(cast: Cast, manager: Client) -> None:
    data = {"label-TOTAL_FORMS": "100000", "label-INITIAL_FORMS": "0"}
    assert manager.post("/backoffice/settings/labels/", data).status_code == 422


def test_the_quick_grid_is_plain_lines_both_ways(shop: Shop, manager: Client) -> None:
    page = "/backoffice/settings/grid/"
    assert manager.post(page, {"grid": "[Dairy]\n1001 whatever\n\n[Fruit]\n2001"}).status_code == 302
    assert value("quick_grid") == [
        {"label": "Dairy", "products": [str(shop.butter.id)]},
        {"label": "Fruit", "products": [str(shop.apples.id)]},
    ]
    assert (
        "[Dairy]\n1001 Masło ekstra 200 g\n[Fruit]\n2001 Jabłka luzem" in manager.get(page).content.decode()
    )


@pytest.mark.parametrize(
    "text", ["1001", "[A]\nnope", "[A]\n" + "1001\n" * 60, "".join(f"[{n}]\n" for n in range(20))]
)
def test_a_grid_that_no_till_can_show_is_refused_with_its_line(
    shop: Shop, manager: Client, text: str
) -> None:
    response = manager.post("/backoffice/settings/grid/", {"grid": text})
    assert response.status_code == 422 and response.context["form"].errors["grid"]
    assert not Setting.objects.filter(name="quick_grid").exists()


def rows(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """A form set as a browser sends it."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return data | {f"{prefix}-{n}-{name}": given for n, row in enumerate(rows) for name, given in row.items()}


NIGHT = {"name": "bez alkoholu w nocy", "licence": "alcohol", "begins": "22:00", "ends": "06:00"}


def test_bans_are_kept_as_the_tills_read_them_and_shown_again(shop: Shop, manager: Client) -> None:
    days = {
        "name": "Wigilia",
        "group": str(shop.butter.group_id),
        "days": "2026-12-25 2026-12-24",
        "weekdays": ["4", "5"],
    }
    data = rows("ban", NIGHT, days, {"name": ""})
    assert manager.post("/backoffice/settings/bans/", data).status_code == 302
    night, eve = value("sale_bans")
    assert (night["licence"], night["hours"], night["days"]) == ("alcohol", {"from": 1320, "to": 360}, None)
    assert (eve["group"], eve["days"], eve["weekdays"]) == (
        str(shop.butter.group_id), ["2026-12-24", "2026-12-25"], [4, 5],
    )  # fmt: skip
    shown = manager.get("/backoffice/settings/bans/").content.decode()
    assert "bez alkoholu w nocy" in shown and 'value="22:00"' in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"licence": ""},
        {"licence": "weapons"},
        {"ends": ""},
        {"ends": "22:00"},
        {"begins": "25:00"},
        {"days": "tomorrow"},
        {"days": "2026-02-30"},
        {"weekdays": ["8"]},
        {"first": "2026-12-31", "last": "2026-12-01"},
        {"name": "x" * 61},
    ],
)
def test_a_ban_that_makes_no_sense_is_refused_whole(
    cast: Cast, manager: Client, wrong: dict[str, Any]
) -> None:
    response = manager.post("/backoffice/settings/bans/", rows("ban", NIGHT | wrong))
    assert response.status_code == 422 and not Setting.objects.filter(name="sale_bans").exists()


STICKER = {"begins": "28", "value": "price", "code_digits": 5, "value_digits": 5, "serial_digits": 0}


def test_stickers_are_kept_and_two_that_look_alike_are_refused(cast: Cast, manager: Client) -> None:
    percent = STICKER | {"begins": "29", "value": "percent", "value_digits": 2, "serial_digits": 6}
    for wrong in (
        [STICKER, STICKER],
        [STICKER | {"begins": "x"}],
        [percent | {"value_digits": 3}],
        [STICKER | {"serial_digits": 13}],
    ):
        assert manager.post("/backoffice/settings/stickers/", rows("sticker", *wrong)).status_code == 422
    assert (
        manager.post("/backoffice/settings/stickers/", rows("sticker", STICKER, percent)).status_code == 302
    )
    assert value("reduced_stickers")[1] == {
        "prefix": "29", "value": "percent", "code_digits": 5, "value_digits": 2, "serial_digits": 6,
    }  # fmt: skip
