"""Why a file cannot be read at all; what is wrong with one row is a Problem in the report instead."""

from core.errors import KasaError


class ImportFailed(KasaError):
    """The file, or what was asked about it, makes no import possible; the message says why in plain words."""

    code = "import_failed"
