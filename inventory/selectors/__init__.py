"""Reads of the inventory app across its tables."""
