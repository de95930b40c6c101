"""The payloads Slack sends for what a person does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from sandbox.slack.records import APP_ID, TEAM_DOMAIN, TEAM_ID, Channel, Json, View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def channel_name(channel: Channel) -> str:
    """Return the name Slack tells an app, which hides those of private channels."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def command(workspace: Workspace, person: str, channel: Channel, words: tuple[str, str], response_url: str) -> Json:
    """Return a slash command's payload; `words` are the command and its text."""
    payload = {"token": workspace.verification_token, "team_id": TEAM_ID, "team_domain": TEAM_DOMAIN}
    payload |= {"channel_id": channel.id, "channel_name": channel_name(channel), "user_id": person}
    payload |= {"user_name": workspace.people[person].name, "command": words[0], "text": words[1]}
    payload |= {"api_app_id": APP_ID, "is_enterprise_install": "false", "response_url": response_url}
    return payload | {"trigger_id": workspace.triggers.issue(person)}


def interaction(workspace: Workspace, kind: str, person: str, *, view: View | None = None) -> Json:
    """Return what all interactions have in common, with a trigger id."""
    name = workspace.people[person].name
    payload: Json = {"type": kind, "api_app_id": APP_ID, "token": workspace.verification_token}
    payload |= {"team": {"id": TEAM_ID, "domain": TEAM_DOMAIN}, "enterprise": None, "is_enterprise_install": False}
    payload |= {"user": {"id": person, "username": name, "name": name, "team_id": TEAM_ID}}
    modal = view.id if view is not None and view.payload["type"] == "modal" else None
    return payload | {"trigger_id": workspace.triggers.issue(person, modal)}


def of_message(channel: Channel, message: Json) -> Json:
    """Return the part that says on which message something happened."""
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
    container["is_ephemeral"] = bool(message.get("ephemeral"))
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    part: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    if not message.get("ephemeral"):
        part["message"] = shown(message)
    return part


def shown(message: Json) -> Json:
    return copy.deepcopy({key: value for key, value in message.items() if key != "metadata"})


def of_view(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": copy.deepcopy(view.as_slack())}
