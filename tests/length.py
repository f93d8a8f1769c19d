"""How much is repeated. `KASA_TESTS_LONG=1` (`make test LONG=1`) adds what takes minutes and is run before a release:
every flush of an upload instead of a few, every way a cable can fail, a day of three hundred receipts."""

import os

LONG = os.environ.get("KASA_TESTS_LONG") == "1"
