"""The cash desk's settings."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.cashdesk import CashDeskForm
from backoffice.selectors import settings
from core.services import organisation


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def show(request: Asking) -> HttpResponse:
    """Reasons, the lock, when a business day begins."""
    values = settings.values(["cash_reasons", "lock_minutes", "day_starts"])
    form = CashDeskForm(request.POST or None, values=values)
    if form.is_valid():
        for name, value in form.settings().items():
            if value != values[name]:
                organisation.setting_save(name, value)
        say(request, _("Saved. The tills take it over between two receipts."))
        return redirect("backoffice:settings_desk")
    context = {"tab": "desk", "form": form}
    return page.render(request, "settings/desk.html", context, status=422 if form.errors else 200)
