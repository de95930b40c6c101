"""A real bolt app over Socket Mode."""

import asyncio
import contextlib
from typing import Any

import pytest

from tests.sandbox.slack.conftest import Sandbox


async def test_a_slash_command_reaches_the_app_and_its_answer_the_person(slack: Sandbox) -> None:
    app, got = slack.app(), []

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any]) -> None:
        got.append(command)
        await ack("Here *I* am")

    async with slack.connected(app):
        answer = await slack.human().do("say", channel="C0GENERAL", text="/incident declare SEV-2 a < b")

    assert answer == {"ok": True, "command": True}
    assert got[0]["text"] == "declare SEV-2 a &lt; b"
    assert got[0]["user_id"] == "U0ALEX"
    shown = (await slack.human().messages("C0GENERAL"))[-1]
    assert shown["text"] == "Here *I* am"
    assert shown["ephemeral"] is True
    assert await slack.human("U0SAM").messages("C0GENERAL") == []


async def test_a_command_that_is_not_acknowledged_times_out(slack: Sandbox) -> None:
    app = slack.app()

    @app.command("/incident")
    async def incident() -> None: ...

    slack.workspace.delivery.acknowledge_seconds = 0.05
    async with slack.connected(app):
        await slack.human().do("say", channel="C0GENERAL", text="/incident help")

    assert await slack.human().texts("C0GENERAL") == ['/incident failed with the error "operation_timeout"']


async def test_a_command_without_a_connected_app_fails_at_once(slack: Sandbox) -> None:
    await slack.human().do("say", channel="C0GENERAL", text="/incident help")

    assert await slack.human().texts("C0GENERAL") == ['/incident failed with the error "dispatch_failed"']


async def test_each_payload_goes_to_exactly_one_of_several_connections(slack: Sandbox) -> None:
    app, got = slack.app(), []

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any]) -> None:
        got.append(command["text"])
        await ack()

    async with slack.connected(app), slack.connected(app):
        assert slack.workspace.delivery.sockets.connected == 2
        for number in range(6):
            await slack.human().do("say", channel="C0GENERAL", text=f"/incident {number}")

    assert got == ["0", "1", "2", "3", "4", "5"]


async def test_a_refreshed_connection_comes_back_and_goes_on(slack: Sandbox) -> None:
    app, got = slack.app(), []

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any]) -> None:
        got.append(command["text"])
        await ack()

    async with slack.connected(app):
        await slack.workspace.delivery.sockets.refresh()
        assert slack.workspace.delivery.sockets.connected == 0
        await slack.workspace.delivery.sockets.until(1)
        await slack.human().do("say", channel="C0GENERAL", text="/incident again")

    assert got == ["again"]


async def test_a_connection_that_is_cut_comes_back(slack: Sandbox) -> None:
    async with slack.connected(slack.app()):
        await slack.workspace.delivery.sockets.cut()
        await slack.workspace.delivery.sockets.until(1)


async def test_at_most_ten_connections_are_open(slack: Sandbox) -> None:
    token = slack.workspace.app_token
    async with contextlib.AsyncExitStack() as sockets:
        for _ in range(10):
            address = (await slack.client.apps_connections_open(app_token=token))["url"]
            socket = await sockets.enter_async_context(slack.session.ws_connect(address))
            await socket.receive_json()
        answer = await slack.refused(slack.client.apps_connections_open, app_token=token)

    assert answer["error"] == "too_many_websockets"


async def test_a_payload_can_be_delivered_again(slack: Sandbox) -> None:
    app, got = slack.app(), []

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any]) -> None:
        got.append(command["trigger_id"])
        await ack()

    async with slack.connected(app):
        await slack.human().do("say", channel="C0GENERAL", text="/incident help")
        again = await slack.workspace.delivery.again(times=9)

    assert all(answered.ok for answered in again)
    assert (len(got), len(set(got))) == (10, 1)


async def test_an_event_that_is_not_acknowledged_is_delivered_three_times_more(slack: Sandbox) -> None:
    app, seen = slack.app(), []

    @app.middleware
    async def watch(body: dict[str, Any], request: Any) -> None:
        seen.append((body["event_id"], request.headers.get("x-slack-retry-num")))

    slack.workspace.delivery.acknowledge_seconds = 0.4
    async with slack.connected(app):
        await slack.human().do("say", channel="C0INCIDENTS", text="hello")
        await slack.workspace.quiet()

    assert len({event for event, _ in seen}) == 1
    assert [retry for _, retry in seen] == [["0"], ["1"], ["2"], ["3"]]


async def test_an_acknowledged_event_is_delivered_once(slack: Sandbox) -> None:
    app, seen = slack.app(), []

    @app.event("message")
    async def heard(event: dict[str, Any]) -> None:
        seen.append(event)

    async with slack.connected(app):
        await slack.human().do("say", channel="C0INCIDENTS", text="see https://example.com/a, @sam")
        await slack.workspace.quiet()

    assert [event["text"] for event in seen] == ["see <https://example.com/a>, <@U0SAM>"]
    assert seen[0]["channel_type"] == "channel"


async def test_the_app_hears_nothing_of_channels_it_is_not_in(slack: Sandbox) -> None:
    app, seen = slack.app(), []

    @app.event("message")
    async def heard(event: dict[str, Any]) -> None:
        seen.append(event)

    async with slack.connected(app):
        await slack.human().do("say", channel="C0PLATFORM", text="secret")
        await slack.workspace.quiet()

    assert seen == []


async def test_an_acknowledgement_may_come_over_another_connection(slack: Sandbox) -> None:
    slack.workspace.delivery.acknowledge_seconds = 2
    addresses = [
        (await slack.client.apps_connections_open(app_token=slack.workspace.app_token))["url"] for _ in range(2)
    ]
    async with (
        slack.session.ws_connect(addresses[0]) as one,
        slack.session.ws_connect(addresses[1]) as other,
    ):
        assert (await one.receive_json())["type"] == (await other.receive_json())["type"] == "hello"
        said = asyncio.ensure_future(slack.human().do("say", channel="C0GENERAL", text="/incident help"))
        receiving = {asyncio.ensure_future(socket.receive_json()): socket for socket in (one, other)}
        done, pending = await asyncio.wait(receiving, return_when=asyncio.FIRST_COMPLETED)
        (received,) = done
        answering = other if receiving[received] is one else one
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await answering.send_json({"envelope_id": received.result()["envelope_id"], "payload": {"text": "hi"}})
        await said
    assert await slack.human().texts("C0GENERAL") == ["hi"]


@pytest.mark.parametrize("ticket", ["", "guessed"])
async def test_a_websocket_needs_a_ticket(slack: Sandbox, ticket: str) -> None:
    async with slack.session.get(f"{slack.url}link/?ticket={ticket}") as answer:
        assert answer.status == 404
