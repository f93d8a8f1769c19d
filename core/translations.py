"""One set of .po files for pages, messages and the till, read and written without GNU gettext.

Sources are Python (`_`, `gettext`, `ngettext`…), Django templates (`{% translate %}`, `{% blocktranslate %}`) and
the till's JavaScript (`t("…")`, `tn("one", "many", n)`). Catalogues live in locale/<language>/LC_MESSAGES/django.po.
"""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("pl", "uk", "ru")
PYTHON_FOLDERS = ("config", "core", "inventory", "loyalty", "pos", "exchange", "backoffice")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_STRING = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_JS_CALL = re.compile(rf"(?<![\w.$])(tn?)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-zA-Z_]*\}")

MessageId = str | tuple[str, ...]
Found = tuple[str, int, MessageId, str | None]


def po_path(language: str) -> Path:
    """Where a language's catalogue is kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """A language's catalogue; an empty one when there is no file yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="OpenKasa", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _python(path: Path, text: bytes) -> Iterator[Found]:
    name = str(path.relative_to(ROOT))
    for line, message, _comments, context in extract("python", io.BytesIO(text), keywords=KEYWORDS):
        yield name, line, message, context


def _template(path: Path) -> Iterator[Found]:
    yield from _python(path, templatize(path.read_text("utf-8"), origin=str(path)).encode("utf-8"))


def _script(path: Path) -> Iterator[Found]:
    text = path.read_text("utf-8")
    for call in _JS_CALL.finditer(text):
        name, one, many = call.groups()
        message = _unquote(one) if name == "t" or many is None else (_unquote(one), _unquote(many))
        yield str(path.relative_to(ROOT)), text.count("\n", 0, call.start()) + 1, message, None


def _unquote(literal: str) -> str:
    body = literal[1:-1]
    if literal[0] == "'":
        body = body.replace("\\'", "'").replace('"', '\\"')
    return str(json.loads(f'"{body}"'))


def found() -> Iterator[Found]:
    """Every message of the sources: file, line, text (or singular and plural), context."""
    for folder in PYTHON_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _python(path, path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from _template(path)
    for path in sorted((ROOT / "static").rglob("*.js")):
        if "vendor" not in path.parts:
            yield from _script(path)


def template() -> Catalog:
    """The sources' messages as a catalogue without translations."""
    catalog = Catalog(project="OpenKasa", charset="utf-8")
    for name, _line, message, context in found():
        # Line numbers would change every catalogue with every edit; the file is enough to find a message.
        catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def update(language: str) -> tuple[int, int]:
    """Brings a language's file level with the sources. Returns how many messages it has and how many lack words."""
    catalog, fresh = load(language), template()
    catalog.update(fresh, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    with po_path(language).open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False, omit_header=False)
    return len(catalog), sum(1 for message in catalog if message.id and not _complete(message))


def _complete(message: Message) -> bool:
    words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(words) and not message.fuzzy


def problems(language: str) -> Iterator[str]:
    """What is wrong with a language: missing messages, missing words, placeholders that differ."""
    catalog = load(language)
    for message in template():
        if not message.id:
            continue
        known = catalog.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if known is None:
            yield f"{language}: not in the catalogue: {message.id!r}"
        elif not _complete(known):
            yield f"{language}: not translated: {message.id!r}"
        else:
            yield from _placeholder_problems(language, known)


def _placeholder_problems(language: str, message: Message) -> Iterator[str]:
    sources = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    allowed = {mark for source in sources for mark in _PLACEHOLDER.findall(str(source))}
    for text in words:
        used = set(_PLACEHOLDER.findall(str(text)))
        if used - allowed or (len(sources) == 1 and used != allowed):
            yield f"{language}: placeholders differ: {message.id!r} → {text!r}"


def compile_all() -> list[Path]:
    """Writes the .mo files that Django reads. Returns their paths."""
    written = []
    for language in LANGUAGES:
        if po_path(language).exists():
            target = po_path(language).with_suffix(".mo")
            with target.open("wb") as file:
                write_mo(file, load(language))
            written.append(target)
    return written
