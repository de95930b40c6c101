"""A pretend Slack, a real database and the real use cases, with every command connected over Socket Mode."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import aiohttp
import pytest
import yaml
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import commands
from bot.incidents.background import Background
from bot.incidents.directory import SlackDirectory
from bot.incidents.rota import Rota
from bot.incidents.runs import InputRefused, LineRefused, Output, Series
from bot.listening import Services
from bot.outbox.delivery import Outbox
from bot.outbox.slack import Slack, web_client
from bot.settings import MusterConfig, People
from bot.store.database import Database
from bot.store.store import Store
from bot.store.tables import Entry, Incident
from bot.wiring import Given, services_of
from runbooks.model import Diagnostic, Mitigation, Runbook
from sandbox.slack import Workspace
from sandbox.slack.alone import serving
from tests import people

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yaml").read_text())
PATIENCE = 20.0
Found = TypeVar("Found")
LADDER = [
    {"key": "SEV-1", "meaning": "Everything is down", "update_every": "15m"},
    {"key": "SEV-2", "meaning": "Many users suffer", "update_every": "15m-30m"},
    {"key": "SEV-3", "meaning": "Some users notice", "update_every": "1h"},
]
INFERADB = {
    "service": "inferadb",
    "title": "InferaDB",
    "about": "Answers who may do what",
    "on_call": "on-call",
    "links": [{"title": "Dashboard", "url": "https://grafana.example.com/d/1"}],
    "severities": LADDER,
    "contacts": [{"name": "Priya Nair", "role": "Manager", "reach": "+1 555 0100", "person": "manager"}],
    "diagnostics": [
        {"id": "pods", "title": "Pods", "phase": "assess", "run": "kubectl get pods -n inferadb"},
        {"id": "error_ratio", "phase": "assess", "promql": "sum(rate(errors[5m]))", "unit": "ratio"},
    ],
    "mitigations": [
        {"id": "roll-back", "title": "Roll back", "run": "kubectl rollout undo deployment/inferadb -n inferadb"},
        {
            "id": "scale-up",
            "run": "kubectl scale deployment/inferadb --replicas={replicas} -n inferadb",
            "inputs": {"replicas": {"type": "integer", "default": 10, "min": 1, "max": 50}},
        },
    ],
}
CONFIG = MusterConfig.model_validate(
    {"people": {"on-call": "S0ONCALL", "manager": "U0PRIYA"}, "permissions": {"approver": ["U0PRIYA"]}}
)
OMENDB = {"service": "omendb", "title": "OmenDB", "severities": [{"key": "P0", "meaning": "Down"}, {"key": "P1"}]}


@dataclass(frozen=True)
class Requested:
    line: str
    sends: tuple[str, ...]
    diff: str = ""
    warnings: tuple[str, ...] = ()
    refused: str = ""
    uids: Mapping[str, str] = field(default_factory=dict)
    before: str = ""


class Lines:
    """Runs lines as a healthy cluster would, and knows what was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.answers: dict[str, Output] = {}

    async def run_step(self, step: Diagnostic, runbook: Runbook) -> Output:
        return self.answers.get(step.id) or Output(step.line, "inferadb-1   1/1   Running", "", 0, 12, 0, ())

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output:
        if "delete" in text:
            raise LineRefused("`kubectl delete` changes the cluster.", "Use `/incident mitigate`.")
        return Output(text, "inferadb-1   1/1   Running", "", 0, 12, 0, ())

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Requested:
        if str(inputs.get("replicas", "1")) == "0":
            raise InputRefused("replicas", "The smallest is 1.")
        line = mitigation.line.format(**inputs)
        return Requested(line, (f"PATCH {line}",))

    async def apply(
        self,
        mitigation: Mitigation,
        runbook: Runbook,
        inputs: Mapping[str, object],
        *,
        uids: Mapping[str, str] | None = None,
    ) -> Output:
        self.sent.append(mitigation.line.format(**inputs))
        return Output(self.sent[-1], "deployment.apps/inferadb rolled back", "", 0, 12, 0, ())

    async def follow(
        self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]
    ) -> AsyncIterator[str]:
        yield 'deployment "inferadb" successfully rolled out'

    async def series(
        self, promql: str, runbook: Runbook, *, since: datetime, until: datetime, points: int = 240
    ) -> list[Series]:
        return [Series({}, [(since, 0.0), (until, 0.1)])]


