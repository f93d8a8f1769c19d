"""Words of an act from a template: names in braces, and nothing else. No code, no formats, no attributes.

A name that has nothing to say leaves nothing behind, and blanks around it shrink to one. Values are put in once: braces
that stand in the name of goods stay what they are.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.errors import KasaError

LONGEST = 300
# What may stand in braces. `br` begins a new line, `paper` is the whole receipt.
NAMES = (
    *("store", "till", "till_name", "date", "time", "cashier", "event", "receipt", "line", "goods", "code"),
    *("quantity", "unit", "price", "amount", "discount", "method", "card", "reason", "approved", "text"),
    *("shift", "paper", "br"),
)
_GAP = re.compile(r"\{([^{}]*)\}")
_BLANKS = re.compile(r"[ \t]{2,}")


class BadTemplate(KasaError):
    """A template that cannot be used; the sentence says why."""

    code = "bad_template"


def check(template: str) -> None:
    """Raises BadTemplate for a name that nothing has, for a lone brace and for what is too long."""
    if len(template) > LONGEST:
        raise BadTemplate(_("A template has at most %(n)d characters.") % {"n": LONGEST})
    if any(ord(character) < 32 or ord(character) == 127 for character in template):
        raise BadTemplate(_("A template has no control characters; {br} begins a new line."))
    for name in _GAP.findall(template):
        if name not in NAMES:
            raise BadTemplate(_("There is no {%(name)s}.") % {"name": name[:40]})
    if "{" in _GAP.sub("", template) or "}" in _GAP.sub("", template):
        raise BadTemplate(_("A brace has no partner."))


def fill(template: str, values: Mapping[str, str]) -> list[str]:
    """The lines of a template that `check` has passed; lines with nothing on them are left out."""
    text = _GAP.sub(lambda gap: "\n" if gap[1] == "br" else values.get(gap[1], ""), template)
    if "{paper}" in template:
        # A receipt's columns are made of blanks.
        return [line.rstrip() for line in text.split("\n") if line.strip()]
    return [line for line in (_BLANKS.sub(" ", part).strip() for part in text.split("\n")) if line]
