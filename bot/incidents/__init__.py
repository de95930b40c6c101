"""The use cases, in the field's words, and the pure rules they follow."""
