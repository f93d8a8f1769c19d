"""The customers' screen: greeting, pace, pictures."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.screen import ScreenForm, ScreenPictureForm
from backoffice.uploads import small_body
from core import clock
from core.picture import too_large
from pos.services import pictures as services


def _show(
    request: Asking, form: ScreenForm | None = None, upload: ScreenPictureForm | None = None
) -> HttpResponse:
    value = services.value()
    context = {
        "tab": "screen",
        "form": form or ScreenForm(initial=value),
        "upload": upload or ScreenPictureForm(),
        "pictures": value["pictures"],
        "full": len(value["pictures"]) >= services.MOST,
    }
    wrong = bool((form and form.errors) or (upload and upload.errors))
    return page.render(request, "settings/screen.html", context, status=422 if wrong else 200)


def _saved(request: Asking) -> HttpResponse:
    say(request, _("Saved. The tills take it over between two receipts."))
    return redirect("backoffice:settings_screen")


@require_http_methods(["GET", "HEAD", "POST"])
@may("settings.edit")
def show(request: Asking) -> HttpResponse:
    """Greeting and pace, and the pictures there are."""
    if request.method != "POST":
        return _show(request)
    form = ScreenForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    services.screen_change(**form.cleaned_data)
    return _saved(request)


@csrf_exempt
@require_POST
@may("settings.edit")
@small_body(services.MAX_BYTES, lambda: too_large(services.MAX_BYTES // 1024))
def add(request: Asking) -> HttpResponse:
    """Takes a picture."""
    upload = ScreenPictureForm(request.POST, request.FILES)
    if upload.is_valid():
        file = upload.cleaned_data["file"]
        kept = attempt(
            upload,
            lambda: services.picture_add(file.read(services.MAX_BYTES + 1), file.name or "", now=clock.now()),
            fields={"bad_picture": "file", "too_many_pictures": "file"},
        )
        if kept is not None:
            return _saved(request)
    return _show(request, upload=upload)


@require_POST
@may("settings.edit")
def change(request: Asking) -> HttpResponse:
    """Takes a picture away, or puts it first; one that is gone already changes nothing."""
    sha256 = request.POST.get("picture", "")
    if request.POST.get("do") == "first":
        services.picture_first(sha256)
    else:
        services.picture_remove(sha256)
    return _saved(request)
