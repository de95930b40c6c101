"""Delivery over signed HTTP to a real bolt app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from sandbox.slack.signed_http import signature
from tests.sandbox.slack.conftest import Sandbox

HERE = "C0INCIDENTS"


@asynccontextmanager
async def listening(slack: Sandbox, application: web.Application) -> AsyncIterator[None]:
    """Let the pretend Slack deliver to a web application."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.workspace.delivery.mode = "http"
    slack.workspace.delivery.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield
    finally:
        await runner.cleanup()


def bolt(app: AsyncApp) -> web.Application:
    return app.web_app("/slack/events")


async def test_the_url_is_verified_with_a_signed_challenge(slack: Sandbox) -> None:
    async with listening(slack, bolt(slack.app())):
        assert await slack.workspace.delivery.verify_url() is True
        slack.workspace.signing_secret = "another"
        assert await slack.workspace.delivery.verify_url() is False


async def test_commands_clicks_forms_and_events_arrive_and_are_answered(slack: Sandbox) -> None:
    app, got = slack.app(), []
    text = {"type": "plain_text", "text": "x"}
    field = {"type": "input", "block_id": "t", "label": text, "element": {"type": "plain_text_input", "action_id": "v"}}
    view = {"type": "modal", "callback_id": "form", "title": text, "submit": text, "blocks": [field]}

    @app.command("/incident")
    async def incident(ack: Any, body: dict[str, Any], client: Any) -> None:
        got.append(body["text"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack("opened")

    @app.view("form")
    async def sent(ack: Any) -> None:
        await ack(response_action="errors", errors={"t": "No"})

    @app.action("go")
    async def clicked(ack: Any, action: dict[str, Any]) -> None:
        got.append(action["value"])
        await ack()

    @app.event("message")
    async def heard(event: dict[str, Any]) -> None:
        got.append(event["text"])

    person = slack.human()
    async with listening(slack, bolt(app)):
        await person.do("say", channel=HERE, text="/incident declare “now” & <here>")
        (shown,) = await person.views()
        told = await person.do("view", view_id=shown["id"], do="submit", values={"t": {"v": {"value": "something"}}})
        button = {"type": "button", "action_id": "go", "value": "7", "text": text}
        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
        ts = (await slack.client.chat_postMessage(channel=HERE, text="x", blocks=blocks))["ts"]
        await person.do("click", channel=HERE, ts=ts, block_id="b", action_id="go")
        await person.do("say", channel=HERE, text="hello")
        await slack.workspace.quiet()

    assert got == ["declare “now” &amp; &lt;here&gt;", "7", "hello"]
    assert told["errors"] == {"t": "No"}
    assert (await person.texts(HERE))[0] == "opened"


async def test_a_wrongly_signed_command_is_refused_by_the_app(slack: Sandbox) -> None:
    app = slack.app()

    @app.command("/incident")
    async def incident(ack: Any) -> None:
        await ack("never")

    async with listening(slack, bolt(app)):
        slack.workspace.signing_secret = "another"
        await slack.human().do("say", channel=HERE, text="/incident")

    assert await slack.human().texts(HERE) == ['/incident failed with the error "http_service_error"']


async def retried(slack: Sandbox, answer: Any) -> list[tuple[str | None, str | None]]:
    """Say something to an app that answers events so; give the retry headers of what it got."""
    seen: list[tuple[str | None, str | None]] = []

    async def events(request: web.Request) -> web.Response:
        headers = request.headers
        seen.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")))
        body = await request.read()
        expected = signature(slack.workspace.signing_secret, headers["X-Slack-Request-Timestamp"], body)
        assert headers["X-Slack-Signature"] == expected
        response: web.Response = await answer(len(seen))
        return response

    application = web.Application()
    application.router.add_post("/slack/events", events)
    async with listening(slack, application):
        await slack.human().do("say", channel=HERE, text="hello")
        await slack.workspace.quiet()
    return seen


async def test_an_event_is_delivered_again_until_it_is_taken(slack: Sandbox) -> None:
    async def answer(number: int) -> web.Response:
        return web.Response(status=500 if number < 3 else 200)

    assert await retried(slack, answer) == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_an_event_nobody_answers_in_time_is_given_up_after_three_retries(slack: Sandbox) -> None:
    slack.workspace.delivery.acknowledge_seconds = 0.4

    async def answer(number: int) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    expected = [(None, None), *((str(number), "http_timeout") for number in (1, 2, 3))]
    assert await retried(slack, answer) == expected


async def test_an_app_that_is_not_there_is_said_so(slack: Sandbox) -> None:
    slack.workspace.delivery.mode, slack.workspace.delivery.url = "http", "http://127.0.0.1:1/slack/events"
    await slack.human().do("say", channel=HERE, text="/incident")
    assert await slack.human().texts(HERE) == ['/incident failed with the error "dispatch_failed"']
    assert slack.workspace.delivery.log[0]["reason"] == "dispatch_failed"
