"""Writes of the inventory app: keyword-only functions named after what they change."""
