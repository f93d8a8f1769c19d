"""Novitus fiscal printers over NoviAPI."""
