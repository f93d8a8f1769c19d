"""What a chain asks its customers: fields, the questionnaire, the words of consent, and the groups people land in.

Tills learn the form as the setting `customers` and the groups as feed rows `customer_group`.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from core import feed
from core.constraints import explained
from core.errors import KasaError
from core.services import organisation
from inventory import text
from loyalty.models import ConsentText, CustomerGroup, FormField

LANGUAGES = ("en", "pl", "uk", "ru")
MAX_LABEL, MAX_CONSENT, MAX_OPTIONS = 120, 2000, 40
SETTING = "customers"


class BadForm(KasaError):
    """The definition cannot be used as written; `code` names what is wrong with it."""

    code = "bad_form"


def words_of(given: Mapping[str, str], most: int) -> dict[str, str]:
    """A text in our languages, English or another one at least; what is missing is read in the first that is there.

    Raises BadForm.
    """
    words = {language: text.clean(given.get(language) or "") for language in LANGUAGES}
    found = {language: value for language, value in words.items() if value}
    if not found or max(map(len, found.values())) > most:
        raise BadForm(_("Write the text in one language at least, %(n)s characters at most.") % {"n": most})
    return found


def group_save(group: CustomerGroup | None = None, *, name: str, active: bool = True) -> CustomerGroup:
    """Creates, renames or switches off a group of customers, and publishes it. Raises BadForm."""
    saved = group or CustomerGroup()
    saved.name, saved.active = text.clean(name), active
    if not saved.name:
        raise BadForm(_("A group needs a name."), code="group_name")
    with feed.transaction(), explained(_group_refusal):
        saved.save()
        _publish_group(saved)
    return saved


def _group_refusal(constraint: str) -> BadForm | None:
    if constraint != "loyalty_customergroup_name_key":
        return None
    return BadForm(_("Another group has this name."), code="group_name")


def _publish_group(group: CustomerGroup) -> None:
    if group.active:
        feed.put("customer_group", group.id, group_value(group))
    else:
        feed.drop("customer_group", group.id)


def group_value(group: CustomerGroup) -> dict[str, Any]:
    """A group as tills read it."""
    return {"name": group.name}


def field_save(
    field: FormField | None = None,
    *,
    code: str,
    part: str,
    kind: str,
    labels: Mapping[str, str],
    options: Sequence[Mapping[str, Any]] = (),
    required: bool = False,
    position: int = 0,
    active: bool = True,
) -> FormField:
    """Creates or changes a question of the form or the questionnaire. Raises BadForm.

    Code and kind of a field that exists cannot change, because answers were given in its terms; an option may be
    added, and one that was there stays.
    """
    saved = field or FormField(code=code, kind=kind)
    if field is not None and (field.code, field.kind) != (code, kind):
        raise BadForm(_("Add a new field instead: answers were given to this one."), code="field_is_fixed")
    saved.part, saved.required, saved.position, saved.active = part, required, position, active
    saved.labels = words_of(labels, MAX_LABEL)
    saved.options = _options(saved, options)
    with feed.transaction(), explained(_field_refusal):
        saved.save()
        form_publish()
    return saved


def _field_refusal(constraint: str) -> BadForm:
    sentences = {
        "form_field_code_is_plain": _("A code is made of small letters, digits and _, a letter first."),
        "loyalty_formfield_code_key": _("Another field has this code."),
    }
    if constraint in sentences:
        return BadForm(sentences[constraint], code="field_code")
    return BadForm(_("A field is of a kind and a part that exist."), code="bad_form")


def _options(field: FormField, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options with texts and groups that exist. Raises BadForm."""
    wants = field.kind in (FormField.Kind.CHOICE, FormField.Kind.CHOICES)
    if wants != bool(given) or len(given) > MAX_OPTIONS:
        raise BadForm(_("A choice needs 1 to %(n)s options.") % {"n": MAX_OPTIONS}, code="field_options")
    options = []
    for one in given:
        code = text.clean(str(one["code"]))
        group = one.get("group")
        if group and not CustomerGroup.objects.filter(id=uuid.UUID(str(group))).exists():
            raise BadForm(_("There is no such group of customers."), code="field_options")
        if not code or len(code) > 40:
            raise BadForm(_("An option needs a code of at most 40 characters."), code="field_options")
        options.append(
            {
                "code": code,
                "labels": words_of(one["labels"], MAX_LABEL),
                "group": str(group) if group else None,
            }
        )
    codes = [one["code"] for one in options]
    before = {one["code"] for one in field.options or []}
    if len(set(codes)) < len(codes) or before - set(codes):
        raise BadForm(
            _("Each option is there once, and those that were answered stay."), code="field_options"
        )
    return options


def consent_publish(*, kind: str, texts: Mapping[str, str], required: bool, now: datetime) -> ConsentText:
    """New words that people agree to: the next version of their kind. Raises BadForm."""
    words = words_of(texts, MAX_CONSENT)
    if not kind.isascii() or not kind.replace("_", "").isalnum() or len(kind) > 40 or kind != kind.lower():
        raise BadForm(
            _("A code is made of small letters, digits and _, a letter first."), code="consent_kind"
        )
    with feed.transaction():
        last = ConsentText.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
        saved = ConsentText.objects.create(
            kind=kind, version=last + 1, texts=words, required=required, published_at=now
        )
        form_publish()
    return saved


def form_publish() -> None:
    """Tells the tills what to ask. Inside `feed.transaction()` the setting follows the tables at once."""
    organisation.setting_save(SETTING, form_value())


def form_value() -> dict[str, Any]:
    """The form as tills read it: active fields in order, and the newest words of each consent."""
    newest: dict[str, ConsentText] = {}
    for row in ConsentText.objects.order_by("kind", "version"):
        newest[row.kind] = row
    return {
        "fields": [field_value(field) for field in FormField.objects.filter(active=True)],
        "consents": [
            {"kind": row.kind, "version": row.version, "text": row.texts, "required": row.required}
            for row in newest.values()
        ],
    }


def field_value(field: FormField) -> dict[str, Any]:
    """One question as tills read it; which group an answer leads to is the server's business."""
    return {
        "code": field.code,
        "part": str(field.part),
        "kind": str(field.kind),
        "label": field.labels,
        "required": field.required,
        "options": [{"code": one["code"], "label": one["labels"]} for one in field.options],
    }
