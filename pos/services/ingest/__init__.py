"""Taking in what tills push: read, look up, judge, write; one transaction and a constant number of statements.

envelope   what an element of a push is (pure)
held       what the server holds already (reads)
chain      duplicates, conflicts, signature, neighbours, forks, gaps (pure)
facts      what the rules need to know (reads)
judge      the rules (pure, over facts)
rows       the rows that an item becomes (pure)
write      COPY
push       the whole of it
"""
