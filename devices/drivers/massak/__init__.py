"""Counter scales that speak Massa-K Protocol 100."""
