"""The rules that journal items must keep, one module per kind of item. Pure: no database, no clock."""
