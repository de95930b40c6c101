"""The pretend PostgreSQL of a service: one state, asked by `psql` in its pods and over PostgreSQL's own protocol."""
