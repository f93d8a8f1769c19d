"""What the database refuses, what keeps goods off a scale, and that a till understands what the scale prints."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.services import organisation
from core.verify import CHECKS
from devices.emulators import labels
from devices.emulators.shtrih_label import ShtrihLabel
from exchange import scales
from exchange.access import NoScale, NotAllowed, access_label_change, access_scale
from exchange.models import LabelGoods, LabelScale, ScalePlace
from exchange.scales.csv_file.codec import table
from exchange.scales.plu import Plu, of_values, wrapped
from exchange.scales.shtrih_print import codec
from exchange.selectors.wanted import numbered, wanted
from exchange.services import sweeping
from exchange.services.scales import ScaleRefused, label_save, scale_save
from inventory.services import goods
from tests.exchange.conftest import LABELS, Stall, make_product
from tests.quick import Door

ROOT = Path(__file__).resolve().parents[2]
TILL = ROOT / "static/till/models"
DIGEST = "a" * 64


IMPOSSIBLE_SCALES: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "label_scale_has_a_name"),
    ({"host": "a b"}, "label_scale_address_is_plain"),
    ({"port": 0}, "label_scale_address_is_plain"),
    ({"port": 65536}, "label_scale_address_is_plain"),
    ({"prefix": "31"}, "label_scale_prefix_is_the_store_s"),
    ({"alarm_minutes": 0}, "label_scale_alarm_within_a_week"),
    ({"alarm_since": clock.now()}, "label_scale_alarm_is_of_a_failing_one"),
    ({"failures": 2}, "label_scale_failures_have_a_beginning"),
    ({"failing_since": clock.now()}, "label_scale_failures_have_a_beginning"),
]
IMPOSSIBLE_PLACES: list[tuple[dict[str, Any], str]] = [
    ({"number": 0}, "scale_place_begins_at_one"),
    ({"digest": DIGEST}, "scale_place_digest_has_a_record"),
    ({"digest": "x", "record": {}, "sent_at": clock.now()}, "scale_place_digest_has_a_record"),
    ({"refused": "x"}, "scale_place_refused_is_not_held"),
    (
        {"refused": DIGEST, "digest": DIGEST, "record": {}, "sent_at": clock.now()},
        "scale_place_refused_is_not_held",
    ),
]


def test_the_database_refuses_scales_and_places_that_cannot_be(stall: Stall) -> None:
    ScalePlace.objects.create(scale=stall.scale, number=1, product=stall.product("107", "Gouda", 3990))
    for model, cases in ((LabelScale, IMPOSSIBLE_SCALES), (ScalePlace, IMPOSSIBLE_PLACES)):
        for values, constraint in cases:
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                model.objects.update(**values)


def test_a_place_is_taken_once_and_goods_stand_once(stall: Stall) -> None:
    gouda, edam = stall.product("107", "Gouda", 3990), stall.product("108", "Edam", 2990)
    ScalePlace.objects.create(scale=stall.scale, number=1, product=gouda)
    for values, constraint in (
        ({"number": 1, "product": edam}, "scale_place_is_taken_once"),
        ({"number": 2, "product": gouda}, "scale_place_holds_goods_once"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ScalePlace.objects.create(scale=stall.scale, **values)


def test_the_database_refuses_a_label_that_no_scale_prints(stall: Stall) -> None:
    product = stall.product("107", "Gouda", 3990)
    for values, constraint in (
        ({"tare": 65536}, "label_tare_is_in_grams"),
        ({"shelf_days": 10000}, "label_shelf_life_is_in_days"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            LabelGoods.objects.create(product=product, **values)
        words: dict[str, Any] = {"tare": 0, "shelf_days": 0, "text": "", **values}
        with pytest.raises(ScaleRefused) as refused:
            label_save(product=product, **words)
        assert refused.value.code == constraint


def test_a_scale_that_cannot_be_is_refused_in_words(stall: Stall) -> None:
    refusals: list[tuple[dict[str, Any], str | None]] = [
        ({"host": "127.0.0.1"}, "host"),
        ({"name": "Cheese counter", "host": "scale2"}, "name"),
        ({"host": "scale 2"}, "host"),
        ({"host": "scale2", "settings": {"password": "x"}}, None),
        ({"host": "scale2", "settings": {"made_up": 1}}, None),
    ]
    for values, field in refusals:
        given = {"name": "Second", "port": stall.scale.port, "prefix": "21", **values}
        with pytest.raises(ScaleRefused) as refused:
            scale_save(store=stall.cast.store, driver="shtrih_print", **given)
        assert refused.value.extra.get("field") == field


def test_the_same_address_in_another_store_is_another_scale(stall: Stall) -> None:
    second = organisation.store_create(
        company=stall.cast.company,
        number=2,
        name="Sklep 2",
        time_zone="Europe/Warsaw",
        language="pl",
        address="",
    )
    given: dict[str, Any] = {
        "name": "Cheese counter",
        "host": "127.0.0.1",
        "port": stall.scale.port,
        "prefix": "21",
    }
    assert scale_save(store=second, driver="shtrih_print", **given).store == second


def test_an_edit_leaves_how_the_scale_is_alone(stall: Stall) -> None:
    opened, since = stall.again(), clock.now()
    LabelScale.objects.update(failing_since=since, failures=3, error="unreachable", hold=True)
    scale_save(opened, store=stall.cast.store, driver="shtrih_print", name="Renamed", prefix="21")
    scale = stall.again()
    assert (scale.name, scale.failing_since, scale.failures, scale.hold) == ("Renamed", since, 3, True)


def kept(stall: Stall) -> dict[str, str]:
    return {one.product.code: one.reason for one in wanted(stall.again(), clock.now()).kept}


def test_what_keeps_goods_off_a_scale_is_told(open_stall: Callable[..., Stall]) -> None:
    stall = open_stall(with_pieces=True)
    for code in ("107", "00107", "0108", "ABC", "123456", "0"):
        stall.product(code, f"Cheese {code}", 1000)
    stall.product("200", "Open", 1000, open_price=True)
    stall.product("201", "Free", 0)
    stall.product("202", "Dear", 1_000_000)
    stall.product("203", "Loaf", 1000, kind="piece")
    stall.product("204", "Loose", 1000)
    stall.product("205", "Service", 1000, kind="service")
    assert kept(stall) == {
        "107": "code_twice", "0108": "code", "ABC": "code", "123456": "code", "0": "code",
        "200": "open_price", "201": "no_price", "202": "price", "203": "piece",
    }  # fmt: skip
    organisation.setting_save("weighed_labels", [])
    assert set(kept(stall).values()) == {"no_label"} and wanted(stall.again(), clock.now()).plus == {}


def test_goods_that_a_till_would_take_for_others_of_the_store_stay_off(stall: Stall) -> None:
    stall.product("107", "Gouda", 1000)
    assert kept(stall) == {}
    make_product(goods.group_save(name="Fish"), "00107", "Herring", 500, kind="piece")
    assert kept(stall) == {"107": "code_twice"}


def test_a_tare_that_a_protocol_cannot_carry_keeps_goods_off(stall: Stall) -> None:
    label_save(product=stall.product("107", "Gouda", 1000), tare=5, shelf_days=0, text="")
    assert kept(stall) == {}
    LabelScale.objects.update(driver="mertech", settings={})
    assert kept(stall) == {"107": "tare"}


def test_goods_for_which_there_is_no_room_are_left_out(open_stall: Callable[..., Stall]) -> None:
    stall = open_stall(settings={"places": 2})
    for code in ("2", "500", "501"):
        stall.product(code, f"Cheese {code}", 1000)
    plus = numbered(stall.again(), wanted(stall.again(), clock.now()), {})
    assert sorted((plu.number, plu.code) for plu in plus.values()) == [(1, 500), (2, 2)]


def test_a_till_finds_the_goods_and_the_weight_of_every_label(open_stall: Callable[..., Stall]) -> None:
    """The scale prints by its own menu, the till reads by the store's setting, and both mean the same."""
    stall = open_stall(with_pieces=True, prefix="22")
    till = Door(
        TILL / "labels.js",
        "globalThis.__read = (text) => { const [code, rules] = JSON.parse(text);"
        " const label = readWeighed(code, rules);"
        " return JSON.stringify({ ...label, spelled: pluSpellings(label.plu) }); };",
    )
    for code, kind in (("7", "weighed"), ("00107", "weighed"), ("54321", "weighed"), ("300", "piece")):
        stall.product(code, f"Cheese {code}", 1999, kind=kind)
    sweeping.sweep(clock.now())
    codes = dict(ScalePlace.objects.values_list("number", "product__code"))
    assert len(codes) == 4
    for number, code in codes.items():
        for prefix, carries, amount in (("21", False, 1252), ("22", True, 2503)):
            stall.device.prefix, stall.device.carries_price = prefix, carries
            by_piece = stall.device.article(number).by_piece  # type: ignore[union-attr]
            read = till.call("__read", [stall.device.label(number, 3 if by_piece else 1252), LABELS])
            assert code in read["spelled"] and read["valid"]
            assert read["amount"] == (amount if not by_piece else 3 * 1999 if carries else 3)
            assert read["value"] == ("price" if carries else "weight")


