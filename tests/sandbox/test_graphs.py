"""The graphs after a reset, in a real Prometheus: a healthy hour, whenever one asks."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.graphs import Graphs
from sandbox.prometheus import Prometheus
from sandbox.serving import Options, ServedCompany
from tests.sandbox.test_company import Front

ERRORS = "sum(rate(inferadb_errors_total[1m])) / sum(rate(inferadb_requests_total[1m]))"
BROKEN = {"service": "inferadb", "story": "expired-keys"}


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    company = ServedCompany()
    await company.start()
    async with aiohttp.ClientSession() as session:
        yield Front(session, company)
    await company.stop()


async def errors(front: Front, expected: float) -> None:
    """Wait until the graph shows at least that share of errors."""
    async with asyncio.timeout(60):
        while (await front.query(ERRORS))[0] < expected:
            pass


@pytest.mark.prometheus
async def test_after_a_reset_the_first_question_sees_a_healthy_hour_and_no_story(front: Front) -> None:
    url = front.company.prometheus.url
    await front.post("sandbox/break", BROKEN)
    await errors(front, 0.02)
    answer = await front.post("sandbox/reset")
    assert answer["prometheus"]["ready"] is False
    (worst,) = await front.query(f"max_over_time(({ERRORS})[58m:10s])")
    assert worst < 0.005
    assert 300 < (await front.query("sum(rate(inferadb_requests_total[1m] offset 50m))"))[0] < 500
    state = (await front.get("sandbox/state"))["prometheus"]
    assert state == {"running": True, "ready": True, "url": url, "trouble": ""}


@pytest.mark.prometheus
async def test_resets_in_a_row_leave_one_prometheus_that_scrapes_on(front: Front) -> None:
    for _ in range(3):
        await front.post("sandbox/break", BROKEN)
        await front.post("sandbox/reset")
    async with asyncio.timeout(60):
        while len(await front.query("up == 1")) < 7:
            pass
    assert len([one for one in front.company.folder.iterdir() if one.name.startswith("prometheus-")]) == 1
    await front.post("sandbox/break", BROKEN)
    await errors(front, 0.02)


@pytest.mark.prometheus
async def test_counters_go_on_from_their_past_without_a_jump(front: Front) -> None:
    async with asyncio.timeout(60):
        while len(await front.query("up == 1")) < 7:
            pass
    for metric in ("inferadb_requests_total", "container_cpu_usage_seconds_total"):
        assert max(await front.query(f"resets({metric}[1h])")) == 0
        assert min(await front.query(f"increase({metric}[50m])")) > 1


@pytest.mark.prometheus
async def test_who_stops_waits_for_every_start_that_was_cut_short(tmp_path: Path) -> None:
    graphs, release, ended = Graphs(tmp_path, "127.0.0.1:1", [{"job": "nobody"}]), asyncio.Event(), asyncio.Event()
    begun = asyncio.Event()

    async def lingering() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await release.wait()
            ended.set()
        return ""

    graphs.renew(lingering)
    await begun.wait()
    graphs.renew(lingering)
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.05, release.set)
    await graphs.stop()
    assert ended.is_set()


async def test_a_question_to_a_prometheus_that_is_switched_off_is_answered_with_the_reason() -> None:
    company = ServedCompany(Options(prometheus=False))
    await company.start()
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{company.prometheus.url}/api/v1/query") as answer:
            assert answer.status == 503
            assert "switched off" in await answer.text()
    finally:
        await company.stop()


@pytest.mark.prometheus
async def test_a_past_that_cannot_be_laid_down_is_told_and_the_graphs_begin_now(tmp_path: Path) -> None:
    server = Prometheus(tmp_path / "home", "127.0.0.1:1", [{"job": "nobody"}])
    try:
        told = await server.start(lambda: asyncio.sleep(0, "this is no OpenMetrics\n"))
        assert told.startswith("The graphs begin now, without the hour before: promtool failed (")
        assert server.is_running
    finally:
        await server.stop()


@pytest.mark.prometheus
@pytest.mark.parametrize("steps", [0, 1, 3, 6, 12, 25, 50])
async def test_a_start_that_is_cut_short_leaves_nobody_at_work_in_its_folder(tmp_path: Path, steps: int) -> None:
    server = Prometheus(tmp_path / "home", "127.0.0.1:1", [{"job": "nobody"}])
    starting = asyncio.create_task(server.start(lambda: asyncio.sleep(0, "# EOF\n")))
    for _ in range(steps):
        await asyncio.sleep(0)
    starting.cancel()
    await asyncio.wait({starting})
    await server.stop()
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    await asyncio.get_running_loop().shutdown_default_executor()
    assert not (tmp_path / "home").exists()


@pytest.mark.prometheus
async def test_the_scratch_of_an_import_that_is_cut_short_stays_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, shared = tmp_path / "home", tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv("TMPDIR", str(shared))
    past = "".join(f"old_total {one} {one}.0\n" for one in range(200_000))
    server = Prometheus(home, "127.0.0.1:1", [{"job": "nobody"}])
    starting = asyncio.create_task(server.start(lambda: asyncio.sleep(0, f"# TYPE old counter\n{past}# EOF\n")))
    while not starting.done() and not [*home.glob("head*"), *shared.iterdir()]:
        await asyncio.wait({starting}, timeout=0.005)
    starting.cancel()
    await asyncio.wait({starting})
    assert starting.cancelled()
    assert [*shared.iterdir()] == []
