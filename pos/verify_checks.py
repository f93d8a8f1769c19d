"""Checks of the tills (filled by pos.services)."""
