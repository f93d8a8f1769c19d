"""Reads the hand-written vectors of tests/conformance/pricing and says how a result differs from one."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "conformance" / "pricing"
SPECIAL = {"round", "pick"}


@dataclass(frozen=True)
class Vector:
    """One cart over one rulebook, and what must come of it: `error`, or the parts named in `expect`."""

    name: str
    guarantees: tuple[str, ...]
    rulebook: dict[str, Any]
    cart: dict[str, Any]
    error: str | None
    expect: dict[str, Any]


def read(name: str) -> dict[str, Any]:
    """One file of vectors."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def carts() -> Iterator[Vector]:
    """Every vector that prices a cart, with the file's defaults filled in."""
    for path in sorted(FOLDER.glob("*.json")):
        if path.stem in SPECIAL:
            continue
        content = read(path.stem)
        for row in content["vectors"]:
            cart = {**content["cart"], **row.get("cart", {})}
            if isinstance(cart["lines"], list):
                numbered = enumerate(cart["lines"], start=1)
                cart["lines"] = [{"n": n, **content["line"], **line} for n, line in numbered]
            yield Vector(
                name=f"{path.stem}: {row['name']}",
                guarantees=tuple(row["guarantees"]),
                rulebook={**content["rulebook"], **row.get("rulebook", {})},
                cart=cart,
                error=row.get("error"),
                expect=row.get("expect", {}),
            )


def _sorted(rows: list[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=lambda row: [str(value) for value in row])


_READ: dict[str, Callable[[dict[str, Any]], Any]] = {
    "total": lambda priced: priced["total"],
    "due": lambda priced: priced["due"],
    "rounding": lambda priced: priced["rounding"],
    "totals": lambda priced: [line["total"] for line in priced["lines"]],
    "gross": lambda priced: [line["gross"] for line in priced["lines"]],
    "tax_amounts": lambda priced: [line["tax_amount"] for line in priced["lines"]],
    "taxes": lambda priced: [
        [row["code"], row["percent"], row["net"], row["tax"], row["gross"]] for row in priced["taxes"]
    ],
    "discounts": lambda priced: [
        [[row["ref"], row["amount"]] for row in line["discounts"]] for line in priced["lines"]
    ],
    "reasons": lambda priced: [
        [row["n"], row["ref"], row["amount"], row["code"]] for row in priced["reasons"]
    ],
}


def differences(vector: Vector, *, priced: dict[str, Any] | None, error: str | None) -> list[str]:
    """What a result has otherwise than the vector says; empty when they agree."""
    if vector.error is not None or priced is None:
        return [] if error == vector.error else [f"error {error} instead of {vector.error}"]
    found = []
    for key, wanted in vector.expect.items():
        actual = _READ[key](priced)
        if key == "reasons":
            actual, wanted = _sorted(actual), _sorted(wanted)
        if actual != wanted:
            found.append(f"{key} is {actual} instead of {wanted}")
    return found
