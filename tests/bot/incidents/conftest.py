"""A house with a real database and a clock that the tests turn; Slack is what the effects say."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.incidents.checklists import Checklists
from bot.incidents.diagnoses import Diagnoses
from bot.incidents.duties import Duties, Following, Response
from bot.incidents.handoffs import Handoffs
from bot.incidents.lifecycle import Incidents
from bot.incidents.mitigations import Mitigations
from bot.incidents.noticing import Notices
from bot.incidents.postmortems import Postmortems
from bot.incidents.runs import LineRefused, Output, RolloutFailed, Series
from bot.incidents.telling import Telling
from bot.incidents.timeline import Timeline
from bot.incidents.updates import Updates
from bot.incidents.values import Declaration
from bot.store.store import By, Store
from bot.store.tables import DueKind, EffectRow, EffectState, Entry, Incident, Place
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.parts.inputs import validated

START = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
ALEX, SAM, PRIYA, JO = "U0ALEX", "U0SAM", "U0PRIYA", "U0JO"
RUNBOOK: dict[str, Any] = {
    "service": "inferadb",
    "title": "InferaDB",
    "on_call": "on-call",
    "kubernetes": {"namespace": "inferadb", "workload": "deployment/inferadb"},
    "channels": {"announce": "#incidents", "critical": {"SEV-1": "#incidents-critical"}},
    "links": [{"title": "Dashboard", "url": "https://grafana.example.com/d/1", "emoji": ":chart:"}],
    "severities": [
        {
            "key": "SEV-1",
            "meaning": "Everything is down",
            "update_every": "15m-20m",
            "invite": ["manager"],
            "escalate": [{"after": "0s", "notify": ["manager"], "say": "Please take the bridge."}],
        },
        {
            "key": "SEV-2",
            "meaning": "Many users suffer",
            "update_every": "15m-30m",
            "escalate": [{"after": "12h", "notify": ["platform-lead"]}],
        },
        {"key": "SEV-3", "update_every": "1h"},
    ],
    "contacts": [
        {"name": "Priya Nair", "role": "Engineering manager", "reach": "+1 555 0100", "person": "manager"},
        {"name": "The data centre", "role": "Hands on site", "reach": "+1 555 0199"},
    ],
    "diagnostics": [
        {"id": "pods", "title": "Pods", "phase": "assess", "run": "kubectl get pods -n inferadb"},
        {
            "id": "error_ratio",
            "title": "Error ratio",
            "phase": "assess",
            "promql": "sum(rate(inferadb_errors_total[5m]))",
            "unit": "ratio",
            "bad_when": "> 0.01",
        },
        {"id": "call", "phase": "assess", "manual": "Look at the status page of the cloud"},
    ],
    "mitigations": [
        {
            "id": "roll-back",
            "title": "Roll back",
            "about": "Back to the revision before",
            "run": "kubectl rollout undo deployment/inferadb -n inferadb",
            "risk": "medium",
            "verify": ["error_ratio"],
        },
        {
            "id": "scale-up",
            "run": "kubectl scale deployment/inferadb --replicas={replicas} -n inferadb",
            "inputs": {"replicas": {"type": "integer", "default": 10, "min": 1, "max": 50}},
        },
        {"id": "by-hand", "title": "Fail over", "manual": "Press the red button in the console"},
    ],
}


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **amount: float) -> datetime:
        self.at += timedelta(**amount)
        return self.at


@dataclass
class Known:
    """The people of muster.yaml."""

    names: dict[str, str] = field(
        default_factory=lambda: {"on-call": "S0ONCALL", "platform-lead": SAM, "manager": PRIYA}
    )

    def resolve(self, name: str) -> str | None:
        return self.names.get(name)


@dataclass
class Sent:
    """What a mitigation would send."""

    line: str
    sends: tuple[str, ...] = ("PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb",)
    diff: str = ""
    warnings: tuple[str, ...] = ()
    refused: str = ""
    uids: dict[str, str] = field(default_factory=dict)
    before: str = ""


class Running:
    """Answers as a cluster would, as the test has said; nothing is asked of anybody."""

    def __init__(self) -> None:
        self.answers: dict[str, Output | Exception | asyncio.Event] = {}
        self.refused: LineRefused | None = None
        self.applied: list[tuple[str, dict[str, object]]] = []
        self.uids = {"deployment.apps/inferadb": "one"}
        self.before = ""
        self.hit: list[Mapping[str, str] | None] = []
        self.rollout: list[str] = ["Waiting for 1 of 3", "successfully rolled out"]
        self.rollout_fails: str = ""
        self.points: list[tuple[datetime, float]] = []
        self.held = asyncio.Event()
        self.held.set()

    async def run_step(self, step: Diagnostic, runbook: Runbook) -> Output:
        answer = self.answers.get(step.id, printed(step.line, "all fine\n", value=0.0))
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return printed(step.line, "at last\n")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run_typed(self, text: str, runbook: Runbook | None) -> Output:
        if self.refused:
            raise self.refused
        answer = self.answers.get("typed", printed(text, "NAME   READY\ninferadb-1   1/1\n"))
        assert isinstance(answer, Output)
        return answer

    async def request(self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]) -> Sent:
        values = validated(mitigation, inputs)
        return Sent(mitigation.line.format(**values), uids=dict(self.uids), before=self.before)

    async def apply(
        self,
        mitigation: Mitigation,
        runbook: Runbook,
        inputs: Mapping[str, object],
        *,
        uids: Mapping[str, str] | None = None,
    ) -> Output:
        self.applied.append((mitigation.id, dict(inputs)))
        self.hit.append(uids)
        answer = self.answers.get("apply", printed(mitigation.line, "deployment.apps/inferadb rolled back\n"))
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Output)
        return answer

    async def follow(
        self, mitigation: Mitigation, runbook: Runbook, inputs: Mapping[str, object]
    ) -> AsyncIterator[str]:
        for sentence in self.rollout:
            await self.held.wait()
            yield sentence
        if self.rollout_fails:
            raise RolloutFailed(self.rollout_fails)

    async def series(
        self, promql: str, runbook: Runbook, *, since: datetime, until: datetime, points: int = 240
    ) -> list[Series]:
        if self.refused:
            raise self.refused
        return [Series({}, self.points)] if self.points else []


def printed(line: str, text: str = "", errors: str = "", exit_code: int = 0, **more: Any) -> Output:
    """Make an output."""
    return Output(line=line, text=text, errors=errors, exit_code=exit_code, took_ms=5, left_out=0, notes=(), **more)


class House:
    """The use cases over a real database, and what Slack would have been told."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.changed = asyncio.Event()
        store.committed = self.changed.set
        self.clock = clock
        self.runbooks = {"inferadb": Runbook.model_validate(RUNBOOK)}
        self.telling = Telling(self.runbooks, Known())
        self.incidents = Incidents(store, self.telling)
        self.updates = Updates(store, self.telling)
        self.notices = Notices(store, self.telling)
        self.checklists = Checklists(store, self.telling)
        self.handoffs = Handoffs(store, self.telling, self.checklists)
        store.follow = Following(self.notices, self.checklists).follow
        self.duties = Duties(Response(self.telling), self.updates, self.notices, self.checklists)
        self.timeline = Timeline(store)
        self.running = Running()
        self.diagnoses = Diagnoses(store, self.telling, self.running)
        self.mitigations = Mitigations(store, self.telling, self.running, check_every=timedelta(0))
        self.examined = Incidents(store, self.telling, self.diagnoses)
        self.postmortems = Postmortems(store, self.telling)

    async def declare(self, title: str = "Checkout errors above 5%", severity: str = "SEV-2", **more: Any) -> Incident:
        declaration = Declaration(title=title, service="inferadb", severity=severity, **more)
        return await self.incidents.declare(declaration, by=By(ALEX))

    async def diagnosed(self, title: str = "Checkout errors above 5%", **more: Any) -> Incident:
        """Declare, and wait until the quick assessment is done."""
        declaration = Declaration(title=title, service="inferadb", severity="SEV-2", **more)
        incident = await self.examined.declare(declaration, by=By(ALEX))
        await self.diagnoses.idle()
        return incident

    async def until(self, asked: Callable[[], Awaitable[object]]) -> None:
        """Wait until it is so, asking after each change of the database."""
        async with asyncio.timeout(20):
            while True:
                self.changed.clear()
                if await asked():
                    return
                await self.changed.wait()

    async def newest(self, part: str) -> str:
        """Return the newest text of the message whose key contains `part`."""
        return (await self.said(part))[-1]

    async def incident(self, number: int = 1) -> Incident:
        async with self.store.reading() as reading:
            return await reading.incident(number)

    async def entries(self, number: int = 1) -> list[Entry]:
        async with self.store.reading() as reading:
            return list(await reading.entries(number))

    async def kinds(self, number: int = 1) -> list[str]:
        return [entry.kind.value for entry in await self.entries(number)]

    async def effects(self, method: str = "", part: str = "") -> list[EffectRow]:
        """Return the effects still wanted, in order, whose key or place contains `part`."""
        query = select(EffectRow).where(EffectRow.state == EffectState.WAITING).order_by(col(EffectRow.id))
        async with self.store.database.reading() as session:
            rows = (await session.exec(query)).all()
        return [row for row in rows if method in row.method and part in row.key]

    async def said(self, part: str = "") -> list[str]:
        """Return the texts people would read, of messages whose key contains `part`."""
        return [texts_of(row) for row in await self.effects("chat.", part)]

    async def due(self, number: int = 1, *kinds: DueKind) -> dict[str, datetime]:
        """Return what is due when; of those kinds alone, if some are named."""
        async with self.store.reading() as reading:
            rows = [row for row in await reading.due_of(number) if not kinds or row.kind in kinds]
        return {f"{row.kind}/{row.subject}".rstrip("/"): row.due_at for row in rows}

    async def created(self, number: int = 1, channel: str = "C0INC1", ts: str = "1772766001.000100") -> None:
        """Let Slack have made the channel and the card."""
        async with self.store.changing(number, by=By(None)) as change:
            change.incident.channel = channel
            change.incident.card_ts = ts
            await change.add(Place(name=f"incident/{number}/card", channel=channel, ts=ts))


def texts_of(row: EffectRow) -> str:
    """Return every text of a message, as one."""
    return "\n".join(_texts([row.arguments.get("text", ""), row.arguments.get("blocks", [])]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, part in value.items() if name in SPOKEN for text in _texts(part)]
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []


SPOKEN = {"text", "blocks", "elements", "fields", "accessory", "title", "label", "url", "options", "description"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that has been brought to this version once, to be copied."""
    path = tmp_path_factory.mktemp("database") / "muster.db"

    async def migrate() -> None:
        store = Store(f"sqlite+aiosqlite:///{path}", now=Clock())
        await store.open()
        await store.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
async def house(tmp_path: Path, migrated: Path, clock: Clock) -> AsyncIterator[House]:
    shutil.copy(migrated, tmp_path / "muster.db")
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", now=clock)
    await store.open()
    built = House(store, clock)
    yield built
    await built.diagnoses.stop()
    await built.mitigations.stop()
    await store.close()
