"""Goods as typed by a manager: list filters, the card, barcodes, one price."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Filters, Form
from backoffice.forms.pictures import PictureForm
from core import money
from core.fields import MoneyFormField, QuantityFormField
from core.models import Store
from inventory.models import Group, Product, Tax, Unit

KINDS = {
    "piece": _("By the piece"),
    "weighed": _("By weight"),
    "service": _("Service"),
    "deposit": _("Deposit"),
}
CAPTURES = {
    "serial": _("its serial number"),
    "mark": _("its mark (DataMatrix)"),
    "excise": _("its excise stamp"),
}
LICENCES = {"alcohol": _("alcohol"), "tobacco": _("tobacco")}
STATES = [("", _("For sale")), ("off", _("Not for sale")), ("all", _("All"))]
PRICES = [
    ("", _("Any price")),
    ("none", _("Without a price")),
    ("invented", _("Price invented by an import")),
]
_SEND = {"data-send": ""}


class GroupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A group chosen from the whole tree, indented by depth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Group.objects.all(), **kwargs)

    def show(self, tree: list[tuple[int, Group]]) -> None:
        """Offers the tree that the view has read, so that the page asks the database once."""
        empty = [("", self.empty_label)] if self.empty_label is not None else []
        self.choices = [*empty, *((str(group.id), "\u2003" * depth + group.name) for depth, group in tree)]


class GoodsFilters(Filters):
    """Filters of the list of goods; all of them live in the URL."""

    q = forms.CharField(
        label=_("Name, code or barcode"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "data-search": "", "data-scan": "send", "autocomplete": "off"}
        ),
    )
    group = GroupField(label=_("Group"), empty_label=_("All groups"), widget=forms.Select(attrs=_SEND))
    kind = forms.ChoiceField(
        label=_("Sold"), choices=[("", _("In any way")), *KINDS.items()], widget=forms.Select(attrs=_SEND)
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, widget=forms.Select(attrs=_SEND))
    price = forms.ChoiceField(label=_("Price"), choices=PRICES, widget=forms.Select(attrs=_SEND))

    def __init__(self, *args: Any, tree: list[tuple[int, Group]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].show(tree)  # type: ignore[attr-defined]


class ProductForm(Form):
    """What a product is."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(
        label=_("Code (PLU)"),
        max_length=20,
        required=False,
        help_text=_("What people type at the till. Leave empty for the next free one."),
    )
    group = GroupField(label=_("Group"), empty_label=None)
    kind = forms.ChoiceField(label=_("Sold"), choices=list(KINDS.items()))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.order_by("code"), empty_label=None)
    tax = forms.ChoiceField(label=_("Tax"))
    age = forms.IntegerField(
        label=_("Only from this age"),
        min_value=0,
        max_value=99,
        initial=0,
        help_text=_("0 for everybody. The till asks for an ID."),
    )
    discountable = forms.BooleanField(label=_("May be discounted"), required=False, initial=True)
    content = QuantityFormField(
        label=_("Content of one piece"),
        required=False,
        min_value=1,
        help_text=_("For the price per litre or kilogram, for example 500 and ml."),
    )
    content_unit = forms.ModelChoiceField(
        label=_("Unit of the content"), queryset=Unit.objects.order_by("code"), required=False
    )
    active = forms.BooleanField(label=_("For sale"), required=False, initial=True)
    open_price = forms.BooleanField(
        label=_("The price is typed at the till"),
        required=False,
        help_text=_("Only for people who may type a price; a manager can approve it."),
    )
    price_min = MoneyFormField(label=_("Lowest typed price"), required=False, min_value=0)
    price_max = MoneyFormField(label=_("Highest typed price"), required=False, min_value=1)
    deposit = forms.ModelChoiceField(
        label=_("Deposit on each unit"),
        queryset=Product.objects.filter(kind=Product.Kind.DEPOSIT).order_by("search_name"),
        required=False,
        help_text=_("The till adds it by itself and takes it away with the goods."),
    )
    capture = forms.ChoiceField(
        label=_("Read from each unit"), choices=[("", _("nothing")), *CAPTURES.items()], required=False
    )
    licence = forms.ChoiceField(
        label=_("Sold under a licence"), choices=[("", _("no")), *LICENCES.items()], required=False
    )
    allergens = forms.CharField(label=_("Allergens"), max_length=300, required=False)
    properties = forms.CharField(
        label=_("Properties"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, for example: Country: Poland. The till shows them at a price check."),
    )

    def __init__(
        self,
        *args: Any,
        currency: str,
        tree: list[tuple[int, Group]],
        taxes: list[Tax],
        language: str,
        product: Product | None = None,
        **kwargs: Any,
    ) -> None:
        if product is not None:
            kwargs["initial"] = {name: getattr(product, name) for name in self.base_fields} | {
                "content": _trimmed(product.content)
            }
        super().__init__(*args, **kwargs)
        for name in ("price_min", "price_max"):
            self._in_currency(name, currency)
        self.fields["group"].show(tree)  # type: ignore[attr-defined]
        self.fields["tax"].choices = [(tax.code, f"{tax.code} · {tax.name}") for tax in taxes]  # type: ignore[attr-defined]
        for name in ("unit", "content_unit"):
            self.fields[name].label_from_instance = lambda unit: unit.name_in(language)  # type: ignore[attr-defined]

    def _in_currency(self, name: str, currency: str) -> None:
        """The money field again, in the store's currency; what is kept is shown as a person types it."""
        present = self.fields[name]
        field = MoneyFormField(
            currency=currency, label=present.label, required=False, min_value=0, max_value=99_999_999_99
        )
        field.widget.attrs |= {"class": "form-control w-tight"}
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("content")) != bool(data.get("content_unit")):
            self.add_error("content", gettext("The content needs both a quantity and a unit."))
        return data


