"""What can be wrong with a runbook, each thing with its place and its mend."""
