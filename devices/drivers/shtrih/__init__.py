"""Fiscal printers of Shtrih-M with a fiscal storage (Russia)."""
