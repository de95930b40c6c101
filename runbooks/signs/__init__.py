"""What single outputs tell: one module for each kind of thing that can be wrong, each giving findings."""