@dataclass
class Human(people.Human):
    """A person in Slack: what they do, and what they see while the app is at work."""

    happened: asyncio.Event

    async def type(self, text: str, channel: str = "C0GENERAL") -> None:
        """Type a command, and have it acknowledged."""
        answer = await self.do("say", channel=channel, text=text)
        assert answer["ok"], answer

    async def until(self, look: Callable[[], Awaitable[Found]]) -> Found:
        """Look again whenever something happens, until there is something."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await look()):
                await self.happened.wait()
                self.happened.clear()
        return found

    async def told(self, part: str, channel: str = "C0GENERAL") -> dict[str, Any]:
        """Return the newest message for this person alone that says this."""

        async def look() -> dict[str, Any] | None:
            alone = [one for one in await self.messages(channel) if one.get("ephemeral") and part in words_of(one)]
            return alone[-1] if alone else None

        return cast("dict[str, Any]", await self.until(look))

    async def reads(self, part: str, channel: str) -> dict[str, Any]:
        """Return the newest message in a channel that says this."""

        async def look() -> dict[str, Any] | None:
            found = [one for one in await self.messages(channel) if part in words_of(one)]
            return found[-1] if found else None

        return cast("dict[str, Any]", await self.until(look))

    async def form(self, with_block: str = "") -> dict[str, Any]:
        """Return the open form on top, once it has an input of that name."""

        async def look() -> dict[str, Any] | None:
            views = await self.views()
            return views[-1] if views and (not with_block or with_block in blocks_of(views[-1])) else None

        return cast("dict[str, Any]", await self.until(look))

    async def submit(self, form: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Fill in the form's fields by name and submit it."""
        filled = {}
        for name, value in values.items():
            block = next(block for block in form["blocks"] if (block.get("block_id") or "").split(":")[0] == name)
            filled[block["block_id"]] = {block["element"]["action_id"]: put(block["element"], value)}
        return await self.do("view", view_id=form["id"], do="submit", values=filled)

    async def press(self, message: dict[str, Any], label: str, channel: str) -> dict[str, Any]:
        """Press the button with this label."""
        for block in message["blocks"]:
            for element in [*block.get("elements", []), block.get("accessory") or {}]:
                if (element.get("text") or {}) and element["type"] == "button" and element["text"]["text"] == label:
                    where = {"channel": channel, "ts": message["ts"], "block_id": block["block_id"]}
                    return await self.do("click", **where, action_id=element["action_id"])
        raise AssertionError(f"there is no button {label!r} in {words_of(message)}")


