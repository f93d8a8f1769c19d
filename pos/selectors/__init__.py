"""Reads of the tills' tables."""
