"""Label scales of the Massa-K VPM family."""
