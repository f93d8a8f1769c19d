"""Django's PostgreSQL backend over the embedded server, which it starts before the first connection."""
