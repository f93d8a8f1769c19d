"""Scanner-scales that send barcodes and weights over one wire."""
