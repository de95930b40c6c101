"""`auth.test`, `apps.connections.open`, `team.info`, `api.test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.records import APP_ID, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def auth_test(workspace: Workspace, given: Arguments) -> Json:
    answer = {"url": workspace.base_url(), "team": TEAM_NAME, "team_id": TEAM_ID, "is_enterprise_install": False}
    return answer | {"user": workspace.people[BOT_USER].name, "user_id": BOT_USER, "bot_id": BOT_ID}


def open_connection(workspace: Workspace, given: Arguments) -> Json:
    address = workspace.base_url().replace("http", "ws", 1).rstrip("/")
    return {"url": f"{address}/link/?ticket={workspace.delivery.sockets.ticket()}&app_id={APP_ID}"}


def team_info(workspace: Workspace, given: Arguments) -> Json:
    team = {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "example.com", "icon": {}}
    return {"team": team | {"url": workspace.base_url()}}


def api_test(workspace: Workspace, given: Arguments) -> Json:
    if given.has("error"):
        raise SlackError(given.text("error"), args=given.given)
    return {"args": given.given}


METHODS = {
    "api.test": api_test,
    "apps.connections.open": open_connection,
    "auth.test": auth_test,
    "team.info": team_info,
}
