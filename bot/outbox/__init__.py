"""What Slack shall be told: recorded with the change, delivered once, in order."""
