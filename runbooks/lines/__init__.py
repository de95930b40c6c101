"""A command line, read once and never given to a shell."""
