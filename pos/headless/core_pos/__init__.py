"""Reads the journal of a CORE-POS (IS4C) register and replays it as a till of ours.

`source` reads rows and cuts them into transactions, `mapping` turns a transaction into receipts and events that
keep the rules of protocol.md, `compare` holds the server's books against the source.
"""
