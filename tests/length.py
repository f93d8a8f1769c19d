"""How long the suite is. `make test` alone aims at ten minutes on two cores.

`make test LONG=1` (`KASA_TESTS_LONG=1`) adds what is marked `long` and is run before a release: every flush of an
upload instead of a few, every way a cable can fail, a day of three hundred receipts, random days at a till, every
screen in every language.
"""

import os

LONG = os.environ.get("KASA_TESTS_LONG") == "1"
