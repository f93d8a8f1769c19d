"""Price checkers: enrolled as what they are, given goods and prices alone, and never heard."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from core import canonical, clock
from core.services import organisation
from pos import ops
from pos.headless.chain import DeviceKey
from pos.live.frames import RawAnswer, Request
from pos.models import Incarnation, Till, TillCode
from pos.ops.session import Session
from pos.services import audience, snapshot, tills
from tests.pos.shop import Shop, make_shop

KEY = DeviceKey().jwk
SECRET = {"employee", "role", "customer"}


def code(shop: Shop, number: int, kind: str) -> str:
    till = Till.objects.filter(number=number).first() or tills.till_create(
        store=shop.store, number=number, kind=kind
    )
    return tills.till_code_make(till=till, by=None, now=clock.now())


def enrol(client: Client, text: str, **more: Any) -> Any:
    body = json.dumps({"code": text, "public_key": KEY, **more})
    return client.post("/api/till/enrol", body, content_type="application/json")


def session(shop: Shop, kind: str) -> Session:
    number = 1 if kind == "till" else 9
    assert enrol(Client(), code(shop, number, kind), kind=kind).status_code == 201
    return Session(
        Incarnation.objects.select_related("till__store__company").get(till__number=number, revoked_at=None)
    )


def asked(session: Session, op: str, **args: Any) -> Any:
    answer = ops.perform(session, Request(1, op, args))
    return json.loads(answer.text) if isinstance(answer, RawAnswer) else answer


@pytest.mark.django_db
@pytest.mark.parametrize(("made", "page"), [("checker", "till"), ("till", "checker")])
def test_a_code_for_the_other_kind_is_refused_and_stays_good(made: str, page: str) -> None:
    shop = make_shop()
    text = code(shop, 9, made)
    answer = enrol(Client(), text, kind=page)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_kind")
    assert TillCode.objects.get().used_at is None and not Incarnation.objects.exists()
    assert enrol(Client(), text, kind=made).json()["till"]["kind"] == made


@pytest.mark.django_db
def test_a_device_that_sells_does_not_turn_into_a_checker_by_a_slip() -> None:
    shop, browser = make_shop(), Client()
    assert enrol(browser, code(shop, 1, "till")).status_code == 201
    answer = enrol(browser, code(shop, 9, "checker"), kind="checker")
    assert (answer.status_code, answer.json()["extra"]["number"]) == (409, 1)
    tills.till_revoke(Till.objects.get(number=1), now=clock.now())
    assert enrol(browser, code(shop, 9, "checker"), kind="checker").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["", "manager", 1, None])
def test_an_unknown_kind_is_a_bad_request(kind: object) -> None:
    shop = make_shop()
    assert enrol(Client(), code(shop, 1, "till"), kind=kind).status_code == 400


@pytest.mark.django_db
def test_a_checker_is_given_goods_and_no_people_and_its_cursor_goes_on_all_the_same() -> None:
    shop = make_shop()
    organisation.setting_save("bridge", {"url": "ws://127.0.0.1:8787/", "token": "secret"})
    till, checker = (
        asked(session(shop, "till"), "pull", cursor=None),
        asked(session(shop, "checker"), "pull", cursor=None),
    )
    assert till["cursor"] == checker["cursor"]
    kinds = {row["kind"] for row in checker["changes"]}
    assert {"product", "tax", "unit", "setting"} <= kinds and not kinds & SECRET
    assert {row["kind"] for row in till["changes"]} >= SECRET - {"customer"}
    assert "secret" not in json.dumps(checker)


@pytest.mark.django_db
@pytest.mark.parametrize("op", sorted(set(ops.OPS) - ops.FOR_CHECKERS))
def test_a_checker_may_ask_for_nothing_else(op: str) -> None:
    checker = session(make_shop(), "checker")
    with pytest.raises(ops.NotForCheckers):
        asked(checker, op)


@pytest.mark.django_db(transaction=True)
def test_its_snapshot_is_a_file_of_its_own_and_agrees_with_its_counts(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    make_shop()
    whole, part = snapshot.snapshot(), snapshot.snapshot(audience.CHECKER)
    assert whole.path != part.path and whole.cursor == part.cursor and whole.etag != part.etag
    assert snapshot.snapshot() == whole and snapshot.snapshot(audience.CHECKER) == part
    head, *rows, _end = [json.loads(line) for line in gzip.decompress(part.path.read_bytes()).splitlines()]
    assert len(rows) == sum(head["counts"].values()) > 5
    assert not {row["kind"] for row in rows} & SECRET
    assert "pbkdf2" not in canonical.dumps(rows)
