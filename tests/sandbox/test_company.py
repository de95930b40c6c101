"""The whole company: started, broken, healed, begun anew, stopped without a trace."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg  # type: ignore[import-untyped]  # it comes without types
import pytest
import yaml

from sandbox import __main__ as command
from sandbox.serving import Options, ServedCompany

PATIENCE = 60
"""Seconds after which something hangs, however busy the machine is."""


class Front:
    """Asks the front server."""

    def __init__(self, session: aiohttp.ClientSession, company: ServedCompany) -> None:
        self.session, self.company = session, company

    async def get(self, path: str) -> Any:
        async with self.session.get(self.company.page + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        async with self.session.post(self.company.page + path, json=body or {}) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def query(self, expression: str) -> list[float]:
        url = f"{self.company.prometheus.url}/api/v1/query"
        async with self.session.get(url, params={"query": expression}) as answer:
            found = (await answer.json())["data"]["result"]
            return [float(one["value"][1]) for one in found]


async def acknowledged(socket: aiohttp.ClientWebSocketResponse) -> Any:
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope


def private(path: str) -> bool:
    return Path(path).stat().st_mode & 0o077 == 0


def text(path: str) -> str:
    return Path(path).read_text("utf-8")


def folders(path: Path) -> list[str]:
    return [one.name for one in path.iterdir() if one.is_dir()]


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    company = ServedCompany(Options(prometheus=False))
    await company.start()
    async with aiohttp.ClientSession() as session:
        yield Front(session, company)
    await company.stop()
    assert not company.folder.exists()


async def test_the_environment_says_all_that_muster_needs(front: Front) -> None:
    env = front.company.env()
    assert set(env) == {
        "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "KUBECONFIG", "PROMETHEUS_URL",
        "MUSTER_CONFIG",
    }  # fmt: skip
    assert env["SLACK_API_URL"] == f"{front.company.page}api/"
    assert private(env["KUBECONFIG"])
    assert "on-call: S0ONCALL" in text(env["MUSTER_CONFIG"])


async def test_the_databases_of_the_company_are_named_and_answer(front: Front) -> None:
    config = yaml.safe_load(text(front.company.env()["MUSTER_CONFIG"]))
    names = {f"{service}-db" for service in ("ml-platform", "active-inference", "optimal-build")}
    assert set(config["connections"]) == set(front.company.connections) == names
    for name, one in config["connections"].items():
        assert private(one["dsn_file"])
        assert text(one["dsn_file"]).strip() == front.company.connections[name]
    connection = await asyncpg.connect(front.company.connections["active-inference-db"])
    await front.post("sandbox/break", {"service": "active-inference", "story": "database-locks"})
    waiting = "SELECT count(*)::text || ' wait' FROM pg_locks WHERE NOT granted"
    assert await connection.fetchval(waiting) == "23 wait"
    await front.post("sandbox/reset")
    assert await connection.fetchval(waiting) == "0 wait"
    await connection.close()


async def test_the_state_tells_stories_and_services(front: Front) -> None:
    state = await front.get("sandbox/state")
    assert len(state["stories"]) == 13
    assert {story["name"] for story in state["stories"]} >= {"bad-deploy", "out-of-memory", "disk-full"}
    assert [service["service"] for service in state["services"]] == [
        "inferadb", "omendb", "ml-platform", "active-inference", "optimal-build",
    ]  # fmt: skip
    assert all(service["healthy"] for service in state["services"])
    service = state["services"][0]
    assert (service["service"], service["healthy"], service["replicas"]) == (
        "inferadb",
        True,
        {"ready": 6, "desired": 6},
    )
    assert state["prometheus"]["running"] is False
    assert "switched off" in state["prometheus"]["trouble"]


async def test_a_story_is_broken_healed_and_forgotten(front: Front) -> None:
    wanted = {"service": "inferadb", "story": "bad-deploy"}
    assert "crash-loops" in (await front.post("sandbox/break", wanted))["about"]
    assert (await front.post("sandbox/break", wanted, status=400))["error"].endswith("Heal it first.")
    await front.post("sandbox/clock", {"advance_seconds": 60})
    service = (await front.get("sandbox/state"))["services"][0]
    assert not service["healthy"]
    assert service["error_ratio"] > 0.1
    said = await front.get("people/messages?as=U0ALEX&channel=C0PLATFORM")
    assert any("InferaDBHighErrorRate firing" in message["text"] for message in said["messages"])
    assert (await front.post("sandbox/heal"))["healed"] == ["bad-deploy"]
    await front.post("sandbox/clock", {"advance_seconds": 60})
    assert (await front.get("sandbox/state"))["services"][0]["healthy"]
    await front.post("sandbox/break", wanted)
    await front.post("sandbox/reset")
    state = await front.get("sandbox/state")
    assert not any(story["active"] for story in state["stories"])
    assert (await front.get("people/messages?as=U0ALEX&channel=C0PLATFORM"))["messages"] == []


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("break", {"service": "inferadb", "story": "nosuch"}), ("clock", {}), ("clock", {"advance_seconds": -1}),
        ("clock", {"advance_seconds": 1e9}), ("clock", {"speed": -1}), ("faults", {"status": None}),
        ("faults", {"status": 500, "times": 0}), ("faults", {"of": "cluster", "status": 200}),
        ("heal", {"service": "nosuch"}), ("faults", {"status": 429, "retry_after": "soon"}), ("faults", {"status": 7}),
        ("delivery", {"mode": "pigeon"}), ("again", {}), ("again", {"times": 0}),
    ],
)  # fmt: skip
async def test_a_wrong_control_is_told_in_a_sentence(front: Front, what: str, body: Any) -> None:
    assert (await front.post(f"sandbox/{what}", body, status=400))["error"].endswith(".")


async def test_what_is_no_json_is_refused_and_no_other_page_can_send_it(front: Front) -> None:
    url = f"{front.company.page}sandbox/heal"
    for media, body in (("application/json", b"{bad"), ("application/json", b"[]"), ("text/plain", b"{}")):
        async with front.session.post(url, data=body, headers={"Content-Type": media}) as answer:
            assert answer.status == 400
    await front.post("sandbox/nosuch", status=404)


@pytest.mark.parametrize("headers", [{"Host": "evil.example.com"}, {"Origin": "https://evil.example.com"}])
async def test_another_sites_page_is_refused_by_whatever_name(front: Front, headers: dict[str, str]) -> None:
    company = front.company
    cluster = yaml.safe_load(text(company.env()["KUBECONFIG"]))["clusters"][0]["cluster"]["server"]
    pages = [company.page + path for path in ("people/state?as=U0ALEX", "sandbox/state", "people/live?as=U0ALEX")]
    for url in (*pages, f"{cluster}/version", f"{company.prometheus.url}/api/v1/query?query=up"):
        async with front.session.get(url, headers=headers) as answer:
            assert answer.status == 403


async def test_faults_and_calls_reach_the_slack_and_the_cluster(front: Front) -> None:
    headers = {"Authorization": f"Bearer {front.company.workspace.bot_token}"}
    await front.post("sandbox/faults", {"method": "auth.test", "status": 500})
    codes = []
    for _ in range(2):
        async with front.session.post(f"{front.company.page}api/auth.test", headers=headers) as answer:
            codes.append(answer.status)
    assert codes == [500, 200]
    assert [call["method"] for call in await front.get("sandbox/calls")] == ["auth.test", "auth.test"]
    await front.post("sandbox/calls/clear")
    assert await front.get("sandbox/calls") == []
    await front.post("sandbox/faults", {"of": "cluster", "status": 500, "times": 2})
    assert len(front.company.cluster.faults) == 2
    await front.post("sandbox/faults/clear")
    assert front.company.cluster.faults == []
    await front.post("sandbox/delivery", {"mode": "http", "url": "http://127.0.0.1:1/"})
    assert front.company.workspace.delivery.mode == "http"


async def test_slack_delivers_again_and_asks_its_connections_to_come_back(front: Front) -> None:
    headers = {"Authorization": f"Bearer {front.company.workspace.app_token}"}
    async with front.session.post(f"{front.company.page}api/apps.connections.open", headers=headers) as answer:
        url = (await answer.json())["url"]
    async with front.session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        say = {"as": "U0ALEX", "channel": "C0INCIDENTS", "text": "/incident help"}
        typed = asyncio.create_task(front.post("people/say", say))
        await acknowledged(socket)
        await typed
        again = asyncio.create_task(front.post("sandbox/again", {"times": 3}))
        assert len({(await acknowledged(socket))["payload"]["trigger_id"] for _ in range(3)}) == 1
        assert (await again)["acknowledged"] == 3
        await front.post("sandbox/refresh")
        assert (await socket.receive_json())["type"] == "disconnect"


@pytest.mark.prometheus
async def test_prometheus_has_an_hour_of_quiet_history_at_once_and_scrapes_on() -> None:
    company = ServedCompany()
    await company.start()
    try:
        async with aiohttp.ClientSession() as session:
            front = Front(session, company)
            assert company.prometheus.trouble == ""
            errors, requests = "sum(rate(inferadb_errors_total[5m]))", "sum(rate(inferadb_requests_total[5m]))"
            assert 300 < (await front.query(requests))[0] < 500
            assert 300 < (await front.query("sum(rate(inferadb_requests_total[5m] offset 50m))"))[0] < 500
            assert (await front.query(f"{errors} / {requests}"))[0] < 0.001
            p99 = "histogram_quantile(0.99, sum by (le) (rate(inferadb_request_duration_seconds_bucket[5m])))"
            assert 0.02 < (await front.query(p99))[0] < 0.1
            async with asyncio.timeout(PATIENCE):
                while len(await front.query("up == 1")) < 5:
                    pass
            status = 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))'
            assert 0 < (await front.query(status))[0] < 0.001
            memory = 'container_memory_usage_bytes{namespace="optimal-build"} / container_spec_memory_limit_bytes'
            assert [0.2 < share < 0.7 for share in await front.query(memory)] == [True] * 4
            assert (await front.query('sum(pg_stat_activity_count{job="ml-platform"})'))[0] == 17
            assert (await front.query("sum(rate(omendb_requests_total[5m] offset 40m))"))[0] > 150
    finally:
        await company.stop()
    assert not company.prometheus.is_running


async def test_without_prometheus_everything_else_works_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("sandbox.prometheus.TOOLS", Path("/nowhere"))
    company = ServedCompany()
    await company.start()
    try:
        assert company.prometheus.trouble.startswith("Prometheus is not installed")
        assert company.env()["PROMETHEUS_URL"].startswith("http://127.0.0.1:")
    finally:
        await company.stop()


async def test_a_port_that_is_taken_is_told_and_leaves_nothing(front: Front) -> None:
    port = int(front.company.page.rstrip("/").rpartition(":")[2])
    second = ServedCompany(Options(port=port, prometheus=False))
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    assert not second.folder.exists()


@pytest.mark.prometheus
async def test_the_program_says_one_line_and_a_sigterm_stops_it_without_a_trace(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    words = (sys.executable, "-m", "sandbox", "--json")
    process = await asyncio.create_subprocess_exec(*words, env=env, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
    broken = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "break", "inferadb", "bad-deploy", env=env, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await broken.communicate()
    assert (broken.returncode, b"crash-loops" in out) == (0, True)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert folders(tmp_path) == []
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{said['env']['PROMETHEUS_URL']}/-/ready")


async def test_the_demo_greets_once_the_bot_is_connected_and_both_end_together(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    words = (sys.executable, "-m", "sandbox", "demo", "--no-prometheus")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, env=env, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while not (line := await process.stdout.readline()).startswith(b"Open http://127.0.0.1:"):
            assert line, "it ended without a greeting"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert folders(tmp_path) == []


def test_the_command_lists_stories_and_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["stories"]) == 0
    assert "inferadb bad-deploy: " in capsys.readouterr().out


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://example.com/"])
def test_without_a_running_company_the_command_says_so(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert command.main(["heal", "--url", url]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_http_mode_needs_to_know_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--slack-mode", "http"]) == 2
    assert "--events-url" in capsys.readouterr().err


async def test_a_tick_that_fails_is_told_and_the_next_ones_come(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    ticked = asyncio.Event()

    def fail_once() -> None:
        cluster.listeners[:] = [*(one for one in cluster.listeners if one is not fail_once), ticked.set]
        raise KeyError("odd")

    cluster = front.company.cluster
    cluster.listeners.append(fail_once)
    async with asyncio.timeout(PATIENCE):
        await ticked.wait()
    assert [record.message for record in caplog.records] == ["a tick of the cluster failed"]
