"""The page, looked at and used through a real browser."""
