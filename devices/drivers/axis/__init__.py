"""Counter scales of AXIS."""