def test_only_people_of_the_store_with_the_right_reach_a_scale(stall: Stall) -> None:
    cast = stall.cast
    assert access_scale(cast.manager, cast.store, stall.scale.id) == stall.scale
    for person in (cast.cashier, cast.stranger):
        with pytest.raises(NotAllowed):
            access_scale(person, cast.store, stall.scale.id)
        with pytest.raises(NotAllowed):
            access_label_change(person, stall.scale.id)
    nobody = uuid.uuid4()
    with pytest.raises(NoScale):
        access_scale(cast.manager, cast.store, nobody)
    with pytest.raises(NoScale):
        access_label_change(cast.manager, nobody)


def test_the_books_notice_a_place_that_is_not_what_it_says(stall: Stall) -> None:
    stall.product("107", "Gouda", 3990)
    sweeping.sweep(clock.now())
    place = ScalePlace.objects.get()
    true: dict[str, Any] = place.record or {}
    moved = {**true, "number": 3}
    for record, digest in ((true, DIGEST), ({"number": 1}, place.digest), (moved, of_values(moved).digest())):
        ScalePlace.objects.update(record=record, digest=digest)
        assert len(list(CHECKS["scale_places"]())) == 1


def test_the_table_for_other_scales_is_safe_to_open() -> None:
    plus = [
        Plu(1, 107, "=cmd|' /C calc'!A0", 3990, text="milk;\nsalt", prefix=21),
        Plu(2, 8, "Сир", 5, by_piece=True),
    ]
    lines = "".join(table(plus, 2)).removeprefix("\ufeff").replace("\r\n", "\n")
    assert lines == (
        "number;code;name;price;unit;tare_g;shelf_days;prefix;carries;text\n"
        "1;107;'=cmd|' /C calc'!A0;39.90;kg;0;0;21;weight;\"milk;\nsalt\"\n"
        "2;8;Сир;0.05;piece;0;0;0;weight;\n"
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one two three", ["one two", "three"]),
        ("abcdefghijkl", ["abcdefgh", "ijkl"]),
        ("a\n\nb  c\nd", ["a", "b c", "d"]),
        ("exactly8 x", ["exactly8", "x"]),
        (" leading", ["leading"]),
    ],
)
def test_lines_break_between_words_where_that_goes(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8, 3) == lines


