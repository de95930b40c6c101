"""A curl line: read, sent, and what is written of its answer."""
