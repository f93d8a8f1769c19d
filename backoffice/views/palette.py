"""The palette's list, asked for while somebody types."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backoffice import page
from backoffice.access import Asking, may
from backoffice.selectors import palette as selectors
from backoffice.selectors.palette import Hit

# Pages that are one step behind a place of the rail: label, icon, URL name, permission.
MORE = (
    (_("Add goods"), "plus", "goods_new", "goods.edit"),
    (_("Import goods"), "file-import", "import", "goods.edit"),
    (_("Change prices"), "tag", "prices_new", "prices.edit"),
    (_("Add a promotion"), "discount", "promotion_new", "promotions.edit"),
    (_("Add a till"), "plus", "till_new", "tills.manage"),
    (_("Add a person"), "plus", "employee_new", "people.manage"),
    (_("Roles and rights"), "users", "roles", "people.manage"),
    (_("Quarantine"), "alert-triangle", "quarantine", "exceptions.resolve"),
    (_("Payment settings"), "settings", "settings_cash", "settings.edit"),
    (_("Weighed labels"), "scale", "settings_labels", "settings.edit"),
    (_("Quick grid"), "layout-grid", "settings_grid", "settings.edit"),
)


@require_safe
@may("backoffice.view")
def show(request: Asking) -> HttpResponse:
    """Pages, goods and receipts that match what was typed."""
    pages = [Hit(str(entry.label), entry.url, entry.icon) for entry in page.rail(request.user)]
    pages += [
        Hit(str(label), reverse(f"backoffice:{name}"), icon)
        for label, icon, name, right in MORE
        if request.user.may(right)
    ]
    found = selectors.find(
        request.GET.get("q", ""),
        pages=pages,
        person=request.user,
        store=request.store,
        language=get_language() or "en",
    )
    return page.fragment(request, "parts/palette_list.html", {"groups": found})
