"""Customer displays that speak CD5220."""
