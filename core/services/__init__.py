"""Writes of the ground app."""
