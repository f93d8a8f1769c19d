"""The till's socket below the consumer: frames, database threads, hints."""