def test_every_driver_says_what_it_can_and_that_no_hardware_was_met() -> None:
    assert "shtrih_print" in scales.names()
    for name in scales.names():
        manifest, folder = scales.manifest(name), scales.HERE / name
        assert (folder / "README.md").exists() and (folder / "codec.py").exists(), name
        assert (folder / "driver.py").exists() == (manifest.wire != "file"), name
        assert manifest.tried_on_hardware is False, "a README that tells of the hardware goes with this"
        scales.values_of(name, {})


def test_an_emulated_scale_by_hand() -> None:
    device = ShtrihLabel()
    device.answer(codec.question(codec.WRITE, codec.record("0030", Plu(5, 123, "Gouda", 3990))))
    assert labels.obey(device, ["label", "5", "1252"]) == "2100123012527"
    assert "Gouda" in labels.obey(device, ["show"]) and "loss=30" in labels.obey(device, ["loss", "30"])
    assert "power off" in labels.obey(device, ["off"])
    for words in ([], ["label"], ["label", "6", "1"], ["loss"], ["loss", "x"], ["what"], ["show", "a", "b"]):
        assert labels.obey(device, words) == labels.HELP or words[0] == "show"


def test_goods_below_a_group_are_served_and_others_are_not(stall: Stall) -> None:
    make_product(stall.group, "300", "Loaf", 1000, kind="piece")
    assert wanted(stall.again(), clock.now()).plus == {} and kept(stall) == {}


def test_goods_by_the_piece_need_a_scale_that_is_known_to_sell_so(open_stall: Callable[..., Stall]) -> None:
    stall = open_stall(with_pieces=True, prefix="22")
    stall.product("203", "Loaf", 1000, kind="piece")
    assert kept(stall) == {}
    LabelScale.objects.update(driver="massak_vpm", settings={})
    assert kept(stall) == {"203": "pieces"}
