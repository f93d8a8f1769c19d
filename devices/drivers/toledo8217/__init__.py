"""Counter scales that speak Toledo 8217."""
