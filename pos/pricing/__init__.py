"""Prices on the server: the door to the one engine, the rulebook it reads, and the carts people ask about.

The rules are in RULES.md, the engine itself is `static/pricing/engine.js`, the same file that tills run.
"""
