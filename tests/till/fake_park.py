"""Parked receipts as the real server holds them: exactly one taker, every op may be repeated."""

from typing import Any

OTHER = 9


def refused(code: str, **extra: Any) -> dict[str, Any]:
    return {"error": {"code": code, "detail": code, **extra}}


class Park:
    """Rows by id; `by` is the till that took or dropped one."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def foreign(self, receipt: str, data: dict[str, Any]) -> None:
        """Another till parks something."""
        self.rows[receipt] = {"receipt": receipt, "data": data, "till": OTHER, "state": "parked", "by": None}

    def take_away(self) -> None:
        """Another till takes everything that is there."""
        for row in self.rows.values():
            if row["state"] == "parked":
                row |= {"state": "taken", "by": OTHER}

    def open(self) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if row["state"] == "parked"]

    def op(self, request: dict[str, Any], till: int) -> dict[str, Any]:
        match request["op"]:
            case "park.list":
                return {"parked": [self.summary(row) for row in self.open()]}
            case "park.put":
                known = self.rows.get(request["receipt"])
                if known is None:
                    known = {**request, "till": till, "state": "parked", "by": None}
                    self.rows[request["receipt"]] = known
                elif known["data"] != request["data"]:
                    return refused("exists_different")
                return self.summary(known)
        row, state = self.rows.get(request["receipt"]), request["op"].removeprefix("park.")
        wanted = {"take": "taken", "drop": "dropped"}[state]
        if row is None:
            return refused("not_found")
        if row["state"] == "parked":
            row |= {"state": wanted, "by": till}
        elif (row["state"], row["by"]) != (wanted, till):
            return refused("taken", till=row["by"], state=row["state"])
        return {**self.summary(row), "data": row["data"]} if state == "take" else {"receipt": row["receipt"]}

    def summary(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "receipt": row["receipt"],
            "label": "",
            "total": row.get("total", 0),
            "lines": row.get("lines", 0),
            "till": row["till"],
            "at": "2026-11-21T10:00:00.000Z",
        }
