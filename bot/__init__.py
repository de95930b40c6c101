"""Incidents: what happened, what is due, and what to tell Slack."""
