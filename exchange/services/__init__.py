"""Writing what this server exchanges with other systems."""
