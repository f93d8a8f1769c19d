"""One SVG sprite from the vendored Tabler icons; a test says when it was not made anew.

python -m backoffice.icons     writes static/backoffice/icons.svg
"""

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"
SOURCES = STATIC / "vendor" / "tabler-icons" / "icons" / "outline"
SPRITE = STATIC / "backoffice" / "icons.svg"
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
# Tabler draws an invisible square into each icon for editors; a sprite does not need it.
_SQUARE = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def names() -> list[str]:
    """The icons that templates may use."""
    return sorted(path.stem for path in SOURCES.glob("*.svg"))


def symbol(path: Path) -> str:
    """One icon as a symbol. Raises ValueError when the file is not an icon."""
    found = _BODY.search(path.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{path} holds no svg element")
    body = " ".join(_SQUARE.sub("", found[1]).split())
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{body}</symbol>'


def sprite() -> str:
    """The whole sprite as text."""
    symbols = "\n".join(symbol(SOURCES / f"{name}.svg") for name in names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    SPRITE.write_text(sprite(), "utf-8")
