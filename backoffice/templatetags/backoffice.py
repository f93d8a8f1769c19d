"""Template faces of the back office: icons, form fields, states as words, times as people say them."""

from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backoffice.words import own
from core import clock, money
from loyalty.models import FormField

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "plus" %}`: an icon beside text, hidden from screen readers unless it has a label of its own."""
    address = f"{static('backoffice/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', address
    )


@register.inclusion_tag("backoffice/parts/field.html")
def field(bound: BoundField, css: str = "", label: str = "", needed: bool = False) -> dict[str, Any]:
    """A labelled form field with its help and its errors, tied together for screen readers.

    `needed` leaves out the word "optional" where the form asks for the field only at times.
    """
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or type(widget).__name__.lower()
    many = kind in ("radioselect", "checkboxselectmultiple", "radio") or (
        hasattr(widget, "create_option") and kind == "checkbox"
    )
    return {
        "field": bound,
        "css": css,
        "kind": kind,
        "many": many,
        "label": label or bound.label,
        "needed": needed,
    }


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present page's query with some values changed and the paging forgotten: `?{% query sort="name" %}`."""
    asked: QueryDict = context["request"].GET.copy()
    for name in ("after", "before", *changes):
        asked.pop(name, None)
    for name, value in changes.items():
        if value not in (None, ""):
            asked[name] = str(value)
    return asked.urlencode()


@register.filter
def day(value: Any) -> str:
    """A day or an instant as a day, in one fixed form for all languages."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return "" if value is None else f"{value:%d.%m.%Y}"


@register.filter
def minute(value: datetime | None) -> str:
    """Day and time to the minute on the store's wall clock."""
    return "" if value is None else f"{timezone.localtime(value):%d.%m.%Y %H:%M}"


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago something was, in whole words: `3 minutes ago`."""
    if value is None:
        return _("never")
    seconds = max(0, int((clock.now() - value).total_seconds()))
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", seconds // 60) % {"n": seconds // 60}
    if seconds < 48 * 3600:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d day ago", "%(n)d days ago", seconds // 86400) % {"n": seconds // 86400}


@register.filter
def hundredths(value: int) -> str:
    """Hundredths as a decimal of the reader's language: a rate per 100."""
    return money.format_quantity(value * 10, (get_language() or "en").split("-")[0])


@register.filter
def after(ms: int) -> str:
    """How long after a beginning something was, in minutes and seconds."""
    seconds = ms // 1000
    return f"{seconds // 60}:{seconds % 60:02d}" if ms >= 0 else "0:00"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ labels|get:row.kind }}`; nothing for an unknown key."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def may(person: Any, permission: str) -> bool:
    """`{% if page.person|may:"goods.edit" %}`."""
    return bool(person and person.may(permission))


@register.filter
def own_text(texts: dict[str, str]) -> str:
    """A text of several languages as the reader reads it."""
    return own(texts)


@register.filter
def own_label(field: FormField) -> str:
    """A question of the chain as the reader reads it."""
    return own(field.labels)


@register.filter
def own_answer(field: FormField, value: Any) -> str:
    """An answer in words: options by their texts, yes and no, the rest as it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    texts = {one["code"]: own(one["labels"]) for one in field.options}
    return ", ".join(str(texts.get(one, one)) for one in (value if isinstance(value, list) else [value]))


@register.filter
def bonus_kind(name: str) -> str:
    """What moved a bonus account, in words."""
    return {
        "accrue": _("earned"),
        "redeem": _("paid with points"),
        "return_accrual": _("taken back with goods"),
        "return_redeem": _("given back for goods"),
        "adjust": _("by hand"),
    }.get(name, name)


@register.filter
def customer_action(name: str) -> str:
    """What was done to a customer, in words."""
    return {
        "create": _("added"),
        "update": _("data changed"),
        "issue": _("card given"),
        "block": _("card blocked"),
        "unblock": _("card works again"),
        "replace": _("card replaced"),
        "groups": _("groups changed"),
        "seen": _("form looked at on a till"),
        "export": _("data exported"),
        "erase": _("forgotten"),
    }.get(name, name)
