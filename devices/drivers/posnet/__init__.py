"""Fiscal printers that speak the POSNET protocol (Poland)."""
