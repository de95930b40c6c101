"""Records become Block Kit: pure functions, and the only place where blocks are made."""
