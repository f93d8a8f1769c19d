"""The wire's JSON: what is read, what is refused, how it is written and hashed."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import canonical
from core.canonical import ProtocolError

HOSTILE = {
    "a key named twice": '{"a":1,"a":2}',
    "a fraction": '{"a":1.0}',
    "an exponent": '{"a":1e3}',
    "not a number": '{"a":NaN}',
    "infinity": '{"a":-Infinity}',
    "beyond 2^53": '{"a":9007199254740993}',
    "below -2^53": '{"a":-9007199254740992}',
    "a million digits": '{"a":' + "9" * 1_000_000 + "}",
    "an infinite float": '{"a":1e309}',
    "nested 100,000 deep": "[" * 100_000,
    "nested 33 deep": "[" * 33 + "]" * 33,
    "a key that is not ASCII": '{"é":1}',
    "cut off": '{"a":',
    "two values": "1 2",
    "a lone surrogate is JSON but": "\ud800",
    "nothing": "",
    "bytes that are not UTF-8": b"\xff\xfe",
    "UTF-16": '{"a":1}'.encode("utf-16"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_json_that_the_wire_does_not_allow_is_refused(data: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        canonical.parse(data, 2_000_000)


def test_too_many_bytes_are_refused_before_reading() -> None:
    with pytest.raises(ProtocolError) as refusal:
        canonical.parse('"' + "x" * 100 + '"', 100)
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize("text", ['"\\ud800"', '"e\\u0301"', '["x","\\udfff"]'])
def test_text_that_is_not_clean_unicode_has_no_hash(text: str) -> None:
    with pytest.raises(ProtocolError):
        canonical.digest(canonical.parse(text, 100))


def test_the_canonical_form_follows_rfc_8785() -> None:
    value = canonical.parse('{"b":"\\u20ac/\\"\\n\\u0001\\u007f","a":[true,null,-0,10]}', 1000)
    expected = '{"a":[true,null,0,10],"b":"€/\\"\\n\\u0001\x7f"}'
    assert canonical.dumps(value) == expected
    assert canonical.digest(value) == hashlib.sha256(expected.encode()).hexdigest()


wire = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="ascii")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii")), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(wire)
def test_reading_what_was_written_gives_the_same_value_and_form(value: object) -> None:
    text = canonical.dumps(value)
    again = canonical.parse(text, 10_000_000)
    assert again == value == json.loads(text)
    assert canonical.dumps(again) == text
