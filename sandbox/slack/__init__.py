"""A Slack workspace on 127.0.0.1: what an app and a person can do in Slack, with the rules Slack enforces."""

from sandbox.slack.serving import routes
from sandbox.slack.workspace import Workspace

__all__ = ["Workspace", "routes"]
