"""HTTP faces of the tills."""
