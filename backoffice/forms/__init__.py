"""Forms by noun: they parse what people typed and hand it to services; none of them writes."""
