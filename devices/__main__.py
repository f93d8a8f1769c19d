"""`python -m devices` is `python -m devices.bridge`."""

import sys

from devices.bridge import main

sys.exit(main())
