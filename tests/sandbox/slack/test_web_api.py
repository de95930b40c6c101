"""Who may call the Web API and how; faults, the log of calls and rate limits."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from tests.sandbox.slack.conftest import Clock, Sandbox, sandbox_of


async def test_the_app_learns_who_it_is(slack: Sandbox) -> None:
    answer = await slack.client.auth_test()

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0MUSTER", "B0MUSTER", "T0SANDBOX")
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("app", "chat.postMessage", "not_allowed_token_type"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("bot", "chat.sendNiceMessage", "unknown_method"),
    ],
)
async def test_a_wrong_token_or_method_is_refused(slack: Sandbox, token: str | None, method: str, error: str) -> None:
    tokens = {"app": slack.workspace.app_token, "bot": slack.workspace.bot_token}
    client = AsyncWebClient(tokens.get(str(token), token), base_url=f"{slack.url}api/", session=slack.session)

    assert (await slack.refused(client.api_call, api_method=method))["error"] == error


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart", "mixed"])
async def test_arguments_may_come_in_any_way(slack: Sandbox, how: str) -> None:
    token, given = slack.workspace.bot_token, {"channel": "C0INCIDENTS", "text": "hello"}
    url, headers = f"{slack.url}api/chat.postMessage", {"Authorization": f"Bearer {token}"}
    multipart = aiohttp.FormData(given | {"token": token})
    multipart.add_field("ignored", b"x", filename="x")
    calls: dict[str, Any] = {
        "query": slack.session.get(url, params=given, headers=headers),
        "form": slack.session.post(url, data=given | {"token": token}),
        "json": slack.session.post(url, json=given, headers=headers),
        "multipart": slack.session.post(url, data=multipart),
        "mixed": slack.session.post(f"{url}?channel=C0INCIDENTS", json={"text": "hello"}, headers=headers),
    }
    async with calls.pop(how) as got:
        answer = await got.json()
    for unused in calls.values():
        unused.close()

    assert answer["ok"], answer
    assert answer["message"]["text"] == "hello"


async def test_a_body_that_is_no_json_is_refused(slack: Sandbox) -> None:
    headers = {"Content-Type": "application/json"}
    async with slack.session.post(f"{slack.url}api/auth.test", data=b"{", headers=headers) as got:
        assert (await got.json())["error"] == "invalid_json"


async def test_a_missing_scope_is_named_with_those_that_are_there() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", "channels:manage"]}}}
    stopwatch = Clock()
    async with sandbox_of(Workspace(manifest=manifest, stopwatch=stopwatch), stopwatch) as slack:
        pins = await slack.refused(slack.client.pins_add, channel="C0INCIDENTS", timestamp="1.0")
        private = await slack.refused(slack.client.conversations_create, name="x", is_private=True)
        await slack.client.conversations_create(name="public")

    assert pins == {
        "ok": False,
        "error": "missing_scope",
        "needed": "pins:write",
        "provided": "channels:manage,chat:write",
    }
    assert private["needed"] == "groups:write"


async def test_the_scope_depends_on_the_kind_of_channel() -> None:
    scopes = ["channels:history", "groups:write", "chat:write"]
    stopwatch = Clock()
    workspace = Workspace(manifest={"oauth_config": {"scopes": {"bot": scopes}}}, stopwatch=stopwatch)
    async with sandbox_of(workspace, stopwatch) as slack:
        await slack.client.conversations_history(channel="C0INCIDENTS")
        private = (await slack.client.conversations_create(name="private", is_private=True))["channel"]["id"]
        assert (await slack.refused(slack.client.conversations_history, channel=private))["needed"] == "groups:history"


async def test_every_call_is_written_down_with_its_times(slack: Sandbox) -> None:
    await slack.client.chat_postMessage(channel="C0INCIDENTS", text="one")
    await slack.refused(slack.client.chat_postMessage, channel="C0NOWHERE", text="two")

    first, second = slack.workspace.calls.of("chat.postMessage")
    assert first["arguments"]["text"] == "one"
    assert first["answer"]["ok"] is True
    assert first["at"] <= first["ended"] <= second["at"]
    assert second["answer"] == {"ok": False, "error": "channel_not_found"}
    assert "token" not in str(first["arguments"])


@pytest.mark.parametrize("status", [500, 429, "fatal_error"])
async def test_a_fault_refuses_one_call_and_does_nothing(slack: Sandbox, status: int | str) -> None:
    slack.workspace.faults.add("chat.postMessage", status, retry_after=7)
    with pytest.raises(SlackApiError) as refusal:
        await slack.client.chat_postMessage(channel="C0INCIDENTS", text="one")
    await slack.client.chat_postMessage(channel="C0INCIDENTS", text="two")

    assert await slack.human().texts("C0INCIDENTS") == ["two"]
    if status == 429:
        assert refusal.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("status", "left"), [(0, []), ("lost", ["one"])])
async def test_an_answer_may_be_lost_before_or_after_the_work(
    slack: Sandbox, status: int | str, left: list[str]
) -> None:
    client = AsyncWebClient(
        slack.workspace.bot_token, base_url=f"{slack.url}api/", session=slack.session, retry_handlers=[]
    )
    slack.workspace.faults.add("chat.postMessage", status)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel="C0INCIDENTS", text="one")

    assert await slack.human().texts("C0INCIDENTS") == left


async def test_a_call_may_hang_until_the_caller_gives_up(slack: Sandbox) -> None:
    client = AsyncWebClient(slack.workspace.bot_token, base_url=f"{slack.url}api/", timeout=0.05, retry_handlers=[])  # type: ignore[arg-type]  # aiohttp takes fractions
    slack.workspace.faults.add("*", "hang")
    with pytest.raises(TimeoutError):
        await client.auth_test()


async def test_rate_limits_say_how_long_to_wait_and_end() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(rate_limits=True, stopwatch=stopwatch), stopwatch) as slack:
        for _ in range(3):
            await slack.client.chat_postMessage(channel="C0INCIDENTS", text="x")
        await slack.client.chat_postMessage(channel="C0CRITICAL", text="another channel has its own")
        with pytest.raises(SlackApiError) as refusal:
            await slack.client.chat_postMessage(channel="C0INCIDENTS", text="x")
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["Retry-After"] == "1"
        assert refusal.value.response["error"] == "ratelimited"
        stopwatch.now += 1
        await slack.client.chat_postMessage(channel="C0INCIDENTS", text="x")


async def test_a_tier_two_method_takes_twenty_calls_a_minute() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(rate_limits=True, stopwatch=stopwatch), stopwatch) as slack:
        for _ in range(20):
            await slack.client.users_list()
        assert (await slack.refused(slack.client.users_list))["error"] == "ratelimited"


async def test_a_reset_begins_anew_with_the_same_tokens(slack: Sandbox) -> None:
    await slack.client.conversations_create(name="incident-1")
    await slack.client.chat_postMessage(channel="C0INCIDENTS", text="old")
    slack.workspace.reset()

    assert (await slack.client.auth_test())["ok"]
    assert await slack.human().texts("C0INCIDENTS") == []
    assert slack.workspace.channel("incident-1") is None
