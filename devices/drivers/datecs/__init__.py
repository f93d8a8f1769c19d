"""Datecs fiscal printers of the ISL protocol: Ukraine, and the groups P, C and X."""
