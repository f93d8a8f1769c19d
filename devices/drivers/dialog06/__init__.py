"""Counter scales that speak Checkout Dialog 06."""
