"""Goods: the list, the card, its barcodes, and what a scanner found."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice import page
from backoffice.access import Asking, may, say
from backoffice.charts import Chart, Column, bars
from backoffice.forms.base import attempt
from backoffice.forms.goods import (
    CAPTURES,
    KINDS,
    LICENCES,
    BarcodeForm,
    GoodsFilters,
    GoodsPictureForm,
    PriceForm,
    ProductForm,
)
from backoffice.selectors import delivery, goods, receipts
from backoffice.uploads import small_body
from core import clock
from core.money import format_minor, format_quantity
from core.picture import too_large
from inventory.models import Price, Product
from inventory.selectors import goods as inventory_goods
from inventory.selectors import stock
from inventory.selectors.taxes import company_country, store_day, taxes_on
from inventory.services import goods as services
from inventory.services import pictures as picture_services
from inventory.services import prices as price_services

form_methods = require_http_methods(["GET", "HEAD", "POST"])
CHART_DAYS = 28


@require_safe
@may("backoffice.view")
def index(request: Asking) -> HttpResponse:
    """The list of goods: search, filters and sort live in the URL."""
    filters = GoodsFilters(request.GET, tree=inventory_goods.tree())
    words = filters.value("q") or ""
    listing = goods.listing(
        request.store,
        request.GET,
        words=words,
        sort=request.GET.get("sort", "name"),
        now=clock.now(),
        group=filters.value("group"),
        kind=filters.value("kind") or "",
        state=filters.value("state") or "",
        price=filters.value("price") or "",
    )
    context = {
        "filters": filters,
        "listing": listing,
        "rows": listing.rows,
        "kinds": KINDS,
        "words": words,
        "language": get_language(),
    }
    return page.page_or_part(request, "goods/index.html", "goods/list.html", context, target="goods-list")


@require_safe
@may("backoffice.view")
def card(request: Asking, pk: UUID) -> HttpResponse:
    """One product: barcodes, prices with their delivery, stock, sales."""
    return _card(request, goods.product(pk))


def _card(request: Asking, product: Product, **forms: Any) -> HttpResponse:
    now = clock.now()
    history = goods.price_history(product)
    row = goods.described(request.store, [product], now)[0]
    balance = goods.balance(request.store, product)
    context = {
        "row": row,
        "product": product,
        "kinds": KINDS,
        "captures": CAPTURES,
        "licences": LICENCES,
        "language": get_language() or "en",
        "history": history,
        "now": now,
        "delivery": delivery.of_prices(request.store, [price.id for price in history]),
        "balance": balance,
        "cost": stock.average_cost(balance) if balance else None,
        "moves": goods.last_moves(request.store, product),
        "chart": _sales_chart(request, product),
        "barcode_form": BarcodeForm(),
        "price_form": PriceForm(store=request.store),
        "picture_form": GoodsPictureForm(),
        **forms,
    }
    wrong = any(form.errors for form in forms.values())
    return page.render(request, "goods/card.html", context, status=422 if wrong else 200)


def _sales_chart(request: Asking, product: Product) -> dict[str, Any]:
    language, currency = get_language() or "en", request.store.currency
    today = timezone.localdate()
    days = goods.sales_by_day(
        request.store, product, since=today - timedelta(days=CHART_DAYS - 1), until=today
    )

    def title(day: goods.DaySales) -> str:
        sold, money = format_quantity(day.quantity, language), format_minor(day.total, currency, language)
        return f"{day.day:%d.%m.%Y}: {sold} · {money}"

    columns = [
        Column(f"{d.day:%d.%m}" if n % 7 == 0 else "", d.quantity, 0, title(d)) for n, d in enumerate(days)
    ]
    highest = max(day.quantity for day in days)
    chart: Chart = bars(columns, top_label=format_quantity(max(0, highest), language))
    total = sum(day.total for day in days)
    return {
        "chart": chart,
        "quantity": sum(day.quantity for day in days),
        "total": total,
        "days": CHART_DAYS,
        "any": highest > 0,
    }


def _form(request: Asking, product: Product | None) -> ProductForm:
    return ProductForm(
        request.POST or None,
        currency=request.store.currency,
        tree=inventory_goods.tree(),
        taxes=list(taxes_on(store_day(clock.now()), company_country())),
        language=get_language() or "en",
        product=product,
    )


_FIELDS = {
    "product_code_taken": "code",
    "product_code_is_typeable": "code",
    "unknown_tax": "tax",
    "product_has_a_name": "name",
    "product_price_limits": "price_max",
    "product_deposit_stands_alone": "deposit",
    "not_a_deposit": "deposit",
    "product_capture_is_of_pieces": "capture",
}


@form_methods
@may("goods.edit")
def new(request: Asking) -> HttpResponse:
    """Adds a product."""
    form = _form(request, None)
    if form.is_valid():

        def create() -> Product:
            data = {**form.cleaned_data, "code": form.cleaned_data["code"] or services.product_code_next()}
            return services.product_save(now=clock.now(), **data)

        product = attempt(form, create, fields=_FIELDS)
        if product is not None:
            say(
                request,
                _("%(name)s was added. Give it a price, so that the tills can sell it.")
                % {"name": product.name},
            )
            return redirect("backoffice:goods_card", product.id)
    return page.render(request, "goods/edit.html", {"form": form}, status=422 if form.errors else 200)


@form_methods
@may("goods.edit")
def edit(request: Asking, pk: UUID) -> HttpResponse:
    """Changes what a product is; prices and barcodes have their own places on the card."""
    product = goods.product(pk)
    form = _form(request, product)
    if form.is_valid():
        data = {**form.cleaned_data, "code": form.cleaned_data["code"] or product.code}
        if attempt(form, lambda: services.product_save(product, now=clock.now(), **data), fields=_FIELDS):
            say(request, _("%(name)s was saved. The tills know within seconds.") % {"name": data["name"]})
            return redirect("backoffice:goods_card", pk)
    return page.render(
        request, "goods/edit.html", {"form": form, "product": product}, status=422 if form.errors else 200
    )


@require_POST
@may("goods.edit")
def barcode_add(request: Asking, pk: UUID) -> HttpResponse:
    """Gives a product one more barcode."""
    product = goods.product(pk)
    form = BarcodeForm(request.POST)
    fields = {
        "barcode_taken": "code",
        "barcode_is_printable": "code",
        "barcode_quantity_is_positive": "quantity",
    }
    if form.is_valid():
        added = attempt(
            form, lambda: services.barcode_add(product=product, **form.cleaned_data), fields=fields
        )
        if added is not None:
            say(request, _("The barcode %(code)s was added.") % {"code": added.code})
            return redirect("backoffice:goods_card", pk)
    return _card(request, product, barcode_form=form)


@require_POST
@may("goods.edit")
def barcode_remove(request: Asking, pk: UUID) -> HttpResponse:
    """Takes a barcode away; only one that is this product's."""
    product, code = goods.product(pk), request.POST.get("code", "")[:48]
    if code in {barcode.code for barcode in product.barcodes.all()}:
        services.barcode_remove(code=code)
        say(
            request,
            _("The barcode %(code)s was taken away. Another product may have it now.") % {"code": code},
        )
    return redirect("backoffice:goods_card", pk)


