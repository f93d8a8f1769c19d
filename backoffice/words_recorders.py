"""Words for video recorders: what each kind is for, and why one cannot be told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

HELP: dict[str, Any] = {
    "text_tcp": _("The usual way: the recorder listens at a port, as Hikvision, Milesight and Milestone do."),
    "text_tcp_server": _("For recorders that call the cash system and listen to it."),
    "text_udp": _("For recorders that take datagrams. Nobody says whether they arrive."),
    "trassir_tcp": _(
        "For ActivePOS of Trassir. Its terminals are named cas_1, cas_2 by the number of the till."
    ),
    "trassir_udp": _("The same in datagrams."),
    "webhook": _("For programs: each act with its figures, signed with a secret."),
}
# By the first word of `RecorderState.error`.
ERRORS: dict[str, Any] = {
    "closed": _("It closed the connection."),
    "deaf": _("It does not read what is sent."),
    "silent": _("It does not answer."),
    "refused": _("Nothing listens at this address."),
    "unreachable": _("It cannot be reached:"),
    "stranger": _("Another machine called and was turned away:"),
    "port": _("The port of this server cannot be used:"),
    "answered": _("It answered with a fault:"),
    "unfit": _("It refuses acts:"),
}


def error(text: str) -> str:
    """Why a recorder cannot be told, in words; what the system said of it stands behind."""
    code, _blank, detail = text.partition(" ")
    return f"{ERRORS.get(code, code)} {detail}".strip()
