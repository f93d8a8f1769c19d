"""What the layout editor says: its script has no sentences of its own, the page hands it the reader's."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Findings of the judge (static/till/models/layout-rules.js and layout-checks.js), by code; {name} are their arguments.
FINDINGS: dict[str, Any] = {
    "accent_needs_mode": _("An accent colour needs a fixed look: choose light or dark."),
    "bad_area": _("This area does not lie on the grid."),
    "bad_choice": _("{value} is not one of the choices."),
    "bad_count": _("There must be {least} to {most} of these."),
    "bad_key": _("The key {key} cannot be used: scanners, the browser or the till itself need it."),
    "bad_number": _("This number must be from {low} to {high}."),
    "bad_text": _("This text may have at most {most} characters and no line breaks."),
    "bad_value": _("This value has the wrong form."),
    "buttons_overlap": _("Two buttons of {grid} lie over each other."),
    "contrast": _("These colours have a contrast of {ratio}; 4.5 is the least that can be read."),
    "grid_name": _("Choose which button grid this part shows."),
    "half_coloured": _("Choose both colours, of the ground and of the text, or neither."),
    "label_long": _("The label “{words}” does not fit its button on {screen}."),
    "missing_member": _("Something is missing here."),
    "needs_column": _("The receipt needs the column “{column}”."),
    "needs_pay": _("There is no way to pay: add the number pad, the PAY key, or a PAY button for everybody."),
    "needs_widget": _("The part “{widget}” is missing; nobody can sell without it."),
    "no_name": _("Give the layout a name."),
    "panel_small": _("The place for panels and payment must be at least 9 columns by 10 rows."),
    "repeated_column": _("A column is there twice."),
    "repeated_id": _("Two parts have the same name."),
    "repeated_key": _("The key {key} already does something else."),
    "repeated_widget": _("The part “{widget}” is there twice."),
    "target_small": _("On {screen} the keys of “{what}” are {mm} mm small; fingers need 12 mm."),
    "text_missing": _("Write the text of this part."),
    "unknown_action": _("The till knows no action “{action}”."),
    "unknown_grid": _("There is no button grid “{grid}”."),
    "unknown_member": _("Something is written here that no layout has."),
    "wrong_place": _("The action “{action}” does nothing on this screen."),
    "zone_low": _("The zone “{zone}” is too low for what is in it on {screen}."),
    "zones_overlap": _("The zones “{one}” and “{two}” lie over each other."),
}

WIDGETS: dict[str, Any] = {
    "status": _("Status bar"),
    "tabs": _("Open receipts"),
    "lines": _("Lines of the receipt"),
    "input": _("Input and messages"),
    "totals": _("Total"),
    "quick": _("Tiles of goods"),
    "pad": _("Number pad with PAY"),
    "pay": _("PAY key alone"),
    "keys": _("Row of function keys"),
    "grid": _("Button grid"),
    "text": _("A text"),
}

COLUMNS: dict[str, Any] = {
    "n": _("Number"),
    "name": _("Name"),
    "code": _("Code"),
    "barcode": _("Barcode"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "price": _("Price"),
    "each": _("Quantity × price"),
    "discount": _("Discount"),
    "tax": _("Tax"),
    "total": _("Amount"),
}

TONES: dict[str, Any] = {
    "plain": _("Plain"),
    "primary": _("Important"),
    "pay": _("Like PAY"),
    "danger": _("Danger"),
    "warn": _("Attention"),
    "quiet": _("Quiet"),
}

CONDITIONS: dict[str, Any] = {
    "lines": _("Something is on the receipt"),
    "empty": _("The receipt is empty"),
    "online": _("The server answers"),
    "offline": _("The server is away"),
    "payment": _("Being paid"),
}

MODES: dict[str, Any] = {
    "": _("As the till is set"),
    "light": _("Light"),
    "dark": _("Dark"),
    "contrast": _("High contrast"),
}

PRESETS: dict[str, Any] = {
    "supermarket": _("Supermarket: scanner first"),
    "small_shop": _("Small shop: tiles first"),
    "keyboard": _("Keyboard only: no number pad, 16 lines"),
    "factory": _("As the factory layout"),
}

PARAMS: dict[str, Any] = {
    "code": _("Barcode or code of the item"),
    "quantity": _("Quantity, in thousandths"),
    "percent": _("Percent, in hundredths"),
    "amount": _("Sum, in the smallest coin"),
    "tab": _("Receipt number 1 to 9"),
}

_EDITOR: dict[str, Any] = {
    "zones": _("Zones"),
    "buttons": _("Buttons"),
    "keys": _("Keys"),
    "list": _("Receipt columns"),
    "look": _("Look and size"),
    "zone": _("Zone"),
    "add_zone": _("Add a zone"),
    "remove": _("Remove"),
    "add": _("Add"),
    "up": _("Up"),
    "down": _("Down"),
    "top": _("Top"),
    "left": _("Left"),
    "bottom": _("Bottom"),
    "right": _("Right"),
    "parts": _("What is in it, from top to bottom"),
    "add_part": _("Add a part"),
    "grid": _("Button grid"),
    "add_grid": _("Add a button grid"),
    "columns": _("Columns"),
    "rows": _("Rows"),
    "button": _("Button"),
    "add_button": _("Add a button"),
    "action": _("What it does"),
    "label": _("Label"),
    "own_label": _("empty: the action's own name"),
    "icon": _("Icon"),
    "none": _("None"),
    "tone": _("Tone"),
    "colour": _("Ground"),
    "ink": _("Text"),
    "own_colour": _("Colours of its own"),
    "key": _("Key"),
    "learn": _("Press the key"),
    "learning": _("Press the key on the till's keyboard now. Esc stops."),
    "roles": _("Only for these roles"),
    "everybody": _("none ticked: for everybody"),
    "approval": _("Asks a manager with the right"),
    "show_if": _("Shown only while"),
    "on_sale": _("On the sale"),
    "on_payment": _("On the payment"),
    "add_key": _("Add a key"),
    "in_row": _("In the row of function keys"),
    "compact": _("Low lines, sixteen on a small screen"),
    "pad": _("Number pads in panels"),
    "mode": _("Colours"),
    "accent": _("Accent colour"),
    "own_accent": _("An accent colour of its own"),
    "name": _("Name"),
    "screen": _("Screen"),
    "width": _("Width in pixels"),
    "height": _("Height in pixels"),
    "diagonal": _("Diagonal, tenths of an inch"),
    "scale": _("Size of everything, percent"),
    "mirror": _("Left and right change places"),
    "panel": _("Place for panels and payment"),
    "add_size": _("Add a screen like this one"),
    "remove_size": _("Remove this screen"),
    "to_all": _("Use this arrangement on every screen"),
    "undo": _("Undo"),
    "redo": _("Redo"),
    "save": _("Save the draft"),
    "saved": _("Saved"),
    "unsaved": _("Not saved yet"),
    "not_saved": _("Not saved: {why}"),
    "no_answer": _("The server does not answer. Try again."),
    "good": _("Nothing to put right."),
    "sale": _("Sale"),
    "payment": _("Payment"),
    "needs_right": _("Right: {right}"),
    "shows_now": _("Zone {id}, row {r1} to {r2}, column {c1} to {c2}"),
    "shows_button": _("Button {name}"),
}


def _said(words: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in words.items()}


def editor() -> dict[str, dict[str, str]]:
    """Everything the editor's script says, by group and name."""
    return {
        "say": _said(_EDITOR),
        "findings": _said(FINDINGS),
        "widgets": _said(WIDGETS),
        "columns": _said(COLUMNS),
        "tones": _said(TONES),
        "conditions": _said(CONDITIONS),
        "modes": _said(MODES),
        "params": _said(PARAMS),
    }


def finding(code: str, args: dict[str, Any]) -> str:
    """One finding as a sentence."""
    text = str(FINDINGS.get(code, gettext("This layout has a fault ({code}).")))
    for name, value in {"code": code, **args}.items():
        text = text.replace("{" + name + "}", str(value))
    return text
