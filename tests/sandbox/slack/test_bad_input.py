"""No argument makes the pretend Slack stumble: what it cannot use it refuses with a word."""

import json
from typing import Any

import pytest

from sandbox.slack.methods import METHODS
from sandbox.slack.people_api import ACTS
from sandbox.slack.response_urls import issue
from tests.sandbox.slack.conftest import Sandbox

JUNK: list[Any] = [
    "",
    "x",
    "C0INCIDENTS",
    "U0ALEX",
    -1,
    True,
    None,
    [],
    [None],
    [[]],
    {},
    {"id": []},
    "[1]",
    "{",
    "💥" * 999,
]
ARGUMENTS = (
    *("channel", "channel_id", "text", "blocks", "attachments", "metadata", "thread_ts", "ts", "timestamp", "user"),
    *("users", "view", "view_id", "trigger_id", "hash", "user_id", "external_id", "name", "topic", "purpose", "types"),
    *("limit", "cursor", "oldest", "latest", "files", "filename", "length", "file", "bookmark_id", "title", "link"),
    *("type", "email", "usergroup", "message_ts", "is_private", "force", "channels"),
)


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_every_method_answers_junk(slack: Sandbox, method: str) -> None:
    token = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    for turn in range(len(JUNK)):
        given = {name: JUNK[(turn + number) % len(JUNK)] for number, name in enumerate(ARGUMENTS)}
        for body in (given, given | {"channel": "C0INCIDENTS"}, dict.fromkeys(ARGUMENTS, JUNK[turn])):
            async with slack.session.post(f"{slack.url}api/{method}", json=body, headers=token) as got:
                assert got.status == 200, json.dumps(body)
                assert isinstance((await got.json())["ok"], bool)


@pytest.mark.parametrize("what", sorted(ACTS))
async def test_everything_a_person_does_answers_junk(slack: Sandbox, what: str) -> None:
    names = "channel", "text", "ts", "block_id", "action_id", "view_id", "do", "values", "action", "name", "state"
    text = {"type": "plain_text", "text": "x"}
    element = {"type": "multi_static_select", "action_id": "a", "options": [{"text": text, "value": "v"}]}
    field = {"type": "input", "block_id": "b", "label": text, "element": element}
    view = {"type": "modal", "title": text, "submit": text, "blocks": [field]}
    blocks: list[dict[str, Any]] = [field, {"type": "actions", "block_id": "c", "elements": [element]}]
    ts = (await slack.client.chat_postMessage(channel="C0INCIDENTS", text="x", blocks=blocks))["ts"]
    opened = (await slack.client.views_open(trigger_id=slack.trigger(), view=view))["view"]["id"]
    real = {"channel": "C0INCIDENTS", "ts": ts, "block_id": "b", "action_id": "a", "view_id": opened, "do": "act"}
    for junk in JUNK:
        bodies = [dict.fromkeys(names, junk), dict.fromkeys(names, junk) | real]
        for part in ("values", "action", "state"):
            wrong = {"b": {"a": {"selected_options": junk}}}
            bodies += [real | {part: junk}, real | {part: {"b": junk}}, real | {part: {"b": {"a": junk}}}]
            bodies += [real | {part: wrong}, real | {part: {"values": wrong}, "selected_options": junk}]
        for body in bodies:
            async with slack.session.post(f"{slack.url}people/{what}", json={"as": "U0ALEX"} | body) as got:
                assert got.status == 200, json.dumps(body)


@pytest.mark.parametrize("body", ["", "7", "[]", "{", '{"text": []}', '{"blocks": 7}', '{"replace_original": 1}'])
async def test_a_response_url_answers_junk(slack: Sandbox, body: str) -> None:
    url = issue(slack.workspace, "U0ALEX", slack.workspace.channels["C0INCIDENTS"])
    async with slack.session.post(url, data=body) as got:
        assert got.status in {200, 400}
