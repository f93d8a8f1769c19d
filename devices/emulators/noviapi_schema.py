"""What the schemas of NoviAPI's OpenAPI document (1.0.4) let through, of the requests the emulated printer takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pattern:
    regex: str


@dataclass(frozen=True)
class Length:
    low: int
    high: int


@dataclass(frozen=True)
class Options:
    values: tuple[object, ...]


@dataclass(frozen=True)
class Many:
    """A list of so many, each an object of exactly one of these keys."""

    low: int
    high: int
    kinds: Mapping[str, Any]


MONEY = Pattern(r"\d{0,9}(\.\d{0,2})?")
FLAG = Options((True, False))
DATE = Pattern(r"([0-9]{2})([:/\-.]{1})([0-9]{2})([:/\-.]{1})([0-9]{4})")
TEXT = Length(1, 64)
# A key that ends in an exclamation mark must be there.
DISCOUNT = {
    "type!": Options(("percent_discount", "percent_markup", "value_discount", "value_markup")),
    "name": Length(1, 20),
    "value!": MONEY,
}
ARTICLE = {
    "name!": Length(1, 60),
    "ptu!": Length(1, 1),
    "quantity!": Pattern(r"\d{0,9}(\.\d{0,6})?"),
    "price!": MONEY,
    "value!": MONEY,
    "unit": Length(1, 4),
    "discount_markup": DISCOUNT,
}
NAMED = {"name": Length(1, 24), "value!": MONEY}
PAYMENTS = {
    "cash": {"value!": MONEY},
    **dict.fromkeys(
        ("card", "cheque", "coupon", "other", "credit", "account", "transfer", "mobile", "voucher"), NAMED
    ),
}
FLAGS = dict.fromkeys(("bold", "invers", "center", "right", "big"), FLAG)
LINES = {
    "textline": {**FLAGS, "text!": TEXT, "masked!": FLAG},
    "barcode": {"text!": Length(1, 52), "masked!": FLAG},
    "qrcode": {"text!": Length(1, 1852), "masked!": FLAG},
    "special_line": {"type!": Options(("emptyline", "underline", "last_receipt_number"))},
}
CONTROL = {"open_drawer": FLAG, "feed_after_printout": FLAG, "paper_cut": Options(("none", "full", "part"))}
SYSTEM = {
    "cashier_name": Length(1, 32),
    "cash_number": Length(1, 8),
    "system_number": {"print_as!": Options(("text", "barcode", "qrcode")), "value!": Length(1, 512)},
}
CONTAINER = {
    "name": Length(1, 60),
    "number": Options(tuple(range(10_000))),
    "quantity": MONEY,
    "value!": MONEY,
}
SCHEMAS: dict[str, Mapping[str, Any]] = {
    "receipt": {
        "receipt!": {
            "items!": Many(
                1, 255, {"article": ARTICLE, "container": CONTAINER, "container_return": CONTAINER}
            ),
            "payments": Many(1, 16, PAYMENTS),
            "summary!": {"discount_markup": DISCOUNT, "total!": MONEY, "pay_in!": MONEY, "change": MONEY},
            "printout_lines": Many(1, 50, LINES),
            "buyer": {"nip": Length(1, 16)},
            "system_info": SYSTEM,
            "device_control": CONTROL,
        }
    },
    "printout": {
        "printout!": {"lines!": Many(1, 1000, LINES), "system_info": SYSTEM, "device_control": CONTROL}
    },
    "daily_report": {"daily_report!": {"date!": DATE, "system_info": SYSTEM}},
    "status": {"status!": {"type!": Options(("fiscal_memory", "device", "protected_memory"))}},
}


def violations(kind: str, body: object) -> list[str]:
    """Paths to what is wrong and the rule that says so, as the printer words them."""
    return _wrong(SCHEMAS[kind], body, kind)


def _wrong(rule: Any, value: object, where: str) -> list[str]:
    match rule:
        case Pattern(regex):
            return [] if isinstance(value, str) and re.fullmatch(regex, value) else [f"{where} : Pattern"]
        case Length(low, high):
            return [] if isinstance(value, str) and low <= len(value) <= high else [f"{where} : Length"]
        case Options(values):
            return [] if any(value is one or value == one for one in values) else [f"{where} : Enum"]
        case Many(low, high, kinds):
            if not isinstance(value, list) or not low <= len(value) <= high:
                return [f"{where} : Items"]
            return [one for n, item in enumerate(value) for one in _one_of(kinds, item, f"{where}/[{n}]")]
        case _:
            return _object(rule, value, where)


def _one_of(kinds: Mapping[str, Any], value: object, where: str) -> list[str]:
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= set(kinds):
        return [f"{where} : AnyOf"]
    ((name, inner),) = value.items()
    return _object(kinds[name], inner, f"{where}/{name}")


def _object(rule: Mapping[str, Any], value: object, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} : Type"]
    known = {key.rstrip("!"): inner for key, inner in rule.items()}
    found = [f"{where}/{key} : AdditionalProperties" for key in value if key not in known]
    found += [f"{where}/{key[:-1]} : Required" for key in rule if key.endswith("!") and key[:-1] not in value]
    return found + [
        one
        for key, inner in value.items()
        if key in known
        for one in _wrong(known[key], inner, f"{where}/{key}")
    ]
