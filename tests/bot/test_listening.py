"""A payload reaches its handler once: acknowledged, permitted, answered; and whatever goes wrong is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import listening
from bot.errors import BadInput, NotAllowed, Redelivered
from bot.incidents.permission import Member
from bot.listening import Answer, Asked, Services, answering, answering_event, answering_form
from bot.replies import Instead
from bot.views.message import Message


@dataclass
class Post:
    """Takes what is sent to Slack: Web API calls and answers to a response_url."""

    url: str = ""
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        path = request.path.strip("/")
        body = await request.json() if "json" in request.content_type else dict(await request.post())
        if path == "api/auth.test":
            return web.json_response({"ok": True, "user_id": "U0MUSTER", "bot_id": "B0", "team_id": "T0"})
        if path in self.refuse:
            return web.json_response({"ok": False, "error": "not_in_channel"}, status=200 if "api" in path else 404)
        self.taken.append((path, cast("dict[str, Any]", body)))
        self.arrived.set()
        return web.json_response({"ok": True})

    async def first(self) -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(10):
            await self.arrived.wait()
        return self.taken[0]


class Lobby:
    """Alex may do everything, nobody else anything; people have names."""

    async def require(self, person: str, level: str) -> None:
        if person != "U0ALEX":
            raise NotAllowed(what="do that", who="<@U0ALEX>")

    async def member(self, person: str) -> Member:
        return Member(person, {"U0ALEX": "Alex Rivera"}.get(person, ""))


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    post = Post()
    application = web.Application()
    application.router.add_post("/{path:.*}", post.take)
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    post.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield post
    await runner.cleanup()


@pytest.fixture
def app(post: Post) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient("xoxb-test", base_url=f"{post.url}api/"),
        signing_secret="secret",
        request_verification_enabled=False,
    )
    services = SimpleNamespace(permission=Lobby(), directory=Lobby(), greeting="Good morning")
    listening.serve(app, cast("Services", services))
    return app


async def command(app: AsyncApp, post: Post, text: str = "hello", person: str = "U0ALEX") -> BoltResponse:
    body = {
        "command": "/incident",
        "text": text,
        "user_id": person,
        "channel_id": "C1",
        "trigger_id": "1.2",
        "response_url": f"{post.url}answer",
        "team_id": "T0",
    }
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/x-www-form-urlencoded"]}
    return await app.async_dispatch(AsyncBoltRequest(body=urlencode(body), headers=headers))


async def submission(app: AsyncApp, kept: dict[str, Any] | None = None) -> BoltResponse:
    inputs = [{"type": "input", "block_id": block} for block in ("title", "severity:inferadb")]
    view: dict[str, Any] = {"id": "V1", "hash": "h", "type": "modal", "callback_id": "declare", "blocks": inputs}
    view |= {"private_metadata": json.dumps(kept or {"channel": "C1"}), "state": {"values": {}}}
    body = {"type": "view_submission", "user": {"id": "U0ALEX"}, "team": {"id": "T0"}, "view": view, "trigger_id": "1"}
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}
    return await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), headers=headers))


def raising(error: Exception) -> Callable[[], Any]:
    async def handler() -> Answer:
        raise error

    return handler


async def test_a_handler_gets_what_its_parameters_name_and_returns_its_answer(app: AsyncApp, post: Post) -> None:
    async def greet(asked: Asked, greeting: str) -> Answer:
        return f"{greeting}, {asked.person}: {asked.verb} {asked.text}"

    app.command("/incident")(answering(greet))
    assert (await command(app, post, "hello “there”")).status == 200
    path, said = await post.first()
    assert path == "answer"
    assert said["text"] == 'Good morning, U0ALEX: hello "there"'
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)


async def test_an_answer_may_stand_in_the_place_of_the_message_that_was_clicked(app: AsyncApp, post: Post) -> None:
    async def gone() -> Answer:
        return Instead(Message("Gone"))

    app.command("/incident")(answering(gone))
    await command(app, post)
    assert (await post.first())[1]["replace_original"] is True


async def test_what_follows_later_is_said_after_the_acknowledgement(app: AsyncApp, post: Post) -> None:
    go = asyncio.Event()

    async def later() -> Message:
        await go.wait()
        return Message("Here it is")

    async def declare() -> Answer:
        return later()

    app.command("/incident")(answering(declare))
    assert (await command(app, post)).status == 200
    assert post.taken == []
    go.set()
    assert (await post.first())[1]["text"] == "Here it is"


async def test_what_is_told_reaches_the_person_and_the_command_is_acknowledged(app: AsyncApp, post: Post) -> None:
    app.command("/incident")(answering(raising(BadInput("Say how many."))))
    assert (await command(app, post)).status == 200
    assert (await post.first())[1]["text"] == "Say how many."


async def test_who_may_not_is_told_whom_to_ask(app: AsyncApp, post: Post) -> None:
    app.command("/incident")(answering(raising(AssertionError("it must not be asked"))))
    await command(app, post, person="U0GUEST")
    assert (await post.first())[1]["text"] == "You may not do that. Ask <@U0ALEX>."


async def test_what_nobody_foresaw_is_acknowledged_and_carries_a_reference_into_the_log(
    app: AsyncApp, post: Post
) -> None:
    app.command("/incident")(answering(raising(ZeroDivisionError("a detail for the log alone"))))
    with structlog.testing.capture_logs() as logs:
        assert (await command(app, post)).status == 200
        text = (await post.first())[1]["text"]
    entry = next(log for log in logs if log["event"] == "a payload could not be answered")
    assert entry["reference"] in text
    assert entry["exc_info"]
    assert "detail" not in text
    assert "Traceback" not in text


async def test_a_payload_that_was_taken_already_is_acknowledged_without_a_word(app: AsyncApp, post: Post) -> None:
    done = asyncio.Event()

    async def again() -> Answer:
        done.set()
        raise Redelivered("command/1.2")

    app.command("/incident")(answering(again))
    assert (await command(app, post)).status == 200
    await done.wait()
    assert post.taken == []


async def test_a_refusal_stands_beside_the_field_it_is_about(app: AsyncApp) -> None:
    app.view("declare")(answering_form(raising(BadInput("No such `severity`.", field="severity"))))
    answer = json.loads((await submission(app)).body)
    assert answer == {"response_action": "errors", "errors": {"severity:inferadb": "No such severity."}}


async def test_a_refusal_about_nothing_in_the_form_stands_at_its_top_with_names_for_mentions(app: AsyncApp) -> None:
    told = BadInput("<@U0ALEX> and <@U0GONE> did it at <!date^1700000000^{time}|14:05 UTC>.")
    app.view("declare")(answering_form(raising(told)))
    answer = json.loads((await submission(app)).body)
    assert answer["errors"] == {"title": "Alex Rivera and somebody did it at 14:05 UTC."}


async def test_a_form_that_takes_too_long_closes_and_is_answered_when_it_is_done(app: AsyncApp, post: Post) -> None:
    go = asyncio.Event()

    async def slow() -> Answer:
        await go.wait()
        raise BadInput("It did not work.")

    app.view("declare")(answering_form(slow, patience=0.05))
    answer = await submission(app)
    assert (answer.status, answer.body) == (200, "")
    go.set()
    path, said = await post.first()
    assert path == "api/chat.postEphemeral"
    assert (said["channel"], said["user"], said["text"]) == ("C1", "U0ALEX", "It did not work.")


async def test_where_an_ephemeral_is_refused_the_person_gets_a_direct_message(app: AsyncApp, post: Post) -> None:
    post.refuse = {"answer", "api/chat.postEphemeral"}
    app.command("/incident")(answering(raising(BadInput("Say how many."))))
    await command(app, post)
    path, said = await post.first()
    assert (path, said["channel"]) == ("api/chat.postMessage", "U0ALEX")


async def test_when_no_answer_can_be_given_the_log_says_so_and_nothing_is_raised(app: AsyncApp, post: Post) -> None:
    post.refuse = {"answer", "api/chat.postEphemeral", "api/chat.postMessage"}
    said = asyncio.Event()

    def note(_: Any, __: str, entry: Any) -> Any:
        if entry["event"] == "a private answer could not be given":
            said.set()
        raise structlog.DropEvent

    app.command("/incident")(answering(raising(BadInput("Nobody hears this."))))
    with structlog_sending_to(note):
        assert (await command(app, post)).status == 200
        async with asyncio.timeout(10):
            await said.wait()


@contextmanager
def structlog_sending_to(processor: Any) -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(processors=[processor])
    yield
    structlog.configure(**before)


async def test_an_event_that_fails_answers_nobody(app: AsyncApp, post: Post) -> None:
    heard = asyncio.Event()

    async def fail() -> None:
        heard.set()
        raise ZeroDivisionError

    app.event("pin_added")(answering_event(fail))
    event = {"type": "pin_added", "user": "U0ALEX", "channel_id": "C1", "item": {"type": "message"}}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0", "event": event}
    request = AsyncBoltRequest(body=json.dumps(body), headers={"content-type": ["application/json"]})
    assert (await app.async_dispatch(request)).status == 200
    await heard.wait()
    assert post.taken == []
