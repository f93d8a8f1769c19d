"""Customers: the list, the person's card, their data given out or erased, and what the chain asks people."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.customers import (
    CardForm,
    ConsentForm,
    CustomerFilters,
    CustomerForm,
    FieldForm,
    GroupForm,
    GroupsForm,
)
from core import clock, ids
from core.models import Employee
from loyalty import access
from loyalty.models import ConsentText, Customer, CustomerGroup, FormField
from loyalty.selectors import customers as selectors
from loyalty.services import cards, customers, forms
from loyalty.services.acts import Act, act_write
from pos.selectors.receipts import receipts_of_customer

form_methods = require_http_methods(["GET", "HEAD", "POST"])
_FIELDS = {"bad_card": "card", "card_taken": "number", "card_is_goods": "number", "bad_customer": "number"}


def act_of(person: Employee) -> Act:
    """Something this person does in the back office now."""
    now = clock.now()
    return Act(id=ids.uuid7(), at=now, now=now, by=person.id)


@require_safe
@may("customers.view")
def index(request: Asking) -> HttpResponse:
    """Everybody, or those who fit."""
    filters = CustomerFilters(request.GET, groups=selectors.groups())
    found = selectors.listed(filters.value("q") or "")
    if filters.value("group"):
        found = found.filter(memberships__group=filters.value("group")).distinct()
    rows = keyset.page(found, request.GET, order=["name_folded", "id"])
    return page.render(
        request,
        "customers/index.html",
        {"rows": rows, "filters": filters, "may_edit": request.user.may("customers.edit")},
    )


@form_methods
@may("customers.edit")
def new(request: Asking) -> HttpResponse:
    """Adds a person, with a card when one is typed."""
    form = CustomerForm(request.POST or None, asked=selectors.fields().filter(active=True))
    if form.is_valid():
        typed = form.cleaned_data["card"]
        card = (ids.uuid7(), typed) if typed else None
        act = act_of(request.user)
        done = attempt(
            form,
            lambda: customers.customer_create(
                act, customer_id=ids.uuid7(), changes=form.changes(), card=card
            ),
        )
        if done is not None:
            say(request, _("%(name)s was added.") % {"name": done.customer.name})
            if done.refused:
                say(request, _("The card was not given: its number is taken or cannot be used."))
            return redirect("backoffice:customer", done.customer.id)
    return page.render(request, "customers/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@may("customers.view")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """One person: data, cards, groups, consents, history, receipts."""
    return _show(request, access.access_customer(request.user, pk))


def _show(request: Asking, customer: Customer, **forms_given: Any) -> HttpResponse:
    wrong = any(form.errors for form in forms_given.values())
    by_hand = [str(one.group_id) for one in customer.memberships.filter(source="hand")]
    asked = {field.code: field for field in selectors.fields()}
    events = list(customer.events.all()[:50])
    who = Employee.objects.filter(id__in={event.by for event in events if event.by})
    context = {
        "customer": customer,
        "cards": customer.cards.order_by("-issued_at", "-id"),
        "memberships": customer.memberships.select_related("group"),
        "answers": [(asked[code], value) for code, value in sorted(customer.form.items()) if code in asked],
        "consents": selectors.consents_now(customer),
        "events": events,
        "people": dict(who.values_list("id", "name")),
        "receipts": receipts_of_customer(request.store, customer.id)[:20]
        if request.user.may("receipts.view")
        else [],
        "may_edit": request.user.may("customers.edit") and customer.erased_at is None,
        "may_privacy": request.user.may("customers.privacy"),
        "groups_form": GroupsForm(known=selectors.groups().filter(active=True), initial={"groups": by_hand}),
        "card_form": CardForm(),
        **forms_given,
    }
    return page.render(request, "customers/show.html", context, status=422 if wrong else 200)


@form_methods
@may("customers.edit")
def edit(request: Asking, pk: UUID) -> HttpResponse:
    """Changes what is known of a person."""
    customer = access.access_customer_change(request.user, pk)
    form = CustomerForm(request.POST or None, asked=selectors.fields().filter(active=True), customer=customer)
    if form.is_valid():
        act = act_of(request.user)
        if (
            attempt(form, lambda: customers.customer_update(act, customer_id=pk, changes=form.changes()))
            is not None
        ):
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customer", pk)
    context = {"form": form, "customer": customer}
    return page.render(request, "customers/edit.html", context, status=422 if form.errors else 200)


@require_POST
@may("customers.edit")
def groups_set(request: Asking, pk: UUID) -> HttpResponse:
    """Puts a person into groups by hand."""
    customer = access.access_customer_change(request.user, pk)
    form = GroupsForm(request.POST, known=selectors.groups())
    if form.is_valid():
        act = act_of(request.user)
        done = attempt(
            form, lambda: customers.customer_groups_set(act, customer_id=customer.id, groups=form.chosen())
        )
        if done is not None:
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customer", pk)
    return _show(request, customer, groups_form=form)


@require_POST
@may("customers.edit")
def card_add(request: Asking, pk: UUID) -> HttpResponse:
    """Gives a person one more card, or a new one for the card named by `replaces`."""
    customer = access.access_customer_change(request.user, pk)
    form = CardForm(request.POST)
    if form.is_valid():
        number, reason, act = form.cleaned_data["number"], form.cleaned_data["reason"], act_of(request.user)
        old = _card_named(request, pk)

        def work() -> object:
            if old is not None:
                return cards.card_replace(act, card_id=old, new_id=ids.uuid7(), number=number, reason=reason)
            return cards.card_issue(act, customer_id=pk, card_id=ids.uuid7(), number=number)

        if attempt(form, work, fields=_FIELDS) is not None:
            say(request, _("The card was given. The tills know within seconds."))
            return redirect("backoffice:customer", pk)
    return _show(request, customer, card_form=form)


def _card_named(request: Asking, pk: UUID) -> UUID | None:
    """The card to be replaced, if it is this customer's. Raises NoCustomer."""
    given = ids.parse_uuid(request.POST.get("replaces", ""))
    return access.access_card_change(request.user, pk, given).id if given else None


