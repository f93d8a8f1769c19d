"""Reads that only the back office needs: one module a noun, none of them writes."""
