"""A printed sheet to the two files that show it: a PNG and its description. Pure: bytes and dictionaries.

The bytes that are printed come from drivers/escpos/codec.py and are read back by emulators/interpreter.py, so
what the page shows is what an ESC/POS printer would have made of the same bytes.
"""

import io
import json
from dataclasses import asdict, dataclass

from devices.document import Document
from devices.emulators.sheet import Sheet
from devices.layout import plain_text


@dataclass(frozen=True)
class Record:
    """One receipt of the page. `printed_at` is in milliseconds since 1970, UTC; `text` its plain reading."""

    action: str
    printed_at: int
    language: str
    text: str
    cut: bool
    complaints: tuple[str, ...]
    width: int
    height: int


def png_bytes(sheet: Sheet) -> bytes:
    """The sheet in 16 greys: enough for smooth letters, and about 10 kB for a receipt."""
    file = io.BytesIO()
    sheet.image().quantize(16).save(file, "PNG", optimize=True)
    return file.getvalue()


def describe(sheet: Sheet, action: str, document: Document, columns: int, printed_at: int) -> Record:
    picture = sheet.image()
    return Record(
        action=action,
        printed_at=printed_at,
        language=document.language,
        text=plain_text(document, columns),
        cut=sheet.cut is not None,
        complaints=tuple(sheet.complaints),
        width=picture.width,
        height=picture.height,
    )


def record_bytes(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False).encode()


def parse_record(data: bytes) -> Record:
    """Raises ValueError, KeyError or TypeError for a file that is not ours."""
    fields = json.loads(data)
    fields["complaints"] = tuple(fields["complaints"])
    return Record(**fields)
