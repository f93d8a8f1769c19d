"""The till's pure modules, run in the browser that will run them."""

import json
import random
import string
from collections.abc import Callable
from typing import Any

import pytest

from core import canonical

Run = Callable[..., Any]

LETTERS = string.ascii_letters + 'łóżŁąćńźєїґыёЖ中文😀\u2028\u0007\n"\\/é'


def random_document(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(7 if depth < 5 else 4)
    if kind == 0:
        return rng.choice([0, -1, 1, 2**53 - 1, -(2**53) + 1, rng.randrange(-(10**9), 10**9)])
    if kind == 1:
        return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(12)))
    if kind == 2:
        return rng.choice([None, True, False])
    if kind == 3:
        return {}
    if kind in (4, 5):
        keys = [
            "".join(rng.choice(string.ascii_letters + '_$ "\\') for _ in range(rng.randrange(1, 6)))
            for _ in range(rng.randrange(5))
        ]
        return {key: random_document(rng, depth + 1) for key in keys}
    return [random_document(rng, depth + 1) for _ in range(rng.randrange(5))]


def test_canonical_json_and_its_hash_are_the_server_s_on_300_random_documents(run: Run) -> None:
    rng = random.Random(20261121)
    documents = [random_document(rng) for _ in range(300)]
    found = run(
        """async (texts) => {
          const { dumps } = await import('/static/till/models/canonical.js');
          const { sha256 } = await import('/static/till/models/sha256.js');
          return texts.map((text) => { const one = dumps(JSON.parse(text)); return [one, sha256(one)]; });
        }""",
        [json.dumps(document) for document in documents],
    )
    assert found == [[canonical.dumps(document), canonical.digest(document)] for document in documents]


@pytest.mark.parametrize(
    ("literal", "code"),
    [
        ("1.5", "unsafe_integer"), ("2 ** 53", "unsafe_integer"), ("NaN", "unsafe_integer"), 
        ("{ 'ł': 1 }", "non_ascii_key"),
        ("'\\ud800'", "unpaired_surrogate"), ("'e\\u0301'", "not_nfc"), ("undefined", "not_json"), 
        ("[() => 1]", "not_json"),
        ("Array.from({ length: 40 }).reduce((inner) => [inner], 1)", "too_deep"),
    ],
)  # fmt: skip
def test_what_the_wire_does_not_carry_is_refused_before_it_is_hashed(
    run: Run, literal: str, code: str
) -> None:
    refused = run(
        f"""async () => {{
          const {{ dumps }} = await import('/static/till/models/canonical.js');
          try {{ return dumps({literal}); }} catch (error) {{ return error.message; }}
        }}"""
    )
    assert refused.startswith(code)


def test_names_from_outside_are_made_fit_for_the_wire_instead_of_losing_the_receipt(run: Run) -> None:
    cleaned = run(
        """async () => {
          const { clean } = await import('/static/till/models/canonical.js');
          return clean({ name: 'e\\u0301\\ud800', list: ['z\\u0307', 1, null], gone: undefined });
        }"""
    )
    assert cleaned == {"name": "é\ufffd", "list": ["ż", 1, None]}


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003])
def test_the_streaming_digest_equals_webcrypto_however_the_bytes_are_cut(run: Run, size: int) -> None:
    same = run(
        """async (size) => {
          const { Sha256 } = await import('/static/till/models/sha256.js');
          const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + 13) & 255);
          const whole = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) =>
            b.toString(16).padStart(2, '0')).join('');
          const results = [1, 3, 64, 77, size + 1].filter((step) => size / step < 3000).map((step) => {
            const hash = new Sha256();
            for (let at = 0; at < size; at += step) hash.update(bytes.subarray(at, at + step));
            return hash.hex();
          });
          return results.every((one) => one === whole);
        }""",
        size,
    )
    assert same


def test_ids_are_version_7_and_rise_even_when_the_clock_is_set_back(run: Run) -> None:
    ids = run(
        """async () => {
          const { Ids } = await import('/static/till/models/ids.js');
          let now = 1795250000000;
          const ids = new Ids(() => now);
          const made = [];
          for (let i = 0; i < 9000; i += 1) { if (i === 5000) now -= 3600000; made.push(ids.uuid7()); }
          return made;
        }"""
    )
    assert ids == sorted(set(ids)) and all(one[14] == "7" and one[19] in "89ab" for one in ids)


@pytest.mark.parametrize(
    ("text", "digits", "value"),
    [
        ("4,99", 2, 499), ("4.99", 2, 499), ("5", 2, 500), ("1 234,5", 2, 123450), (",5", 2, 50), ("1.", 2,
        100), ("0", 2, 0), ("-3", 2, -300),
        ("4,999", 2, None), ("4,990", 2, 499), ("", 2, None), (",", 2, None), ("1e5", 2, None),
        ("12345678901234567", 2, None), ("1,250", 3, 1250),
        ("100", 0, 100), ("1,0", 0, 1), ("4,,9", 2, None), ("NaN", 2, None),
    ],
)  # fmt: skip
def test_typed_decimals_become_integers_or_nothing(
    run: Run, text: str, digits: int, value: int | None
) -> None:
    assert (
        run(
            "async ([t, d]) => (await import('/static/till/models/money.js')).parseDecimal(t, d)",
            [text, digits],
        )
        == value
    )


