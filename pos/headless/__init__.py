"""A till without a browser: keys, chain, enrolment, socket and receipts, following protocol.md.

It shares no code with the server's checks, so that a mistake in one is seen by the other. Used by
`manage.py replay_journal`, the conformance and crash tests and the benchmark; docs/integrator.md walks through it.
"""
