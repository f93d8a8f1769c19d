"""Frames: strict JSON, exact requests, a refusal for everything else and never an exception of another kind."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import protocol
from devices.errors import BridgeError
from devices.protocol import parse_frame, parse_request

UUID = "0190a6c2-7d9b-7c3e-8f00-0123456789ab"
ITEM: dict[str, Any] = {
    "type": "receipt",
    "id": UUID,
    "inc": 1,
    "seq": 1,
    "prev": "0" * 64,
    "at": "2026-11-21T09:30:00.000Z",
    "body": {"total": 898},
    "hash": "a" * 64,
    "sig": "c2ln",
}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"hello"',
        '{"id": 1}',
        '{"op": "hello"}',
        '{"id": "1", "op": "hello"}',
        '{"id": true, "op": "hello"}',
        '{"id": -1, "op": "hello"}',
        '{"id": 1.0, "op": "hello"}',
        '{"id": 1e3, "op": "hello"}',
        '{"id": NaN, "op": "hello"}',
        '{"id": 1, "op": "hello", "x": Infinity}',
        '{"id": 9007199254740992, "op": "hello"}',
        '{"id": 1, "op": "hello", "x": -9007199254740992}',
        '{"id": ' + "9" * 5000 + ', "op": "hello"}',
        '{"id": 1, "id": 2, "op": "hello"}',
        '{"id": 1, "op": "hello", "x": {"a": 1, "a": 1}}',
        '{"id": 1, "op": "hello", "ż": 1}',
        '{"id": 1, "op": ["hello"]}',
        '{"id": 1, "op": "' + "x" * 41 + '"}',
        '{"id": 1, "op": "hello", "token": "\\ud800"}',
        '{"id": 1, "op": "hello", "x": ' + "[" * 40 + "]" * 40 + "}",
        '{"id": 1, "op": "hello", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "[" * 500_000,
        b'{"id": 1, "op": "hello"}',
    ],
)
def test_what_is_not_a_request_is_a_bad_request(message: str | bytes) -> None:
    with pytest.raises(BridgeError) as refusal:
        parse_frame(message)
    assert refusal.value.code == "bad_request"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"op": "reboot"}, "unknown_op"),
        ({"op": "hello"}, "bad_request"),
        ({"op": "hello", "token": 5}, "bad_request"),
        ({"op": "hello", "token": "x" * 201}, "bad_request"),
        ({"op": "print", "device": "printer1", "action": UUID}, "bad_document"),
        ({"op": "print", "device": "../etc", "action": UUID, "document": {"blocks": []}}, "bad_request"),
        ({"op": "print", "device": "printer1", "action": "1", "document": {"blocks": []}}, "bad_request"),
        ({"op": "drawer", "device": "printer1", "action": UUID.upper()}, "bad_request"),
        ({"op": "drawer", "action": UUID}, "bad_request"),
        ({"op": "action.get"}, "bad_request"),
        ({"op": "action.resolve", "action": UUID}, "bad_request"),
        ({"op": "action.resolve", "action": UUID, "printed": 1}, "bad_request"),
        ({"op": "journal.keep", "till": UUID, "items": []}, "bad_request"),
        ({"op": "journal.keep", "till": UUID, "items": [ITEM] * 201}, "bad_request"),
        ({"op": "journal.keep", "till": "7", "items": [ITEM]}, "bad_request"),
        ({"op": "journal.keep", "till": UUID, "items": ["x"]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "type": "gift"}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "more": 1}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "seq": 0}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "inc": "1"}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "hash": "A" * 64}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "prev": None}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "sig": "x" * 201}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "body": []}]}, "bad_item"),
        ({"op": "journal.keep", "till": UUID, "items": [{**ITEM, "body": {"x": "y" * 262144}}]}, "bad_item"),
        ({"op": "journal.acked", "till": UUID, "ids": []}, "bad_request"),
        ({"op": "journal.acked", "till": UUID, "ids": ["x"]}, "bad_request"),
        ({"op": "journal.acked", "till": UUID, "ids": [UUID] * 1001}, "bad_request"),
        ({"op": "journal.list", "till": UUID, "limit": 0}, "bad_request"),
        ({"op": "journal.list", "till": UUID, "limit": 501}, "bad_request"),
        ({"op": "journal.list", "till": UUID, "after": [1]}, "bad_request"),
        ({"op": "journal.list", "till": UUID, "after": [1, -1]}, "bad_request"),
        ({"op": "journal.list", "till": UUID, "after": [True, 1]}, "bad_request"),
    ],
)
def test_a_request_that_does_not_fit_its_op_is_refused(body: dict[str, Any], code: str) -> None:
    with pytest.raises(BridgeError) as refusal:
        parse_request(parse_frame(json.dumps({"id": 1, **body})))
    assert refusal.value.code == code


def test_a_kept_item_is_the_item_that_came_in_canonical_form() -> None:
    frame = parse_frame(json.dumps({"id": 1, "op": "journal.keep", "till": UUID, "items": [ITEM]}))
    request = parse_request(frame)
    assert isinstance(request, protocol.JournalKeep)
    assert json.loads(request.items[0].text) == ITEM
    assert request.items[0].text.startswith('{"at":"2026-11-21T09:30:00.000Z","body":{"total":898},"hash":')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(op=st.sampled_from(protocol.OPS), body=st.dictionaries(st.text(max_size=8), json_values, max_size=6))
def test_no_request_whatever_raises_anything_but_a_refusal(op: str, body: dict[str, Any]) -> None:
    try:
        parse_request(parse_frame(json.dumps({**body, "id": 1, "op": op})))
    except BridgeError as refusal:
        assert refusal.code in {"bad_request", "bad_item", "bad_document"}


@settings(max_examples=300, deadline=None)
@given(message=st.text(max_size=200) | st.binary(max_size=200))
def test_no_message_whatever_raises_anything_but_a_refusal(message: str | bytes) -> None:
    try:
        parse_frame(message)
    except BridgeError as refusal:
        assert refusal.code == "bad_request"