@require_POST
@may("customers.edit")
def card_block(request: Asking, pk: UUID, card: UUID) -> HttpResponse:
    """Blocks a card, or opens it again."""
    found = access.access_card_change(request.user, pk, card)
    blocked = request.POST.get("blocked") != "0"
    cards.card_block(act_of(request.user), card_id=found.id, reason="", blocked=blocked)
    say(request, _("The card is blocked.") if blocked else _("The card works again."))
    return redirect("backoffice:customer", pk)


@require_POST
@may("customers.privacy")
def export(request: Asking, pk: UUID) -> HttpResponse:
    """The person's own copy of everything kept here about them, as a file."""
    customer = access.access_customer_privacy(request.user, pk)
    about = selectors.everything_about(customer)
    about["receipts"] = [
        {
            "label": row.label,
            "day": row.day.isoformat(),
            "due": row.due,
            "currency": row.currency,
            "card": row.card,
        }
        for row in receipts_of_customer(request.store, customer.id)
    ]
    act_write(act_of(request.user), "export", {"customer": str(pk)}, customer=customer)
    response = HttpResponse(json.dumps(about, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="customer-{pk}.json"'
    return response


@require_POST
@may("customers.privacy")
def erase(request: Asking, pk: UUID) -> HttpResponse:
    """Forgets a person; receipts stay and lead to nobody."""
    customer = access.access_customer_privacy(request.user, pk)
    customers.customer_erase(act_of(request.user), customer_id=customer.id)
    say(request, _("The person was forgotten. Their receipts stay, without a name."))
    return redirect("backoffice:customers")


@require_safe
@may("customers.edit")
def asked(request: Asking) -> HttpResponse:
    """What the chain asks: fields, the questionnaire, consents, groups."""
    context = {
        "fields": selectors.fields(),
        "consents": ConsentText.objects.order_by("kind", "-version"),
        "groups": selectors.groups(),
    }
    return page.render(request, "customers/asked.html", context)


@form_methods
@may("customers.edit")
def field_edit(request: Asking, pk: UUID | None = None) -> HttpResponse:
    """Creates or changes a question."""
    field = _found(FormField, pk)
    form = FieldForm(request.POST or None, field=field)
    if form.is_valid() and (changes := form.changes(selectors.groups())) is not None:
        names = {"field_code": "code", "field_options": "options"}
        if (
            attempt(form, lambda: forms.field_save(_found(FormField, pk), **changes), fields=names)
            is not None
        ):
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customers_asked")
    context = {"form": form, "field": field}
    return page.render(request, "customers/field.html", context, status=422 if form.errors else 200)


@form_methods
@may("customers.edit")
def group_edit(request: Asking, pk: UUID | None = None) -> HttpResponse:
    """Creates or changes a group of customers."""
    group = _found(CustomerGroup, pk)
    initial = {"name": group.name, "active": group.active} if group else None
    form = GroupForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        saved = attempt(
            form, lambda: forms.group_save(_found(CustomerGroup, pk), **data), fields={"group_name": "name"}
        )
        if saved is not None:
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customers_asked")
    context = {"form": form, "group": group}
    return page.render(request, "customers/group.html", context, status=422 if form.errors else 200)


@form_methods
@may("customers.edit")
def consent_new(request: Asking) -> HttpResponse:
    """New words that people agree to."""
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        saved = attempt(
            form,
            lambda: forms.consent_publish(
                kind=data["kind"], texts=form.words(), required=data["required"], now=clock.now()
            ),
            fields={"consent_kind": "kind"},
        )
        if saved is not None:
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customers_asked")
    return page.render(request, "customers/consent.html", {"form": form}, status=422 if form.errors else 200)


def _found(model: Any, pk: UUID | None) -> Any:
    """The row, or None for a new one. Raises NoCustomer."""
    row = model.objects.filter(id=pk).first() if pk else None
    if pk and row is None:
        raise selectors.NoCustomer(_("There is no such thing here."))
    return row