def put(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """Write a value as the state of an element."""
    if element["type"] == "static_select":
        return {"selected_option": next(one for one in element["options"] if one["value"] == value)}
    if element["type"] == "checkboxes":
        return {"selected_options": [one for one in element["options"] if one["value"] in value]}
    return {"value": value}


def mrkdwn_of(value: Any) -> list[str]:
    """Return every text that Slack would read as markup, where a mention would mention."""
    if isinstance(value, dict):
        own = [str(value.get("text", ""))] if value.get("type") == "mrkdwn" or "ts" in value else []
        return own + [text for part in value.values() for text in mrkdwn_of(part)]
    return [text for part in value for text in mrkdwn_of(part)] if isinstance(value, list) else []


def blocks_of(view: dict[str, Any]) -> set[str]:
    return {(block.get("block_id") or "").split(":")[0] for block in view["blocks"]}


def words_of(value: Any) -> str:
    """Return every text a person reads in a message or a view."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        spoken = ("text", "blocks", "elements", "fields", "accessory", "label", "hint", "title", "options", "element")
        return "\n".join(words_of(value[name]) for name in (*spoken, "description", "initial_value") if value.get(name))
    return "\n".join(words_of(part) for part in value) if isinstance(value, list) else ""


@dataclass
class Office:
    """Everything a test of the commands touches."""

    workspace: Workspace
    url: str
    session: aiohttp.ClientSession
    store: Store
    services: Services
    app: AsyncApp
    lines: Lines
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def human(self, person: str = "U0ALEX") -> Human:
        return Human(person, self.url, self.session, self.happened)

    async def incident(self, number: int = 1) -> Incident:
        async with self.store.reading() as reading:
            return await reading.incident(number)

    async def incidents(self) -> list[Incident]:
        async with self.store.reading() as reading:
            return list(await reading.open_incidents(seen_by="U0ALEX"))

    async def entries(self, number: int = 1) -> list[Entry]:
        async with self.store.reading() as reading:
            return list(await reading.entries(number))

    async def declared(self, line: str = "SEV-2 inferadb Checkout errors above 5%", by: str = "U0ALEX") -> str:
        """Declare an incident and return its channel, once its card and the one who declared it are there."""
        human = self.human(by)
        number = len(await self.incidents()) + 1
        await human.type(f"/incident declare {line}")
        message = await human.told(f"INC-{number} is declared: <#")
        channel = str(message["text"].partition("<#")[2].partition(">")[0].partition("|")[0])
        await human.reads("Acknowledge", channel)

        async def invited() -> bool:
            return by in self.workspace.channels[channel].members

        await human.until(invited)
        return channel

    def calls(self, method: str) -> list[dict[str, Any]]:
        return self.workspace.calls.of(method)


async def _follow(session: aiohttp.ClientSession, url: str, person: str, happened: asyncio.Event) -> None:
    async with session.ws_connect(f"{url}people/live?as={person}") as live:
        async for _ in live:
            happened.set()


@asynccontextmanager
async def office_of(path: Path, runbooks: list[dict[str, Any]]) -> AsyncIterator[Office]:
    """Open the office: Slack, the database, the use cases, and the app connected."""
    workspace = Workspace(manifest=MANIFEST)
    happened = asyncio.Event()
    async with serving(workspace) as url, aiohttp.ClientSession() as session:
        client = web_client(workspace.bot_token, f"{url}api/", session)
        store = Store(f"sqlite+aiosqlite:///{path / 'muster.db'}", now=lambda: datetime.now(UTC))
        await store.open()
        database = store.database
        outbox = Outbox(database, Slack(client), now=store.now)

        def committed() -> None:
            outbox.wake()
            happened.set()

        store.committed = committed
        lines = Lines()
        books = {str(one["service"]): Runbook.model_validate(one) for one in runbooks}
        services = services_of(CONFIG, given(store, client, books, lines))
        directory = cast("SlackDirectory", services.directory)
        await directory.warm()
        app = AsyncApp(client=client, signing_secret=workspace.signing_secret)
        commands.register(app, services)
        handler = AsyncSocketModeHandler(app, workspace.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt's own
        people = ("U0ALEX", "U0SAM", "U0GUEST", "U0PRIYA")
        tasks = [asyncio.create_task(_follow(session, url, person, happened)) for person in people]
        tasks.append(asyncio.create_task(outbox.run()))
        yield Office(workspace, url, session, store, services, app, lines, happened)
        await _answered()
        for part in (services.diagnoses, services.mitigations, directory):
            await part.idle()
        await outbox.drain()
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await handler.close_async()  # type: ignore[no-untyped-call]  # bolt's own
        for part in (services.diagnoses, services.mitigations, directory):
            await part.stop()
        await database.close()
        await store.close()


async def _answered() -> None:
    """Let every listener of bolt's end: one goes on after its acknowledgement, and may still ask the database."""
    listeners = [task for task in asyncio.all_tasks() if "slack_bolt" in str(getattr(task.get_coro(), "cr_code", ""))]
    if listeners:
        await asyncio.wait(listeners, timeout=PATIENCE)


def given(store: Store, client: AsyncWebClient, books: dict[str, Runbook], lines: Lines) -> Given:
    directory = SlackDirectory(client, store)
    return Given(books, lines, store, directory, Rota(People(CONFIG.people), directory), Background())


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_of(tmp_path, [INFERADB, OMENDB]) as opened:
        yield opened


@pytest.fixture
def alex(office: Office) -> Human:
    return office.human()


@pytest.fixture
def lose_database(office: Office) -> Callable[[], Awaitable[None]]:
    """Let the database be one that does not answer: nobody listens at its address."""

    async def lose() -> None:
        office.store.database = Database("postgresql://muster@127.0.0.1:9/muster")

    return lose


@pytest.fixture
async def lost_database(lose_database: Callable[[], Awaitable[None]]) -> None:
    await lose_database()
