"""ATOL fiscal printers behind the web server of their maker's driver."""
