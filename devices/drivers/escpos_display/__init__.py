"""Customer displays that speak Epson's ESC/POS."""
