"""The parts that a runbook is made of, and the words and numbers in them."""
