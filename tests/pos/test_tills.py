"""Becoming a till: codes, keys, cookies, incarnations."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from core import clock
from pos.headless.chain import DeviceKey
from pos.models import Incarnation, Till, TillCode
from pos.services import tills
from tests.pos.shop import Desk, Shop, make_shop

KEY = DeviceKey().jwk


def code_for(shop: Shop, number: int = 1, ago: timedelta = timedelta(0)) -> str:
    till = Till.objects.filter(number=number).first() or tills.till_create(store=shop.store, number=number)
    return tills.till_code_make(till=till, by=None, now=clock.now() - ago)


def enrol(body: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post("/api/till/enrol", data, content_type="application/json")


def test_a_code_makes_a_till_and_works_once(shop: Shop) -> None:
    code = code_for(shop)
    answer = enrol({"code": code.lower().replace("-", " "), "public_key": KEY})
    assert answer.status_code == 201
    assert answer.json()["till"] == {**answer.json()["till"], "number": 1, "inc": 1, "name": "Till 1"}
    assert answer.json()["protocol"] == 1 and answer.json()["store"]["id"] == str(shop.store.id)
    cookie = answer.cookies["kasa_till"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert cookie["max-age"] == 400 * 24 * 3600 and not cookie["secure"]
    assert Incarnation.objects.get().secret_hash != cookie.value
    again = enrol({"code": code, "public_key": KEY})
    assert (again.status_code, again.json()["code"]) == (403, "bad_code")


def test_over_https_the_cookie_is_secure(shop: Shop) -> None:
    body = json.dumps({"code": code_for(shop), "public_key": KEY})
    answer = Client().post("/api/till/enrol", body, content_type="application/json", secure=True)
    assert answer.cookies["kasa_till"]["secure"]


def test_an_old_code_does_not_work(shop: Shop) -> None:
    assert enrol({"code": code_for(shop, ago=timedelta(minutes=16)), "public_key": KEY}).status_code == 403
    assert enrol({"code": code_for(shop, ago=timedelta(minutes=14)), "public_key": KEY}).status_code == 201


def test_five_wrong_guesses_burn_a_code(shop: Shop) -> None:
    code = code_for(shop)
    for _ in range(5):
        assert enrol({"code": "AAAA-AAAA", "public_key": KEY}).json()["code"] == "bad_code"
    assert enrol({"code": code, "public_key": KEY}).status_code == 403


def test_a_new_code_withdraws_the_one_before(shop: Shop) -> None:
    first, second = code_for(shop), code_for(shop)
    assert enrol({"code": first, "public_key": KEY}).status_code == 403
    assert enrol({"code": second, "public_key": KEY}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        "", "x", "[]", "5", "null", "{}", {"code": 5}, {"code": "x" * 41}, '{"code":"a","code":"b"}', '{"code":1.5}',
        b"\xff", {"code": "\ud800", "public_key": KEY},
    ],
)  # fmt: skip
def test_an_odd_request_is_refused_and_not_a_failure(shop: Shop, body: Any) -> None:
    assert enrol(body).status_code in (400, 403)


def test_a_large_request_is_refused_unread(shop: Shop) -> None:
    assert enrol({"code": "x", "pad": "y" * 10_000}).status_code == 413


@pytest.mark.parametrize(
    "key",
    [
        None, 5, [], {}, {**KEY, "crv": "P-384"}, {**KEY, "kty": "RSA"}, {**KEY, "x": "A" * 43}, {**KEY, "x": 5},
        {**KEY, "x": KEY["x"][:-1]}, {**KEY, "d": "A" * 43}, {**KEY, "y": "!" * 43},
    ],
)  # fmt: skip
def test_an_odd_key_is_refused_and_the_code_lives_on(shop: Shop, key: Any) -> None:
    code = code_for(shop)
    answer = enrol({"code": code, "public_key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")
    assert enrol({"code": code, "public_key": KEY}).status_code == 201


def test_enrolling_again_is_a_new_incarnation_and_the_old_cookie_is_dead(shop: Shop) -> None:
    first = enrol({"code": code_for(shop), "public_key": KEY})
    second = enrol({"code": code_for(shop), "public_key": DeviceKey().jwk})
    assert second.json()["till"]["inc"] == 2
    assert [(row.inc, row.revoked_at is None) for row in Incarnation.objects.order_by("inc")] == [
        (1, False),
        (2, True),
    ]
    for answer, status in ((first, 403), (second, 200)):
        client = Client()
        client.cookies["kasa_till"] = answer.cookies["kasa_till"].value
        assert client.head("/api/till/snapshot").status_code == status
    assert Client().get("/api/till/snapshot").status_code == 401


def test_till_code_prints_a_code_and_makes_the_till(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("till_code", 12)
    code = capsys.readouterr().out.strip().splitlines()[-1]
    assert enrol({"code": code, "public_key": KEY}).json()["till"]["number"] == 12
    with pytest.raises(CommandError):
        call_command("till_code", 0)
    with pytest.raises(CommandError):
        call_command("till_command", "pull", 99)
    call_command("till_command", "lock", 12)
    assert Till.objects.get().locked


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_counted_each() -> None:
    shop = make_shop()
    code_for(shop)
    statuses: list[str] = []

    def guess(n: int) -> None:
        try:
            tills.enrol(code=f"AAAA-{n:04d}", public_key=KEY, now=clock.now())
        except tills.CodeRefused as refused:
            statuses.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == ["bad_code"] * 40
    assert TillCode.objects.get().tries == 5


def test_a_desk_is_a_till(desk: Desk) -> None:
    assert desk.device.inc == 1
