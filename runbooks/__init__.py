"""What a runbook is, how its lines run, and the library."""
