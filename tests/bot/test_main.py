"""The `muster` command: its help is fast, its mistakes are one line, and it stops when it is told to."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import main
from bot.store.store import By, Store
from bot.store.tables import Diagnosis, Incident, Kind, Link, MitigationRun, StepOutput
from bot.wiring import now
from tests.bot.test_wiring import slack

__all__ = ["slack"]

HEAVY = ("slack_bolt", "slack_sdk", "kubernetes", "sqlalchemy", "matplotlib", "aiohttp")


async def muster(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await start(*arguments, **environment)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def start(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**kept, **environment},
        cwd=Path(__file__).parents[2],
    )


async def test_help_names_every_command_and_loads_nothing_heavy():
    program = (
        "import runpy, sys; sys.argv = ['muster', '--help']\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    out = (await process.communicate())[0].decode()
    assert all(f"\n    {command} " in out for command in ("serve", "run", "lint", "doctor", "export"))
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "muster: SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "muster: neither SLACK_APP_TOKEN"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": "nonsense"},
            "muster: DATABASE_URL",
        ),
        ({"HTTP_PORT": "x"}, "muster: HTTP_PORT: "),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("serve",)])
async def test_a_wrong_setting_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], environment: dict[str, str], says: str
):
    code, out, err = await muster(*arguments, **environment)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(says)


async def test_a_wrong_token_is_one_line_and_exit_code_2(slack, tmp_path: Path):
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "SLACK_APP_TOKEN": slack[0].app_token,
        "SLACK_API_URL": f"{slack[1]}api/",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'muster.db'}",
        "HTTP_PORT": "0",
        "HTTP_HOST": "127.0.0.1",
        "LOG_FORMAT": "json",
    }
    code, _, err = await muster(**environment)
    last = err.splitlines()[-1]
    assert (code, last[:24]) == (2, "muster: SLACK_BOT_TOKEN:")
    assert "Traceback" not in err
    assert "xoxb-wrong" not in err


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_cleanly(slack, tmp_path: Path, signal_: signal.Signals):
    process = await start(
        SLACK_BOT_TOKEN=slack[0].bot_token,
        SLACK_APP_TOKEN=slack[0].app_token,
        SLACK_API_URL=f"{slack[1]}api/",
        DATABASE_URL=f"sqlite:///{tmp_path / 'muster.db'}",
        HTTP_PORT="0",
        HTTP_HOST="127.0.0.1",
        LOG_FORMAT="json",
    )
    async with asyncio.timeout(30):
        await slack[0].delivery.sockets.until(1)
    process.send_signal(signal_)
    async with asyncio.timeout(10):
        _, err = await process.communicate()
    events = [json.loads(line) for line in err.decode().splitlines()]
    assert (process.returncode, events[-1]["event"]) == (0, "stopped")
    assert not [event for event in events if event["level"] in {"error", "critical"}]
    assert slack[0].bot_token not in err.decode()


@pytest.fixture
async def recorded(tmp_path: Path) -> str:
    """A database with one incident."""
    url = f"sqlite:///{tmp_path / 'muster.db'}"
    store = Store(url, now=now)
    await store.open()
    async with store.changing(by=By("U0ALEX")) as change:
        values = {"service": "inferadb", "severity": "SEV-2", "declared_by": "U0ALEX", "started_at": change.now}
        other = await change.add(Incident(title="Secret", private=True, **values))
        third = await change.add(Incident(title="Other", **values))
    async with store.changing(by=By("U0ALEX")) as change:
        incident = await change.add(Incident(title="Checkout", **values))
        change.write(Kind.DECLARED, "declared ünïcode")
        run = await change.add(Diagnosis(incident=incident.id or 0, started_at=change.now))
        await change.add(StepOutput(diagnosis=run.id or 0, step="pods", title="Pods", text="NAME"))
        mitigation = {"mitigation": "restart", "title": "Restart", "by": "U0ALEX", "started_at": change.now}
        await change.add(MitigationRun(incident=incident.id or 0, token="single-use", **mitigation))
        for one in (other, third):
            await change.add(Link(first=one.id or 0, second=incident.id or 0))
    await store.close()
    return url


async def test_export_needs_only_the_database(recorded: str):
    code, out, err = await muster("export", "INC-3", DATABASE_URL=recorded)
    assert (code, err) == (0, "")
    assert "Checkout" in out.splitlines()[0]
    assert out == (await muster("export", "3", "--format", "md", DATABASE_URL=recorded))[1]


async def test_export_as_json_has_every_record_and_no_token(recorded: str):
    code, out, _ = await muster("export", "inc3", "--format", "json", DATABASE_URL=recorded)
    document = json.loads(out)
    assert code == 0
    assert document["incident"]["title"] == "Checkout"
    assert document["timeline"][0]["text"] == "declared ünïcode"
    assert document["diagnoses"][0]["outputs"][0]["text"] == "NAME"
    assert document["mitigations"][0]["title"] == "Restart"
    assert document["linked"] == ["INC-2"]
    assert "single-use" not in out


@pytest.mark.parametrize("ref", ["INC-99", "nonsense"])
async def test_export_of_nothing_says_so(recorded: str, ref: str):
    code, out, err = await muster("export", ref, DATABASE_URL=recorded)
    assert (code, out) == (1, "")
    assert err.startswith("muster: There is no incident")


async def test_export_makes_no_new_database(tmp_path: Path):
    path = tmp_path / "missing.db"
    code, _, err = await muster("export", "INC-1", DATABASE_URL=f"sqlite:///{path}")
    assert (code, path.exists()) == (2, False)
    assert "there is no database" in err


async def test_run_and_lint_need_neither_slack_nor_database():
    assert (await muster("lint"))[0] == 0
    code, out, _ = await muster("run", "--explain", "kubectl get pods -n inferadb")
    assert code == 0
    assert out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as refused:
        main(["frobnicate"])
    assert refused.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


async def test_the_process_answers_while_it_serves(slack, tmp_path: Path, unused_tcp_port: int):
    process = await start(
        SLACK_BOT_TOKEN=slack[0].bot_token,
        SLACK_APP_TOKEN=slack[0].app_token,
        SLACK_API_URL=f"{slack[1]}api/",
        DATABASE_URL=f"sqlite:///{tmp_path / 'muster.db'}",
        HTTP_PORT=str(unused_tcp_port),
        HTTP_HOST="127.0.0.1",
    )
    async with asyncio.timeout(30):
        await slack[0].delivery.sockets.until(1)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{unused_tcp_port}/healthz") as answer:
        assert answer.status == 200
    process.terminate()
    await process.communicate()
