"""What a test does on a machine that lacks a program."""

import os
from typing import NoReturn

import pytest


def lacking(sentence: str) -> NoReturn:
    """Skips and says why. Where the run must be whole (`KASA_TESTS_WHOLE=1`, as `.ci/run` sets it) it fails instead."""
    if os.environ.get("KASA_TESTS_WHOLE") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
