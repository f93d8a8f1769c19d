"""Fiscal printers of many brands behind a server that speaks Net.FP."""
