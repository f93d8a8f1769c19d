"""Every refusal of the till's models has words for a cashier."""

import re
from pathlib import Path

TILL = Path(__file__).resolve().parents[2] / "static" / "till"


def test_each_code_that_the_models_can_refuse_with_has_words() -> None:
    table = (TILL / "README.md").read_text("utf-8").split("## Error codes")[1].split("## Events")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    codes = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row.split("|")[1])}
    words = "".join(path.read_text("utf-8") for path in sorted((TILL / "ui").glob("*words.js")))
    worded = set(re.findall(r"^  ([a-z_]+): (?:\(|[a-z]\w*,$)", words, re.M))
    assert len(codes) > 30
    assert codes - worded == set()
