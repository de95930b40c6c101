"""Slash commands: what a person typed reaches the app, and its answer the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import messages, payloads, response_urls
from sandbox.slack.errors import SlackError
from sandbox.slack.records import Channel, Json
from sandbox.slack.typed import mangled

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

SLACKBOT: Json = {"user": "USLACKBOT", "username": "Slackbot"}
FAILURES = {"timeout": "operation_timeout", "http_error": "http_service_error", "dispatch_failed": "dispatch_failed"}


async def run_command(workspace: Workspace, person: str, channel: Channel, text: str, thread: str = "") -> None:
    """Deliver a typed command and show the answer, or Slack's own word when there is none."""
    word, _, rest = text.strip().partition(" ")
    if not workspace.declared.takes_command(word):
        _slackbot(workspace, channel, person, f"`{word}` is not a valid command.", thread)
        return
    if thread:
        _slackbot(workspace, channel, person, f"`{word}` is not supported in threads. Sorry!", thread)
        return
    labels = workspace.declared.escapes(word)
    arrives = mangled(workspace, rest.strip(), names=labels, labels=labels)
    url = response_urls.issue(workspace, person, channel)
    payload = payloads.command(workspace, person, channel, (word, arrives), url)
    answered = await workspace.delivery.ask("slash_commands", payload)
    if not answered.ok:
        why = FAILURES.get(answered.reason, answered.reason)
        _slackbot(workspace, channel, person, f'{word} failed with the error "{why}"')
    elif answered.body:
        _show(workspace, url, answered.body)


def _show(workspace: Workspace, url: str, answer: Json) -> None:
    place = workspace.response_urls[url.rpartition("/")[2]]
    try:
        response_urls.respond(workspace, place, answer)
    except SlackError as error:
        channel = workspace.channels[place["channel"]]
        _slackbot(workspace, channel, place["person"], f"The app's answer was refused: {error.code}")


def _slackbot(workspace: Workspace, channel: Channel, person: str, text: str, thread: str = "") -> None:
    messages.whisper(workspace, channel, person, SLACKBOT | {"text": text}, thread=thread)
