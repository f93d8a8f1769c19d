"""Card terminals that speak ZVT (Germany, Austria, Poland)."""
