"""The rules for goods that come back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.returns import ReturnsForm
from backoffice.selectors import settings as held
from core.services import organisation


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def settings(request: Asking) -> HttpResponse:
    """How long, for how much, and whether goods may be exchanged."""
    value = held.value("returns")
    form = ReturnsForm(request.POST or None, currency=request.store.currency, value=value)
    if form.is_valid():
        organisation.setting_save("returns", {**value, **form.value()})
        say(request, _("Saved. The tills take it over between two receipts."))
        return redirect("backoffice:settings_returns")
    status = 422 if form.errors else 200
    return page.render(request, "settings/returns.html", {"tab": "returns", "form": form}, status=status)
