"""The page that shows the sandbox's Slack in a browser: plain files, served with a policy that lets nothing else run."""

from sandbox.page.serving import routes

__all__ = ["routes"]
