"""REST of goods, prices and stock under /api/v1/: one class per address, parse → one service or selector → render."""
