"""Label scales: the list, one scale with what it holds, and what labels say of goods."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import keyset, page, words_scales
from backoffice.access import Asking, may, say
from backoffice.forms.base import attempt
from backoffice.forms.scales import LabelForm, ScaleForm, label_initial
from core import clock
from core.money import currency_digits
from exchange import scales as drivers
from exchange.access import access_label_change, access_scale, access_scales
from exchange.models import LabelGoods, LabelScale
from exchange.scales.csv_file.codec import table
from exchange.selectors import scales as selectors
from exchange.services import scale_jobs
from exchange.services import scales as services
from exchange.services.sweeping import open_job
from inventory.selectors import goods as inventory_goods

form_methods = require_http_methods(["GET", "HEAD", "POST"])
MANY = 100


@require_safe
@may("tills.manage")
def index(request: Asking) -> HttpResponse:
    """Every scale and how it is."""
    access_scales(request.user, request.store)
    context = {"lines": selectors.lines(request.store), "errors": words_scales.ERRORS}
    return page.render(request, "scales/index.html", context)


@form_methods
@may("tills.manage")
def new(request: Asking) -> HttpResponse:
    """Which kind of scale, then the scale."""
    access_scales(request.user, request.store)
    driver = request.GET.get("driver", "")
    if driver not in drivers.names():
        kinds = [drivers.manifest(name) for name in drivers.names()]
        return page.render(request, "scales/choose.html", {"kinds": kinds, "wires": words_scales.WIRES})
    return _edit(request, None, driver)


@form_methods
@may("tills.manage")
def edit(request: Asking, pk: UUID) -> HttpResponse:
    """Changes a scale; it is looked at anew at once."""
    scale = access_scale(request.user, request.store, pk)
    return _edit(request, scale, scale.driver)


def _edit(request: Asking, scale: LabelScale | None, driver: str) -> HttpResponse:
    tree, manifest = inventory_goods.tree(), drivers.manifest(driver)
    form = ScaleForm(
        request.POST or None, manifest=manifest, tree=tree, labels=selectors.label_rules(), scale=scale
    )
    if form.is_valid():
        changes = form.changes(tree)
        saved = attempt(
            form, lambda: services.scale_save(scale, store=request.store, driver=driver, **changes)
        )
        if saved is not None:
            say(request, _("Saved."))
            return redirect("backoffice:scale", saved.id)
    context = {"form": form, "scale": scale, "manifest": manifest}
    return page.render(request, "scales/edit.html", context, status=422 if form.errors else 200)


@require_safe
@may("tills.manage")
def show(request: Asking, pk: UUID) -> HttpResponse:
    """How the scale is, what it holds, and which goods cannot be on it."""
    scale = access_scale(request.user, request.store, pk)
    rows = keyset.page(selectors.places(scale), request.GET, order=["number"])
    kept = selectors.kept_away(scale, clock.now())
    context = {
        "line": selectors.line(scale),
        "scale": scale,
        "rows": [(row, words_scales.refusal(row.error)) for row in rows],
        "pages": rows,
        "kept": [(one.product, words_scales.REASONS[one.reason]) for one in kept[:MANY]],
        "kept_more": max(0, len(kept) - MANY),
        "job": open_job(scale),
        "errors": words_scales.ERRORS,
        "wires": words_scales.WIRES,
    }
    return page.render(request, "scales/show.html", context)


@require_POST
@may("tills.manage")
def load(request: Asking, pk: UUID) -> HttpResponse:
    """Sends what differs, everything, or everything after erasing, as long work."""
    scale = access_scale(request.user, request.store, pk)
    what = request.POST.get("what", "changes")
    if "put" in drivers.manifest(scale.driver).abilities:
        scale_jobs.load_start(
            scale, everything=what in ("everything", "erase"), erase=what == "erase", by=request.user
        )
    return redirect("backoffice:scale", pk)


@require_POST
@may("tills.manage")
def read(request: Asking, pk: UUID) -> HttpResponse:
    """Reads everything back and compares, as long work."""
    scale = access_scale(request.user, request.store, pk)
    if "read" in drivers.manifest(scale.driver).abilities:
        scale_jobs.read_start(scale, by=request.user)
    return redirect("backoffice:scale", pk)


@require_safe
@may("tills.manage")
def csv(request: Asking, pk: UUID) -> HttpResponseBase:
    """What the scale should hold, as a table."""
    scale = access_scale(request.user, request.store, pk)
    rows = table(selectors.table(scale, clock.now()), currency_digits(request.store.currency))
    answer = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="scale-{scale.id.hex[-8:]}.csv"'
    return answer


@require_POST
@may("tills.manage")
def remove(request: Asking, pk: UUID) -> HttpResponse:
    """Forgets a scale; the goods on it stay there."""
    scale = access_scale(request.user, request.store, pk)
    services.scale_remove(scale=scale)
    say(
        request,
        _("The scale “%(name)s” is forgotten here. What is on it stays on it.") % {"name": scale.name},
    )
    return redirect("backoffice:scales")


@form_methods
@may("goods.edit")
def label(request: Asking, pk: UUID) -> HttpResponse:
    """What labels say of goods; the scales know within seconds."""
    product = access_label_change(request.user, pk)
    initial = label_initial(LabelGoods.objects.filter(product=product).first())
    form = LabelForm(request.POST or None, initial=initial)
    if form.is_valid():
        saved = attempt(form, lambda: services.label_save(product=product, **form.cleaned_data))
        if saved is not None:
            say(request, _("Saved. The scales know within seconds."))
            return redirect("backoffice:goods_card", pk)
    context = {"form": form, "product": product}
    return page.render(request, "goods/label.html", context, status=422 if form.errors else 200)
