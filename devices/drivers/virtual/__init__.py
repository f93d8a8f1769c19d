"""A receipt printer that exists only on the screen."""
