"""What a picture is, read from its first bytes: kind and size.

The file's name and what the browser says of it count for nothing. Only the header is read, with bounds: nothing is
decoded here, so a hostile file can cost neither memory nor time.
Sources: PNG 1.2 section 4.1 (IHDR), ITU T.81 annex B (JPEG frame headers), RFC 9649 section 2 (WebP).
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import KasaError

_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers; C4, C8 and CC are other things in the same row.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
# A JPEG may carry colour profiles and thumbnails before its frame, but not without end.
_MOST_SEGMENTS = 200


class BadPicture(KasaError):
    """The file is no picture that a screen can show."""

    code = "bad_picture"


@dataclass(frozen=True)
class Look:
    """What the header says; sizes in pixels."""

    media_type: str
    width: int
    height: int


def too_large(kibibytes: int) -> BadPicture:
    """The refusal of a file that is no picture of at most this size."""
    return BadPicture(_("A picture is a PNG, JPEG or WebP file of at most %(n)d KiB.") % {"n": kibibytes})


def checked(content: bytes, *, kibibytes: int, least: int, largest: int) -> Look:
    """Kind and size of a picture within these limits; sides in pixels. Raises BadPicture."""
    found = look(content)
    if len(content) > kibibytes * 1024 or found is None:
        raise too_large(kibibytes)
    if min(found.width, found.height) < least or max(found.width, found.height) > largest:
        raise BadPicture(
            _("A picture has %(least)d to %(most)d pixels on each side.") % {"least": least, "most": largest}
        )
    return found


def look(content: bytes) -> Look | None:
    """Kind and size, or None when this is no PNG, JPEG or WebP with a readable header."""
    found = _png(content) or _webp(content) or _jpeg(content)
    return found if found is not None and found.width > 0 and found.height > 0 else None


def _png(content: bytes) -> Look | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    return Look("image/png", int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))


def _webp(content: bytes) -> Look | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        wide, high = content[24:27], content[27:30]
        return Look("image/webp", int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        wide, high = content[26:28], content[28:30]
        return Look(
            "image/webp", int.from_bytes(wide, "little") & 0x3FFF, int.from_bytes(high, "little") & 0x3FFF
        )
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return Look("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return None


def _jpeg(content: bytes) -> Look | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    for _segment in range(_MOST_SEGMENTS):
        if len(content) < at + 9 or content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker in _FRAMES:
            high, wide = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return Look("image/jpeg", int.from_bytes(wide, "big"), int.from_bytes(high, "big"))
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