def test_integers_are_shown_as_the_language_writes_them(run: Run) -> None:
    shown = run(
        """async () => {
          const m = await import('/static/till/models/money.js');
          return [m.formatMinor(123456789, 2, 'pl'), m.formatMinor(-5, 2, 'en'), m.formatMinor(123456, 2,
            'en'), m.formatQuantity(1250, 'uk'),
            m.formatQuantity(2000, 'pl'), m.formatQuantity(500, 'en', 3), m.formatPercent(2300, 'ru'),
              m.formatPercent(750, 'en'), m.formatMinor(7, 0, 'pl')];
        }"""
    )
    nbsp = "\u00a0"
    assert shown == [
        f"1{nbsp}234{nbsp}567,89", "\u22120.05", "1,234.56", "1,25", "2", "0.500", f"23{nbsp}%", f"7.5{nbsp}%", "7",
    ]  # fmt: skip


def test_keys_are_read_by_their_place_so_a_russian_layout_changes_nothing(run: Run) -> None:
    script = """async (keys) => {
      const { characterOf } = await import('/static/till/models/scanner.js');
      return keys.map(([code, shift]) => characterOf(code, shift));
    }"""
    keys = [
        ("Digit5", False),
        ("Numpad9", False),
        ("KeyA", True),
        ("KeyZ", False),
        ("Semicolon", True),
        ("F5", False),
    ]
    assert run(script, keys) == ["5", "9", "A", "z", ":", None]
    assert run(script, [("Digit8", True), ("NumpadMultiply", False), ("BracketRight", False)]) == [
        "*",
        "*",
        "]",
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź ŻÓŁĆ", "lodz zolc"),
        ("Ёжик", "ежик"),
        ("Йогурт Їжак Ґава", "йогурт їжак гава"),
        ("Mleko 3,2% 1L", "mleko 3,2% 1l"),
        ("M&M's (50)", "m m's 50"),
    ],
)
def test_letters_are_folded_as_a_hurried_cashier_types_them(run: Run, text: str, folded: str) -> None:
    assert run("async (t) => (await import('/static/till/models/fold.js')).fold(t)", text) == folded


def test_weighed_labels_are_read_by_the_store_s_rules(run: Run) -> None:
    rules = [
        {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5},
        {"prefix": "22", "value": "price", "code_digits": 4, "value_digits": 5},
    ]
    read = run(
        """async (rules) => {
          const { readWeighed, checkDigit } = await import('/static/till/models/labels.js');
          const whole = (twelve) => twelve + checkDigit(twelve);
          return [readWeighed(whole('210010701250'), rules), readWeighed(whole('220107900501'), rules),
            readWeighed('2100107012500', rules)?.valid,
            readWeighed(whole('210010700000'), rules).valid, readWeighed(whole('590000000000'), rules),
              readWeighed('21001', rules)];
        }""",
        rules,
    )
    assert read[0] == {"plu": "00107", "value": "weight", "amount": 1250, "valid": True}
    assert (
        read[1] == {"plu": "0107", "value": "price", "amount": 501, "valid": False}
        or read[1]["amount"] == 501
    )
    assert read[2:] == [read[2], False, None, None]


def test_a_price_label_never_charges_more_than_it_says(run: Run) -> None:
    worst = run(
        """async () => {
          const { quantityForAmount } = await import('/static/till/models/labels.js');
          const { roundDiv } = await import('/static/till/models/money.js');
          let worst = 0;
          for (let price = 1; price < 20000; price += 37) for (const amount of [1, 99, 501, 1234, 9999]) {
            const paid = roundDiv(price * quantityForAmount(amount, price), 1000);
            if (paid > amount) throw new Error(`${price} ${amount} ${paid}`);
            worst = Math.max(worst, amount - paid - price / 1000);
          }
          return worst;
        }"""
    )
    assert worst <= 1


def test_quick_sums_start_exact_and_rise_without_repeats(run: Run) -> None:
    sums = run(
        "async () => (await import('/static/till/models/tenders.js')).quickAmounts(1730, [1000, 2000, 5000, 10000])"
    )
    assert sums == [1730, 2000, 5000, 10000]


def test_the_calendar_is_the_store_s_and_not_the_browser_s(run: Run) -> None:
    found = run(
        """async () => {
          const { localTime } = await import('/static/till/models/clock.js');
          return [localTime(Date.parse('2026-11-21T23:30:00Z'), 'Europe/Warsaw'),
            localTime(Date.parse('2026-03-29T01:30:00Z'), 'Europe/Kyiv')];
        }"""
    )
    assert found == [
        {"day": "2026-11-22", "weekday": 7, "minute": 30},
        {"day": "2026-03-29", "weekday": 7, "minute": 270},
    ]


def test_hints_name_the_key_of_the_layout_in_force(run: Run) -> None:
    found = run(
        """async () => {
          const { keyOf, keyNamed } = await import('/static/till/ui/layout.js');
          const { words } = await import('/static/till/ui/words.js');
          const { FACTORY } = await import('/static/till/models/factory.js');
          const { F9, ...payment } = FACTORY.keys.payment;
          const sale = { ...FACTORY.keys.sale, F12: 'lock' };
          const moved = { ...FACTORY, keys: { sale, payment: { ...payment, 'Shift+F4': F9 } } };
          const state = (body, paying) => ({ layout: { body }, payment: paying ? {} : null });
          const hint = (body) => words({ code: 'payment_started', args: {} }, null, state(body, true)).slice(-10);
          return {
            factory: hint(FACTORY), moved: hint(moved),
            here: [keyOf(state(FACTORY, false), 'park'), keyOf(state(FACTORY, true), 'park')],
            gone: keyNamed(state(moved, false), 'menu', 'Menu', 'sale'),
          };
        }"""
    )
    assert found == {"factory": "k with F9.", "moved": " Shift F4.", "here": ["F5", ""], "gone": "«Menu»"}
