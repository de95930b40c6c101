"""The page that shows the sandbox's Slack in a browser."""
