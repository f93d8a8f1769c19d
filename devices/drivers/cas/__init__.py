"""Counter scales of the CAS family."""
