"""Label scales of the Shtrih-Print family."""
