"""The door to python-escpos: its byte builder, imported without what its import leaves behind.

On import the library makes a folder in the system's temporary directory, writes a pickle of its printer database into
it and never removes it; it also sets up logging for the whole process. Here the folder is one that is deleted at once,
and the process's logging is put back.
"""

import importlib
import logging
import tempfile
from typing import Any


def _import_dummy() -> Any:
    handlers, directory = list(logging.root.handlers), tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="openkasa-") as folder:
        tempfile.tempdir = folder
        try:
            return importlib.import_module("escpos.printer").Dummy
        finally:
            tempfile.tempdir = directory
            logging.root.handlers[:] = handlers


Dummy = _import_dummy()
