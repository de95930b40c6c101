"""PostgreSQL as psql asks it: its lines, what of them only reads, and what is printed."""
