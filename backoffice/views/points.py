"""Points: the store's rule, a customer's account, points by hand, and holds that are freed by hand."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import keyset, page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.points import AdjustForm, BonusForm, ReleaseForm
from backoffice.selectors import settings as held
from core import clock, ids
from core.models import Employee
from loyalty import access
from loyalty.models import Customer
from loyalty.selectors import bonus as selectors
from loyalty.services import bonus
from pos.selectors.receipts import receipt_labels


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def settings(request: Asking) -> HttpResponse:
    """How many points are earned, what they may pay, and what tills do without the server."""
    form = BonusForm(
        request.POST or None, currency=request.store.currency, value=held.value(selectors.SETTING)
    )
    if form.is_valid():
        done = attempt(form, lambda: bonus.rule_save(form.rule(), on=form.cleaned_data["on"]))
        if done is not None:
            say(request, _("Saved. The tills take it over between two receipts."))
            return redirect("backoffice:settings_bonus")
    status = 422 if form.errors else 200
    return page.render(request, "settings/bonus.html", {"tab": "bonus", "form": form}, status=status)


@require_safe
@may("customers.view")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """A customer's account: what there is, what is set aside, every movement."""
    return _show(request, access.access_customer(request.user, pk))


def _show(request: Asking, customer: Customer, **forms_given: Any) -> HttpResponse:
    rows = keyset.page(selectors.ledger(customer), request.GET, order=["-recorded_at", "-id"])
    who = Employee.objects.filter(id__in={row.by for row in rows if row.by})
    context = {
        "customer": customer,
        "balance": selectors.balance_of(customer.id),
        "rows": rows,
        "labels": receipt_labels(request.store, {row.receipt for row in rows if row.receipt}),
        "people": dict(who.values_list("id", "name")),
        "holds": selectors.open_holds(customer),
        "may_change": request.user.may("customers.bonus"),
        "may_adjust": request.user.may("customers.bonus") and customer.erased_at is None,
        "adjust_form": AdjustForm(currency=request.store.currency),
        "release_form": ReleaseForm(),
        **forms_given,
    }
    wrong = any(form.errors for form in forms_given.values())
    return page.render(request, "customers/points.html", context, status=422 if wrong else 200)


@require_POST
@may("customers.bonus")
def adjust(request: Asking, pk: UUID) -> HttpResponse:
    """Gives or takes points by hand."""
    customer = access.access_customer_bonus(request.user, pk)
    form = AdjustForm(request.POST, currency=request.store.currency)
    if form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: bonus.adjust(
                act=data["act"], account=pk, points=data["points"], by=request.user.id, reason=data["reason"],
                now=clock.now(),
            ),
            fields={"insufficient": "points", "no_points": "points", "reason_wanted": "reason"},
        )  # fmt: skip
        if done is not None:
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:customer_points", pk)
    return _show(request, customer, adjust_form=form)


@require_POST
@may("customers.bonus")
def release(request: Asking, pk: UUID, hold: UUID) -> HttpResponse:
    """Frees points that a lost till had set aside."""
    customer = access.access_customer_bonus(request.user, pk)
    found = access.access_hold(request.user, pk, hold)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: bonus.release(
                act=ids.uuid7(), hold_id=found.id, by=request.user.id, reason=reason, now=clock.now()
            ),
        )
        if done is not None:
            say(request, _("The points are free again."))
            return redirect("backoffice:customer_points", pk)
    return _show(request, customer, release_form=form)
