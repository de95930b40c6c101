"""What a person can say or click: one module per verb."""
