"""Card terminals that speak SSI ECR JSON (Ukraine: monobank, Raiffeisen, Pivdenny)."""
