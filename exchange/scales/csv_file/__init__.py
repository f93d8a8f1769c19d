"""A table for scales that take their goods from a file."""
