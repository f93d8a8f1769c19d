"""Writes of the tills' tables."""
