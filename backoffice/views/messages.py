"""Messages of the tills: the rules, and a cart to try them on."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.messages import MessageForm, TryForm, initial
from backoffice.selectors import goods
from backoffice.selectors.promotions import code_lines
from core import clock
from inventory.selectors import goods as inventory_goods
from loyalty.access import access_message_change
from loyalty.models import MessageRule, Promotion
from loyalty.selectors import customers as people
from loyalty.services.messages import message_save
from pos.models import TillEvent
from pos.services.messages_try import messages_try

_FIELDS = {
    "message_text": "text_en",
    "message_goods": "codes",
    "message_promotion": "promotion",
    "message_groups": "groups",
    "message_ends_after_it_begins": "valid_to",
    "message_hours": "hour_to",
}


@require_safe
@may("messages.edit")
def index(request: Asking) -> HttpResponse:
    """Every rule in the order in which tills weigh them; and which receipt carries a code."""
    typed = request.GET.get("code", "").strip().upper()[:20]
    found = None
    if typed:
        found = TillEvent.objects.filter(name="message_printed", data__code=typed).first()
    context = {"rules": MessageRule.objects.all(), "typed": typed, "found": found}
    return page.render(request, "messages/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may("messages.edit")
def edit(request: Asking, pk: UUID | None = None) -> HttpResponse:
    """Creates or changes a message; the tills know within seconds."""
    rule = access_message_change(request.user, pk)
    products = [UUID(one) for one in rule.params.get("products", [])] if rule else []
    form = MessageForm(
        request.POST or None,
        store=request.store,
        tree=inventory_goods.tree(),
        groups=list(people.groups()),
        promotions=list(Promotion.objects.order_by("name", "id")),
        initial=initial(rule, code_lines(products)) if rule else None,
    )
    if form.is_valid() and (changes := form.changes(goods.by_codes)) is not None:
        saved = attempt(form, lambda: message_save(rule, now=clock.now(), **changes), fields=_FIELDS)
        if saved is not None:
            say(request, _("Saved. The tills know within seconds."))
            return redirect("backoffice:messages")
    context = {"form": form, "rule": rule}
    return page.render(request, "messages/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@may("messages.edit")
def try_out(request: Asking) -> HttpResponse:
    """A cart, and what a till would say about it."""
    form = TryForm(request.POST or None, groups=list(people.groups()))
    said = None
    if form.is_valid():
        said = attempt(
            form,
            lambda: messages_try(
                store=request.store, at=_moment(form, request), lines=form.lines(), customer=form.person()
            ),
            fields={"unknown_product": "codes", "no_price": "codes", "ambiguous_product": "codes"},
        )
    context = {"form": form, "said": said}
    return page.render(request, "messages/try.html", context, status=422 if form.errors else 200)


def _moment(form: TryForm, request: Asking) -> datetime:
    """The day and hour that were typed, in the store's time; now where nothing was."""
    now = clock.local(clock.now(), request.store.time_zone)
    day, hour = form.cleaned_data["day"] or now.date(), form.cleaned_data["hour"] or now.time()
    return datetime.combine(day, hour.replace(tzinfo=None), tzinfo=ZoneInfo(request.store.time_zone))
