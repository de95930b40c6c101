"""The whole bot starts, hears, tells, waits for what is down, refuses what is wrong, and stops."""

import ast
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot import starting, wiring
from bot.connecting import connections
from bot.errors import SettingsError
from bot.settings import MusterConfig, Settings
from sandbox.slack.alone import serving
from sandbox.slack.workspace import Workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def slack() -> AsyncIterator[tuple[Workspace, str]]:
    workspace = Workspace(manifest=yaml.safe_load((ROOT / "manifest.yaml").read_text()))
    async with serving(workspace) as address:
        yield workspace, address


@pytest.fixture(autouse=True)
def _kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here may see a real cluster."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("PROMETHEUS_URL", raising=False)


def settings(slack: tuple[Workspace, str], folder: Path, **more: Any) -> Settings:
    workspace, address = slack
    values = {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_api_url": f"{address}api/",
        "database_url": f"sqlite:///{folder / 'muster.db'}",
        "http_host": "127.0.0.1",
        "http_port": 0,
    }
    return Settings(**{**values, **more})


@dataclass
class Running:
    url: str
    task: "asyncio.Task[None]"

    async def get(self, path: str) -> tuple[int, Any]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as response:
            return response.status, await response.json(
                content_type=None
            ) if path == "/readyz" else await response.text()

    async def until_ready(self, *, ready: bool = True) -> None:
        async with asyncio.timeout(20):
            while ((await self.get("/readyz"))[0] == 200) is not ready:  # noqa: ASYNC110 - a process has no event
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def running(given: Settings) -> AsyncIterator[Running]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(starting.serve(given, stop=stop, port=port))
    await asyncio.wait({task, port}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield Running(f"http://127.0.0.1:{port.result()}", task)
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


async def say(address: str, text: str) -> dict[str, Any]:
    body = {"as": "U0ALEX", "channel": "C0GENERAL", "text": text}
    async with aiohttp.ClientSession() as session, session.post(f"{address}people/say", json=body) as response:
        return await response.json()


async def until_card(workspace: Workspace) -> Any:
    async with asyncio.timeout(20):
        while True:
            found = [one for one in workspace.channels.values() if one.name.startswith("incident-") and one.pins]
            if found:
                return found[0]
            await asyncio.sleep(0.02)


async def test_one_line_declares_over_socket_mode(slack: tuple[Workspace, str], tmp_path: Path):
    async with running(settings(slack, tmp_path)) as bot:
        await bot.until_ready()
        assert (await say(slack[1], "/incident declare SEV-2 inferadb Checkout errors"))["ok"]
        channel = await until_card(slack[0])
        assert "U0ALEX" in channel.members
        assert 'muster_incidents_open{severity="SEV-2"} 1.0' in (await bot.get("/metrics"))[1]


@pytest.mark.postgres
async def test_two_replicas_on_postgresql_tell_everything_once(
    slack: tuple[Workspace, str], tmp_path: Path, postgres_url: str
):
    given = settings(slack, tmp_path, database_url=postgres_url)
    async with running(given) as one, running(given) as other:
        await one.until_ready()
        await other.until_ready()
        for number in range(4):
            assert (await say(slack[1], f"/incident declare SEV-2 inferadb Number {number}"))["ok"]
        async with asyncio.timeout(30):
            while 'state="waiting"' in (await one.get("/metrics"))[1] or len(_cards(slack[0])) < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    for channel in _cards(slack[0]):
        keys = [str(one["metadata"]) for one in channel.messages.values() if one.get("metadata")]
        assert len(keys) == len(set(keys))
        assert len(channel.pins) == 1
    assert len(_cards(slack[0])) == 4


def _cards(workspace: Workspace) -> list[Any]:
    return [one for one in workspace.channels.values() if one.name.startswith("incident-") and one.pins]


async def test_one_line_declares_over_http(slack: tuple[Workspace, str], tmp_path: Path):
    secret = slack[0].signing_secret
    async with running(settings(slack, tmp_path, slack_app_token="", slack_signing_secret=secret)) as bot:
        await bot.until_ready()
        slack[0].delivery.mode, slack[0].delivery.url = "http", f"{bot.url}/slack/events"
        assert (await say(slack[1], "/incident declare SEV-2 inferadb Checkout errors"))["ok"]
        assert "U0ALEX" in (await until_card(slack[0])).members


async def test_an_unsigned_payload_is_refused(slack: tuple[Workspace, str], tmp_path: Path):
    given = settings(slack, tmp_path, slack_app_token="", slack_signing_secret="secret")
    async with (
        running(given) as bot,
        aiohttp.ClientSession() as session,
        session.post(f"{bot.url}/slack/events", json={"type": "event_callback"}) as response,
    ):
        assert response.status == 401


@pytest.mark.parametrize("name", ["slack_bot_token", "slack_app_token"])
async def test_a_wrong_token_ends_the_start_at_once(slack: tuple[Workspace, str], tmp_path: Path, name: str):
    wrong = {"slack_bot_token": "xoxb-wrong", "slack_app_token": "xapp-wrong"}[name]
    with pytest.raises(SettingsError, match=f"{name.upper()}: Slack refuses the token: invalid_auth") as refused:
        async with asyncio.timeout(10):
            await starting.serve(settings(slack, tmp_path, **{name: wrong}), stop=asyncio.Event())
    assert "wrong" not in str(refused.value)


async def test_an_unreachable_slack_is_waited_for(slack: tuple[Workspace, str], tmp_path: Path):
    slack[0].faults.add("auth.test", 500, times=1)
    async with running(settings(slack, tmp_path)) as bot:
        status, parts = await bot.get("/readyz")
        assert (status, parts["slack"]) == (503, False)
        await bot.until_ready()


async def test_an_unreachable_database_is_waited_for_while_people_are_told(
    slack: tuple[Workspace, str], tmp_path: Path
):
    given = settings(slack, tmp_path, database_url="postgresql://nobody@127.0.0.1:1/muster")
    async with running(given) as bot:
        async with asyncio.timeout(20):
            await slack[0].delivery.sockets.until(1)
        status, parts = await bot.get("/readyz")
        assert (status, parts) == (503, {"ok": False, "database": False, "slack": True, "scheduler": False})
        assert (await bot.get("/healthz"))[0] == 200
        await say(slack[1], "/incident list")
        async with asyncio.timeout(10):
            while not slack[0].channels["C0GENERAL"].ephemerals.get("U0ALEX"):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        (told, *_) = slack[0].channels["C0GENERAL"].ephemerals["U0ALEX"]
        assert "database does not answer" in str(told)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"database_url": "mysql://x"}, "DATABASE_URL names mysql"),
        ({"database_url": "sqlite:////nowhere/at/all.db"}, "DATABASE_URL does not work: unable to open"),
        ({"muster_config": Path("/nowhere/muster.yaml")}, "MUSTER_CONFIG: /nowhere/muster.yaml cannot be read"),
        ({"runbooks_dir": Path("/nowhere")}, "/nowhere:1: there is no such folder"),
    ],
)
async def test_a_wrong_setting_ends_the_start(slack: tuple[Workspace, str], tmp_path: Path, more: Any, says: str):
    with pytest.raises(SettingsError, match=says):
        async with asyncio.timeout(10):
            await starting.serve(settings(slack, tmp_path, **more), stop=asyncio.Event())


