"""Outages worth diagnosing: one small file each."""
