"""Settings of selling: when goods may not be sold, and stickers that reduce a price."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.selling import Bans, BanSet, Stickers, StickerSet, ban_rows, sticker_rows
from backoffice.selectors import settings
from core.services import organisation
from inventory.selectors import goods

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@may("settings.edit")
def bans(request: Asking) -> HttpResponse:
    """Hours, days and licences that forbid goods."""
    rows = BanSet(
        request.POST or None,
        initial=ban_rows(settings.value("sale_bans")),
        prefix="ban",
        form_kwargs={"tree": goods.tree()},
    )
    assert isinstance(rows, Bans), "the factory was given this class"
    if request.method == "POST" and rows.is_valid():
        organisation.setting_save("sale_bans", rows.value())
        say(request, _("Saved. The tills take it over between two receipts."))
        return redirect("backoffice:settings_bans")
    return page.render(
        request, "settings/bans.html", {"tab": "bans", "rows": rows}, status=422 if rows.is_bound else 200
    )


@form_methods
@may("settings.edit")
def stickers(request: Asking) -> HttpResponse:
    """Codes of stickers that reduce a price."""
    rows = StickerSet(
        request.POST or None, initial=sticker_rows(settings.value("reduced_stickers")), prefix="sticker"
    )
    assert isinstance(rows, Stickers), "the factory was given this class"
    if request.method == "POST" and rows.is_valid():
        organisation.setting_save("reduced_stickers", rows.value())
        say(request, _("Saved. The tills take it over between two receipts."))
        return redirect("backoffice:settings_stickers")
    return page.render(
        request,
        "settings/stickers.html",
        {"tab": "stickers", "rows": rows},
        status=422 if rows.is_bound else 200,
    )
