"""The kinds of settings that a driver's manifest may have, for those who make fields of them."""

from devices.settings import Choice, Flag, Seconds, Text, Whole

__all__ = ["Choice", "Flag", "Seconds", "Text", "Whole"]
