"""Layouts: what is judged, what is refused, what goes down the feed and to whom."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock, feed, verify
from core.canonical import ProtocolError
from core.models import FeedRow
from pos.layouts import judge
from pos.models import Layout, LayoutAssignment, LayoutVersion, Till
from pos.selectors import layouts as selectors
from pos.services import layouts, tills
from tests.conftest import Cast

Change = Callable[[dict[str, Any]], Any]


def preset(name: str = "supermarket") -> dict[str, Any]:
    return copy.deepcopy(judge.presets()[name])


def changed(change: Change, name: str = "supermarket") -> dict[str, Any]:
    body = preset(name)
    change(body)
    return body


def new(cast: Cast, body: Any = None, name: str = "Express") -> Layout:
    return layouts.layout_create(body=body or preset(), name=name, by=cast.manager, now=clock.now())


def published(layout: Layout) -> Any:
    data = FeedRow.objects.filter(kind="layout", key=str(layout.id)).values_list("data", flat=True).first()
    return json.loads(data) if data else None


def codes(findings: list[judge.Finding]) -> set[str]:
    return {found.code for found in findings}


@pytest.mark.parametrize("name", ["factory", "supermarket", "small_shop", "keyboard"])
def test_the_layouts_that_come_with_the_program_pass_their_own_checks(name: str) -> None:
    assert judge.faults(preset(name)) == []
    assert judge.checks(preset(name)) == []


def test_every_action_has_words_in_four_languages_and_a_right_that_exists() -> None:
    from core import permissions

    for action in judge.catalogue():
        assert set(judge.names()[action.id]) == {"en", "pl", "uk", "ru"}
        assert all(judge.names()[action.id].values())
        assert action.right == "" or action.right in permissions.NAMES
        assert action.at in {"sale", "payment", "any"}


def first_button(body: dict[str, Any], **what: Any) -> None:
    body["grids"][0]["buttons"][0].update(what)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: first_button(b, action="format_disk"), "unknown_action"),
        (lambda b: first_button(b, action="__proto__"), "unknown_action"),
        (lambda b: first_button(b, action=["void"]), "unknown_action"),
        (lambda b: first_button(b, params={"command": "rm"}), "unknown_member"),
        (lambda b: first_button(b, action="sell", params={}), "missing_member"),
        (lambda b: first_button(b, action="sell", params={"code": "59 0"}), "bad_value"),
        (lambda b: first_button(b, onclick="alert(1)"), "unknown_member"),
        (lambda b: first_button(b, colour="url(https://x)"), "bad_value"),
        (lambda b: first_button(b, at="1/1/9/9"), "bad_area"),
        (lambda b: first_button(b, at="1/1/1/1"), "bad_area"),
        (lambda b: first_button(b, label={"en": "x" * 41}), "bad_text"),
        (lambda b: first_button(b, label={"de": "Zahlen"}), "unknown_member"),
        (lambda b: first_button(b, key="F11"), "bad_key"),
        (lambda b: first_button(b, key="KeyA"), "bad_key"),
        (lambda b: first_button(b, key="Enter"), "bad_key"),
        (lambda b: first_button(b, approval="backoffice.view"), "bad_value"),
        (lambda b: b["keys"]["sale"].update({"F11": "void"}), "bad_key"),
        (lambda b: b["keys"]["sale"].update({"Shift+F12": "void"}), "bad_key"),
        (lambda b: b["keys"]["sale"].update({"Ctrl+KeyW": "void"}), "bad_key"),
        (lambda b: b["keys"]["sale"].update({"Digit5": "void"}), "bad_key"),
        (lambda b: b["keys"]["sale"].update({"F4": "takeBack"}), "wrong_place"),
        (lambda b: b["keys"].update({"secret": {}}), "unknown_member"),
        (lambda b: b["keys"].update({"sale": {f"Launch{i}": "void" for i in range(121)}}), "bad_count"),
        (lambda b: b["sizes"][0]["zones"].append(dict(b["sizes"][0]["zones"][0])), "repeated_id"),
        (lambda b: b["sizes"][0]["zones"][0].update(area="0/1/2/25"), "bad_area"),
        (lambda b: b["sizes"][0]["zones"][0].update(area="1/1/18/25"), "bad_area"),
        (lambda b: b["sizes"][0].update(zones=b["sizes"][0]["zones"] * 20), "bad_count"),
        (lambda b: b["sizes"][0].update(w=10**9), "bad_number"),
        (lambda b: b["sizes"].clear(), "bad_count"),
        (lambda b: b["sizes"][0]["zones"][4]["widgets"].append({"widget": "script"}), "bad_choice"),
        (lambda b: b["sizes"][0]["zones"][4]["widgets"].append({"widget": "grid"}), "grid_name"),
        (lambda b: b["grids"].clear(), "unknown_grid"),
        (lambda b: b.update(format=2), "bad_number"),
        (lambda b: b.pop("columns"), "missing_member"),
        (lambda b: b.update(columns=["total", "secret"]), "bad_choice"),
        (lambda b: b.update(name="a\u0000b"), "bad_text"),
        (lambda b: b.update(theme={"mode": "light", "accent": "red"}), "bad_value"),
    ],
)
def test_what_no_till_could_draw_is_refused_by_name(change: Change, code: str) -> None:
    assert code in codes(judge.faults(changed(change)))


@pytest.mark.parametrize("value", [None, [], "x", 5, True, {}, {"format": 1}, [[[]]]])
def test_anything_else_than_a_layout_is_refused(value: Any) -> None:
    assert judge.faults(value)


def without(body: dict[str, Any], widget: str) -> None:
    for size in body["sizes"]:
        for zone in size["zones"]:
            zone["widgets"] = [one for one in zone["widgets"] if one["widget"] != widget] or [
                {"widget": "quick"}
            ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: without(b, "lines"), "needs_widget"),
        (lambda b: without(b, "totals"), "needs_widget"),
        (lambda b: without(b, "input"), "needs_widget"),
        (lambda b: without(b, "pad"), "needs_pay"),
        (lambda b: first_button(b, colour="#777777", ink="#888888"), "contrast"),
        (lambda b: first_button(b, colour="#777777"), "half_coloured"),
        (lambda b: first_button(b, key="F8"), "repeated_key"),
        (lambda b: first_button(b, label={"uk": "Щ" * 39}), "label_long"),
        (lambda b: first_button(b, at="1/1/3/3"), "buttons_overlap"),
        (lambda b: b["grids"][0].update(rows=12), "target_small"),
        (lambda b: b["sizes"][2].update(scale=75), "target_small"),
        (lambda b: b["sizes"][0]["zones"][3].update(area="3/1/16/18"), "zones_overlap"),
        (lambda b: b["sizes"][0].update(panel="3/20/16/25"), "panel_small"),
        (lambda b: b.update(theme={"mode": "light", "accent": "#88ccff"}), "contrast"),
        (lambda b: b["columns"].remove("total"), "needs_column"),
        (lambda b: b.update(name=" "), "no_name"),
    ],
)
def test_what_a_cashier_could_not_work_with_is_not_published(change: Change, code: str) -> None:
    body = changed(change)
    assert judge.faults(body) == []
    assert code in codes(judge.checks(body))


def test_a_file_that_is_too_large_or_no_strict_json_is_not_read() -> None:
    with pytest.raises(ProtocolError):
        judge.read(b"{" + b" " * judge.MAX_BYTES + b"}")
    for text in ('{"a":1,"a":2}', '{"a":1.5}', "[" * 40 + "]" * 40, '{"a":NaN}', "\ud800"):
        with pytest.raises(ProtocolError):
            judge.read(text)


def test_a_layout_that_keeps_the_judge_too_long_is_refused_and_the_next_one_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judge, "SECONDS", 0.0001)
    judge._local.signature = None
    with pytest.raises(judge.JudgeStopped):
        for _ in range(50):
            judge.checks(preset())
    monkeypatch.undo()
    judge._local.signature = None
    assert judge.checks(preset()) == []


def test_only_what_is_published_and_used_goes_down_the_feed(db: None, cast: Cast) -> None:
    layout = new(cast)
    assert published(layout) is None
    layouts.layout_publish(layout, by=cast.manager, now=clock.now())
    assert published(layout) is None
    layouts.layout_assign(level="store", key=str(cast.store.id), layout=layout, store=cast.store)
    row = published(layout)
    assert (row["name"], row["version"], row["layout"]["name"]) == ("Express", 1, "Express")
    assert row["assigned"] == {"cashiers": [], "tills": [], "groups": [], "store": True, "chain": False}
    other = new(cast, name="Other")
    layouts.layout_publish(other, by=cast.manager, now=clock.now())
    layouts.layout_assign(level="store", key=str(cast.store.id), layout=other, store=cast.store)
    assert published(layout) is None and published(other)["assigned"]["store"]
    layouts.layout_archive(other, now=clock.now())
    assert published(other) is None
    assert list(verify.CHECKS["layouts"]()) == []


def test_a_draft_changes_nothing_at_the_tills_until_it_is_published(db: None, cast: Cast) -> None:
    layout = new(cast)
    layouts.layout_publish(layout, by=cast.manager, now=clock.now())
    layouts.layout_assign(level="chain", key="", layout=layout, store=cast.store)
    body = preset("keyboard")
    head = feed.head().version
    layouts.layout_save(layout, body=body, revision=1, by=cast.manager, now=clock.now())
    assert feed.head().version == head and published(layout)["layout"]["rows"] == "normal"
    layouts.layout_publish(layout, note="keys only", by=cast.manager, now=clock.now())
    assert (published(layout)["version"], published(layout)["layout"]["rows"]) == (2, "compact")
    first = layout.versions.get(version=1)
    layouts.layout_rollback(layout, version=first, by=cast.manager, now=clock.now())
    assert (published(layout)["version"], published(layout)["layout"]["rows"]) == (3, "normal")
    layout.refresh_from_db()
    assert json.loads(layout.draft)["rows"] == "normal"


def test_two_editors_do_not_overwrite_each_other(db: None, cast: Cast) -> None:
    layout = new(cast)
    layouts.layout_save(layout, body=preset("keyboard"), revision=1, by=None, now=clock.now())
    with pytest.raises(layouts.LayoutChanged):
        layouts.layout_save(layout, body=preset(), revision=1, by=None, now=clock.now())
    layout.refresh_from_db()
    assert json.loads(layout.draft)["rows"] == "compact"


def test_a_layout_with_faults_is_not_kept_and_one_that_fails_the_checks_is_not_published(
    db: None, cast: Cast
) -> None:
    with pytest.raises(layouts.LayoutRefused):
        new(cast, changed(lambda b: first_button(b, action="nothing")))
    layout = new(cast, changed(lambda b: without(b, "pad")))
    with pytest.raises(layouts.LayoutRefused) as refused:
        layouts.layout_publish(layout, by=cast.manager, now=clock.now())
    assert "needs_pay" in codes(refused.value.findings)
    assert not LayoutVersion.objects.exists()


def test_groups_give_their_layout_to_their_tills_and_a_till_is_in_one(db: None, cast: Cast) -> None:
    one, two = (tills.till_create(store=cast.store, number=number) for number in (1, 2))
    express = layouts.till_group_save(store=cast.store, name="Express", tills=[one, two])
    layout = new(cast)
    layouts.layout_publish(layout, by=None, now=clock.now())
    layouts.layout_assign(level="group", key=str(express.id), layout=layout, store=cast.store)
    assert published(layout)["assigned"]["groups"] == [sorted([str(one.id), str(two.id)])]
    layouts.till_group_save(store=cast.store, name="Kiosk", tills=[two])
    assert published(layout)["assigned"]["groups"] == [[str(one.id)]]
    layouts.till_group_delete(express)
    assert published(layout) is None


def test_a_target_that_is_not_there_is_refused(db: None, cast: Cast) -> None:
    layout = new(cast)
    for level, key in [("till", "x"), ("till", str(cast.store.id)), ("store", str(layout.id)), ("moon", "")]:
        with pytest.raises(layouts.BadTarget):
            layouts.layout_assign(level=level, key=key, layout=layout, store=cast.store)
    assert {one.level for one in selectors.targets(cast.store)} == {"chain", "store", "cashier"}


def test_the_database_keeps_published_layouts_as_they_were(db: None, cast: Cast) -> None:
    layout = new(cast)
    version = layouts.layout_publish(layout, by=None, now=clock.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        LayoutVersion.objects.filter(id=version.id).update(body="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        LayoutVersion.objects.create(
            layout=layout, version=9, body="{}", hash="0" * 64, published_at=clock.now()
        )
    till = Till.objects.create(store=cast.store, number=7, name="7", created_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        LayoutAssignment.objects.create(layout=layout, level="store", till=till)
    LayoutAssignment.objects.create(layout=layout, level="till", till=till)
    with pytest.raises(IntegrityError), transaction.atomic():
        LayoutAssignment.objects.create(layout=layout, level="till", till=till)
