"""A video recorder as an administrator describes it."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms.base import Form, dress
from exchange.models import Recorder
from exchange.models.recorders import ENCODINGS, LATEST_MINUTES, LISTENING, MOST_WAITING, WEBHOOK
from exchange.video import kinds
from pos.models import Till

_TIGHT = {"class": "w-tight"}
SHAPE = ("encoding", "line_end", "width", "latin", "start_mark", "end_mark")
LINE_ENDS = [("crlf", "CR LF"), ("lf", "LF"), ("cr", "CR")]
PLAIN = ("name", "host", "port", "url", "active", "all_tills", *SHAPE, "month_first", "time_url", "lead_seconds",
         "most_waiting", "latest_minutes")  # fmt: skip


class RecorderForm(Form):
    """Everything about one recorder; its kind is chosen before."""

    name = forms.CharField(label=_("Name"), max_length=60)
    host = forms.RegexField(label=_("Address"), regex=r"^[0-9A-Za-z.:-]{1,120}$", max_length=120)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    url = forms.CharField(
        label=_("Address"), max_length=300, help_text=_("https://… where the acts are posted.")
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        min_length=16,
        max_length=128,
        help_text=_(
            "It signs each post, so that the receiver knows who sent it. Empty keeps the one there is."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)
    encoding = forms.ChoiceField(label=_("Letters"), choices=[(one, one.upper()) for one in ENCODINGS])
    line_end = forms.ChoiceField(label=_("End of a line"), choices=LINE_ENDS)
    width = forms.IntegerField(
        label=_("Characters in a line"), min_value=0, max_value=200, initial=0,
        help_text=_("0: lines are not broken. Otherwise from 16 on."), widget=forms.NumberInput(attrs=_TIGHT),
    )  # fmt: skip
    latin = forms.BooleanField(
        label=_("Latin letters only"),
        required=False,
        help_text=_("For recorders that show no others: Щука is Shchuka."),
    )
    start_mark = forms.CharField(
        label=_("Before each act"), required=False, max_length=40, strip=False,
        help_text=_("What the recorder takes as a beginning, such as \\x02 or POS:."),
    )  # fmt: skip
    end_mark = forms.CharField(
        label=_("After each act"), required=False, max_length=40, strip=False,
        help_text=_("What it takes as an end, such as \\x03 or \\r\\n."),
    )  # fmt: skip
    month_first = forms.BooleanField(
        label=_("Month before day"), required=False, help_text=_("Dates as 11/21/2026 and not as 21/11/2026.")
    )
    time_url = forms.CharField(
        label=_("Address of the pictures"),
        required=False,
        max_length=500,
        help_text=_(
            "Opened from the journal and from receipts: https://nvr/play?camera={camera}&at={at}. "
            "Gaps: {camera}, {till}, {at}, {at_local}, {at_unix}, {at_ms}."
        ),
    )
    lead_seconds = forms.IntegerField(
        label=_("Begin so many seconds before"), min_value=0, max_value=600, initial=10,
        widget=forms.NumberInput(attrs=_TIGHT),
    )  # fmt: skip
    most_waiting = forms.IntegerField(
        label=_("Acts that may wait"), min_value=MOST_WAITING[0], max_value=MOST_WAITING[1], initial=1000,
        help_text=_("While the recorder is away; of more, the oldest are dropped and counted."),
        widget=forms.NumberInput(attrs=_TIGHT),
    )  # fmt: skip
    latest_minutes = forms.IntegerField(
        label=_("Told at most so many minutes late"), min_value=0, max_value=LATEST_MINUTES[1], initial=60,
        help_text=_("Older acts are dropped and counted: beside later pictures they would mislead. 0: however late."),
        widget=forms.NumberInput(attrs=_TIGHT),
    )  # fmt: skip
    all_tills = forms.BooleanField(
        label=_("All tills"), required=False, initial=True, help_text=_("Also those that are added later.")
    )
    kinds = forms.MultipleChoiceField(label=_("Acts"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, kind: str, recorder: Recorder | None, tills: list[Till], **kwargs: Any
    ) -> None:
        self.kind, self.recorder, self._tills = kind, recorder, tills
        super().__init__(*args, initial=_initial(recorder, kind), **kwargs)
        self._leave_out()
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (str(label), [(one.code, str(one.label)) for one in kinds.ALL if one.group == group])
            for group, label in kinds.GROUPS.items()
        ]
        self._add_tills()
        held = recorder.templates if recorder else {}
        for one in kinds.ALL:
            self.fields[f"template_{one.code}"] = forms.CharField(
                label=one.label,
                required=False,
                max_length=300,
                initial=held.get(one.code, ""),
                widget=forms.TextInput(attrs={"placeholder": one.template}),
            )
            dress(self.fields[f"template_{one.code}"].widget)

    def _leave_out(self) -> None:
        webhook, text = self.kind == WEBHOOK, self.kind.startswith("text")
        gone = ["host", "port"] if webhook else ["url", "secret"]
        gone += [] if text else list(SHAPE)
        gone += [] if self.kind.startswith("trassir") else ["month_first"]
        for name in gone:
            del self.fields[name]
        if self.kind == LISTENING:
            self.fields["host"].help_text = gettext("The recorder's own address; nobody else may call.")
            self.fields["port"].help_text = gettext("The port of this server that it calls, from 1024 on.")
        if webhook and self.recorder is None:
            self.fields["secret"].required = True

    def _add_tills(self) -> None:
        held = {row.till_id: row for row in self.recorder.tills.all()} if self.recorder else {}
        every = self.recorder.all_tills if self.recorder else True
        for till in self._tills:
            row = held.get(till.id)
            watched, camera = f"watched_{till.number}", f"camera_{till.number}"
            self.fields[watched] = forms.BooleanField(
                label=_("It is told of this till"), required=False, initial=row.watched if row else every
            )
            self.fields[camera] = forms.CharField(
                label=_("Camera"), required=False, max_length=60, initial=row.camera if row else ""
            )
            for name in (watched, camera):
                dress(self.fields[name].widget)

    # ---------------------------------------------------------------- the page

    @property
    def place(self) -> list[forms.BoundField]:
        """Name and address."""
        return self._bound("name", "host", "port", "url", "secret", "month_first", "active")

    @property
    def shape(self) -> list[forms.BoundField]:
        """How text looks."""
        return self._bound(*SHAPE)

    @property
    def pictures(self) -> list[forms.BoundField]:
        """How pictures are opened."""
        return self._bound("time_url", "lead_seconds")

    @property
    def limits(self) -> list[forms.BoundField]:
        """What is dropped."""
        return self._bound("most_waiting", "latest_minutes")

    @property
    def tills(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each till with its two fields."""
        return [
            (f"{one.number} · {one.name}", self[f"watched_{one.number}"], self[f"camera_{one.number}"])
            for one in self._tills
        ]

    @property
    def templates(self) -> list[forms.BoundField]:
        """The words of each kind of acts."""
        return self._bound(*(f"template_{one.code}" for one in kinds.ALL))

    @property
    def has_templates(self) -> bool:
        """Whether any words are its own."""
        return any(one.value() or one.errors for one in self.templates)

    def _bound(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    # ---------------------------------------------------------------- values

    def changes(self) -> dict[str, Any]:
        """The service's arguments, without the tills."""
        data = self.cleaned_data
        words = {one.code: data.get(f"template_{one.code}", "").strip() for one in kinds.ALL}
        found = {name: data[name] for name in PLAIN if name in data}
        if data.get("secret"):
            found["secret"] = data["secret"]
        return {
            **found,
            "kind": self.kind,
            "kinds": data["kinds"],
            "templates": {code: text for code, text in words.items() if text},
        }

    def watched(self) -> dict[uuid.UUID, tuple[bool, str]]:
        """Whether each till is watched, and its camera."""
        data, every = self.cleaned_data, self.cleaned_data["all_tills"]
        return {
            one.id: (every or data[f"watched_{one.number}"], data[f"camera_{one.number}"].strip())
            for one in self._tills
        }


def _initial(recorder: Recorder | None, kind: str) -> dict[str, Any]:
    if recorder is None:
        return {"kinds": kinds.usual(), "latest_minutes": 0 if kind == WEBHOOK else 60}
    return {name: getattr(recorder, name) for name in (*PLAIN, "kinds")}
