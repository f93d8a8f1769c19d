"""The wire's JSON: strict reading, canonical writing, hashing (protocol.md section 0, RFC 8785 restricted).

Only integers within ±(2^53 - 1), NFC strings, booleans, null, arrays and objects with ASCII keys exist on the
wire. Whatever else arrives is refused here, so that no later code has to wonder.
"""

import hashlib
import json
import unicodedata
from typing import Any

from core.errors import KasaError
from core.money import SAFE_INTEGER

MAX_DEPTH = 32


class ProtocolError(KasaError):
    """The bytes are not JSON as the wire allows it."""

    code = "bad_request"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ProtocolError("An object names the same key twice.")
    for key in result:
        if not key.isascii():
            raise ProtocolError("An object key is not ASCII.")
    return result


def _integer(text: str) -> int:
    # The length is looked at first because turning a million digits into a number is itself an attack.
    if len(text) > 17:
        raise ProtocolError("A number is larger than 2^53 - 1.")
    value = int(text)
    if abs(value) > SAFE_INTEGER:
        raise ProtocolError("A number is larger than 2^53 - 1.")
    return value


def _no_float(text: str) -> Any:
    raise ProtocolError("A number has a fraction or an exponent; the wire carries integers only.")


def _no_constant(text: str) -> Any:
    raise ProtocolError(f"{text} is not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_float, parse_constant=_no_constant
)


def _check_depth(value: Any, left: int) -> None:
    if left < 0:
        raise ProtocolError(f"JSON nests deeper than {MAX_DEPTH}.")
    if type(value) is dict:
        for inner in value.values():
            if type(inner) in (dict, list):
                _check_depth(inner, left - 1)
    else:
        for inner in value:
            if type(inner) in (dict, list):
                _check_depth(inner, left - 1)


def parse(data: str | bytes, max_bytes: int) -> Any:
    """The value written in `data`. Raises ProtocolError for anything the wire does not allow."""
    if len(data) > max_bytes:
        raise ProtocolError(f"More than {max_bytes} bytes.", code="too_large")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise ProtocolError("The bytes are not UTF-8.") from error
    try:
        value = _DECODER.decode(text)
    except ProtocolError:
        raise
    except RecursionError as error:
        raise ProtocolError(f"JSON nests deeper than {MAX_DEPTH}.") from error
    except ValueError as error:
        raise ProtocolError("This is not JSON.") from error
    if type(value) in (dict, list):
        _check_depth(value, MAX_DEPTH - 1)
    return value


def dumps(value: Any) -> str:
    """Canonical JSON of a value made of wire types. Raises ProtocolError for floats and non-ASCII keys."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"This value has no canonical form: {error}.") from error


def encode(value: Any) -> bytes:
    """Canonical bytes of a value that came from `parse`; refuses unpaired surrogates and text that is not NFC."""
    text = dumps(value)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProtocolError("Text holds an unpaired surrogate.") from error
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise ProtocolError("Text is not in Unicode normal form C.")
    return data


def digest(value: Any) -> str:
    """`hash(x)` of the protocol: lower-case hex SHA-256 of the canonical bytes."""
    return hashlib.sha256(encode(value)).hexdigest()
