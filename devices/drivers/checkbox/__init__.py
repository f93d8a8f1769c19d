"""Checkbox, a register in the cloud (Ukraine)."""
