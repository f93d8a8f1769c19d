"""PrivatBank card terminals: JSON ended by a zero byte."""
