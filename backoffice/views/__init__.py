"""Pages by noun. A view parses, calls one service or selector, and renders."""