async def test_a_connection_that_slack_closes_is_made_again(slack: tuple[Workspace, str], tmp_path: Path):
    sockets = slack[0].delivery.sockets
    async with running(settings(slack, tmp_path)) as bot:
        await bot.until_ready()
        await sockets.refresh()
        async with asyncio.timeout(20):
            await sockets.until(1)
        assert (await say(slack[1], "/incident declare SEV-2 inferadb Checkout errors"))["ok"]
        await until_card(slack[0])


async def test_a_restart_takes_up_what_was_left(slack: tuple[Workspace, str], tmp_path: Path):
    slack[0].faults.add("conversations.create", 500, times=1)
    async with running(settings(slack, tmp_path)) as bot:
        await bot.until_ready()
        await say(slack[1], "/incident declare SEV-2 inferadb Checkout errors")
        async with asyncio.timeout(10):
            while not slack[0].calls.of("conversations.create"):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.005)
    async with running(settings(slack, tmp_path)):
        await until_card(slack[0])
    names = [one.name for one in slack[0].channels.values() if one.name.startswith("incident-")]
    assert len(names) == 1


def test_proxy_variables_are_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    starting.without_proxies()
    assert "HTTPS_PROXY" not in os.environ


async def test_everybody_with_a_duty_is_asked_when_something_is_due(slack: tuple[Workspace, str], tmp_path: Path):
    dutiful = {
        node.name
        for path in (ROOT / "bot" / "incidents").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(one, ast.AsyncFunctionDef) and one.name == "act" for one in node.body)
    }
    wanted, config = settings(slack, tmp_path), MusterConfig()
    async with connections(wanted, config) as lines, aiohttp.ClientSession() as session:
        parts = wiring.build(wanted, config, {}, lines, session)
        asked = {type(one).__name__ for one in parts.clock._acting._parts}
    assert asked == dutiful - {"Duties"}
