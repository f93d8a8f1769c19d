"""Tills: who they are, how they are, and what a manager may tell them."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.tills import MessageForm, RenameForm, TillForm
from backoffice.selectors import tills as selectors
from core import clock
from pos.models import Till
from pos.selectors import tills as pos_tills
from pos.services import tills as services

# What a manager may send from the page; locking has buttons of its own.
COMMANDS = {
    "reload": gettext_lazy("Load the program again"),
    "pull": gettext_lazy("Fetch changes now"),
    "snapshot": gettext_lazy("Fetch the whole catalogue again"),
}


@require_safe
@may("tills.manage")
def index(request: Asking) -> HttpResponse:
    """Every till and how it is."""
    return page.render(request, "tills/index.html", {"lines": selectors.lines(request.store, clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@may("tills.manage")
def new(request: Asking) -> HttpResponse:
    """Creates a till; the next step is its one-time code."""
    form = TillForm(request.POST or None, initial={"number": selectors.next_number(request.store)})
    if form.is_valid():
        till = attempt(
            form,
            lambda: services.till_create(store=request.store, **form.cleaned_data),
            fields={"number_taken": "number"},
        )
        if till is not None:
            say(
                request,
                _("Till %(number)d was created. Make a code to enrol its device.") % {"number": till.number},
            )
            return redirect("backoffice:till", till.id)
    return page.render(request, "tills/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@may("tills.manage")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """One till: device, chain, commands, earlier devices."""
    return _show(request, pk)


def _show(
    request: Asking, pk: UUID, *, rename: RenameForm | None = None, message: MessageForm | None = None
) -> HttpResponse:
    line = selectors.line(request.store, pk, clock.now())
    context = {
        "line": line,
        "till": line.till,
        "devices": selectors.devices(line.till),
        "commands": COMMANDS.items(),
        "rename": rename or RenameForm(initial={"name": line.till.name}),
        "message_form": message or MessageForm(),
    }
    return page.render(request, "tills/show.html", context, status=422 if rename or message else 200)


@require_POST
@may("tills.manage")
@never_cache
def code(request: Asking, pk: UUID) -> HttpResponse:
    """Makes a one-time code and shows it once: the server keeps only its hash."""
    till = pos_tills.till_get(request.store, pk)
    now = clock.now()
    text = services.till_code_make(till=till, by=request.user, now=now)
    context = {
        "till": till,
        "code": text,
        "qr": _qr(text),
        "address": request.build_absolute_uri("/pos/checker/" if till.kind == Till.Kind.CHECKER else "/pos/"),
        "expires": now + services.CODE_VALID,
        "minutes": services.CODE_VALID // timedelta(minutes=1),
        "tries": services.MAX_TRIES,
        "replaces": selectors.line(request.store, pk, now).state.device is not None,
    }
    return page.render(request, "tills/code.html", context)


def _qr(text: str) -> SafeString:
    """The code as a QR picture that a till's scanner reads; SVG without inline style."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, border=2, omitsize=True
    )
    # Made here from a code of our own alphabet; it holds no text of anybody else.
    return mark_safe(out.getvalue().decode())  # noqa: S308


@require_POST
@may("tills.manage")
def rename(request: Asking, pk: UUID) -> HttpResponse:
    """Gives a till another name."""
    till = pos_tills.till_get(request.store, pk)
    form = RenameForm(request.POST)
    if form.is_valid():
        renamed = attempt(form, lambda: services.till_rename(till, form.cleaned_data["name"]))
        if renamed is not None:
            say(request, _("The till was renamed."))
            return redirect("backoffice:till", pk)
    return _show(request, pk, rename=form)


@require_POST
@may("tills.manage")
def revoke(request: Asking, pk: UUID) -> HttpResponse:
    """Takes the till from its device at once; what it has not sent may still be pushed by the next one."""
    till = pos_tills.till_get(request.store, pk)
    if services.till_revoke(till, now=clock.now()):
        say(
            request,
            _("The device of till %(number)d was revoked. It cannot sell for this store any more.")
            % {"number": till.number},
        )
    else:
        say(request, _("No device was enrolled as this till."), level=messages.INFO)
    return redirect("backoffice:till", pk)


@require_POST
@may("tills.manage")
def lock(request: Asking, pk: UUID) -> HttpResponse:
    """Locks or unlocks a till."""
    till = pos_tills.till_get(request.store, pk)
    wanted = request.POST.get("locked") == "1"
    services.till_lock(till, wanted)
    text = _("Till %(number)d was locked.") if wanted else _("Till %(number)d was unlocked.")
    say(request, text % {"number": till.number})
    return redirect("backoffice:till", pk)


@require_POST
@may("tills.manage")
def command(request: Asking, pk: UUID) -> HttpResponse:
    """Sends a command to one till."""
    till = pos_tills.till_get(request.store, pk)
    name = request.POST.get("name", "")
    if name in COMMANDS:
        services.till_command(till, name)
        say(
            request,
            _("Sent to till %(number)d. It obeys between two receipts, when it is online.")
            % {"number": till.number},
        )
    return redirect("backoffice:till", pk)


@require_POST
@may("tills.manage")
def message(request: Asking, pk: UUID) -> HttpResponse:
    """Shows a text on a till that is online."""
    till: Till = pos_tills.till_get(request.store, pk)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, message=form)
    services.till_message(till, form.cleaned_data["text"])
    say(request, _("The message was sent to till %(number)d.") % {"number": till.number})
    return redirect("backoffice:till", pk)
