"""Small and plain is a rule with a checker: lengths of functions and files."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FUNCTION = 60
LONGEST_FILE = {".py": 500, ".js": 500, ".html": 400, ".css": 1200}
# The pricing engine is one file because QuickJS and the browser must load the very same bytes.
EXCEPTIONS = {"static/pricing/engine.js": 800}


def tracked(*patterns: str) -> list[Path]:
    """The project's own files: tracked or about to be, never vendored, never generated."""
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / line for line in out.splitlines() if "vendor/" not in line and "/migrations/" not in line]


@pytest.mark.parametrize("ending", LONGEST_FILE)
def test_no_file_outgrows_one_idea(ending: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked(f"*{ending}")
        if path.exists()
        and (lines := len(path.read_text("utf-8").splitlines()))
        > EXCEPTIONS.get(str(path.relative_to(ROOT)), LONGEST_FILE[ending])
    }
    assert long == {}


def test_no_function_outgrows_a_screen() -> None:
    long = []
    for path in tracked("*.py"):
        if not path.exists():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert long == []


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if path.exists()
        and path.read_text("utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_promise_is_left_in_the_code() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3 + " ", "HA" + "CK", "Not" + "Implemented")
    promises = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked("*.py", "*.js", "*.html", "*.css")
        if path.exists()
        for word in words
        if word in path.read_text("utf-8")
    ]
    assert promises == []
