"""Customer displays that speak DSP-800."""
