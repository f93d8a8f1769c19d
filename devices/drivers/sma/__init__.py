"""Counter scales that speak the SMA protocol."""
