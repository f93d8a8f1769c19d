"""What the store asks of its fiscal printers."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.fiscal import FiscalForm
from backoffice.selectors import settings as held
from core.services import organisation


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def settings(request: Asking) -> HttpResponse:
    """Whether anything is sold while the fiscal printer is away."""
    value = held.value("fiscal")
    form = FiscalForm(request.POST or None, initial=value)
    if form.is_valid():
        organisation.setting_save("fiscal", {**value, **form.value()})
        say(request, _("Saved. The tills take it over between two receipts."))
        return redirect("backoffice:settings_fiscal")
    status = 422 if form.errors else 200
    return page.render(request, "settings/fiscal.html", {"tab": "fiscal", "form": form}, status=status)
