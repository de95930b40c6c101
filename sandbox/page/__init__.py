"""The page that shows the sandbox's Slack in a browser: plain files, no build step."""

from sandbox.page.serving import routes

__all__ = ["routes"]