@csrf_exempt
@require_POST
@may("goods.edit")
@small_body(picture_services.MAX_KIBIBYTES * 1024, lambda: too_large(picture_services.MAX_KIBIBYTES))
def picture_set(request: Asking, pk: UUID) -> HttpResponse:
    """Takes the picture that the item card at the till shows."""
    product = goods.product(pk)
    form = GoodsPictureForm(request.POST, request.FILES)
    if form.is_valid():
        content = form.cleaned_data["file"].read(picture_services.MAX_KIBIBYTES * 1024 + 1)
        shown = attempt(
            form,
            lambda: picture_services.product_picture_set(product, content, now=clock.now()),
            fields={"bad_picture": "file"},
        )
        if shown is not None:
            say(request, _("%(name)s was saved. The tills know within seconds.") % {"name": product.name})
            return redirect("backoffice:goods_card", pk)
    return _card(request, product, picture_form=form)


@require_POST
@may("goods.edit")
def picture_remove(request: Asking, pk: UUID) -> HttpResponse:
    """Takes the picture away; where there is none nothing changes."""
    product = picture_services.product_picture_remove(goods.product(pk), now=clock.now())
    say(request, _("%(name)s was saved. The tills know within seconds.") % {"name": product.name})
    return redirect("backoffice:goods_card", pk)


@require_POST
@may("prices.edit")
def price(request: Asking, pk: UUID) -> HttpResponse:
    """Gives one product a new price, now or later."""
    product = goods.product(pk)
    form = PriceForm(request.POST, store=request.store)
    fields = {
        "price_in_the_past": "begins",
        "price_ends_after_it_begins": "ends",
        "price_is_not_negative": "price",
    }

    def change() -> list[Price]:
        row = price_services.price_change(
            product=product,
            price=form.cleaned_data["price"],
            now=clock.now(),
            by=request.user,
            **form.period(),
        )
        return [row] if row else []

    if form.is_valid() and (changed := attempt(form, change, fields=fields)) is not None:
        if changed:
            say(request, _("The new price is on its way to the tills."))
        else:
            say(request, _("That price holds already, so nothing was changed."), level=messages.INFO)
        return redirect(f"{resolve_url('backoffice:goods_card', pk)}#prices")
    return _card(request, product, price_form=form)


@require_safe
@may("backoffice.view")
def scan(request: Asking) -> HttpResponse:
    """Where a scanned code leads: the goods card, a receipt, or a search that says that nothing has this code."""
    code = request.GET.get("code", "").strip()[:100]
    product = goods.by_any_code(code) if code and "\0" not in code else None
    if product is not None:
        return redirect("backoffice:goods_card", product.id)
    receipt = receipts.by_printed_code(request.store, code) if request.user.may("receipts.view") else None
    if receipt is not None:
        return redirect("backoffice:receipt", receipt.id)
    say(request, _("Nothing has the code %(code)s.") % {"code": code}, level=messages.WARNING)
    return redirect(f"{resolve_url('backoffice:goods')}?{urlencode({'q': code, 'state': 'all'})}")