def _trimmed(quantity: int | None) -> str:
    """A quantity without needless zeros, as a person would type it."""
    return "" if quantity is None else money.typed(quantity, 3).rstrip("0").rstrip(".,")


class BarcodeForm(Form):
    """One more barcode of a product."""

    code = forms.CharField(
        label=_("Barcode"),
        max_length=48,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": "field", "class": "kasa-code"}),
    )
    quantity = QuantityFormField(
        label=_("One scan is"),
        min_value=1,
        initial="1",
        help_text=_("1 for a single piece, 12 for a case of twelve."),
    )


class WhenForm(Form):
    """When a price change begins and ends."""

    when = forms.ChoiceField(
        label=_("Takes effect"),
        choices=[("now", _("at once")), ("later", _("later, at the time below"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    begins = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    ends = forms.DateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_("Empty: until the next change. Afterwards the price before it holds again."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "later" and not data.get("begins") and "begins" not in self.errors:
            self.add_error("begins", gettext("Say when the price begins."))
        if data.get("when") == "later" and data.get("begins") and data["begins"] <= timezone.now():
            self.add_error("begins", gettext("This time has passed. Choose a later one, or “at once”."))
        start = data.get("begins") if data.get("when") == "later" else timezone.now()
        if data.get("ends") and start and data["ends"] <= start:
            self.add_error("ends", gettext("The end must come after the beginning."))
        return data

    def period(self) -> dict[str, Any]:
        """`valid_from` (None for at once) and `valid_to` for the service."""
        begins = self.cleaned_data["begins"] if self.cleaned_data["when"] == "later" else None
        return {"valid_from": begins, "valid_to": self.cleaned_data["ends"]}


class PriceForm(WhenForm):
    """A new price of one product."""

    price = MoneyFormField(label=_("New price"), min_value=0, max_value=99_999_999_99)
    field_order = ["price", "when", "begins", "ends"]

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.fields["price"]
        field = MoneyFormField(
            currency=store.currency, label=present.label, min_value=0, max_value=99_999_999_99
        )
        field.widget.attrs |= {"class": "form-control w-tight"}
        self.fields["price"] = field
        self.order_fields(self.field_order)


class GoodsPictureForm(PictureForm):
    """The picture on the item card."""

    limits = _("PNG, JPEG or WebP up to 512 KiB, 64 to 2048 pixels on each side.")
