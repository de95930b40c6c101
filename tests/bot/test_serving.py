"""Health, readiness and metrics say how things are, and never fail themselves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
import structlog

from bot import serving
from bot.errors import SettingsError, Unavailable
from bot.serving import Watched, application, listen


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def broken() -> bool:
    raise Unavailable


async def hanging() -> bool:
    await asyncio.Event().wait()
    return True


async def two() -> dict[str, int]:
    return {"waiting": 2}


async def gone() -> dict[str, int]:
    raise Unavailable


@contextlib.asynccontextmanager
async def served(watched: Watched) -> AsyncIterator[str]:
    runner = await listen(application(watched, None), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(("check", "status"), [(yes, 200), (no, 503), (broken, 503), (hanging, 503)])
async def test_it_is_ready_when_every_part_is(check: serving.Check, status: int):
    async with served(Watched({"database": yes, "slack": check}, two, two, patience=0.05)) as url:
        answer = await get(f"{url}/readyz")
    assert answer[0] == status
    assert f'"slack": {str(status == 200).lower()}' in answer[1]
    assert '"database": true' in answer[1]


async def test_a_fault_of_ours_in_a_check_is_no_and_stands_in_the_log():
    async def faulty() -> bool:
        raise LookupError("nobody foresaw this")

    with structlog.testing.capture_logs() as logs:
        async with served(Watched({"slack": faulty}, two, two)) as url:
            assert (await get(f"{url}/readyz"))[0] == 503
    assert [line["event"] for line in logs] == ["a part could not be asked how it is"]


async def test_the_process_is_healthy_whatever_its_parts_are():
    async with served(Watched({"database": broken}, gone, gone)) as url:
        assert (await get(f"{url}/healthz"))[0] == 200


async def test_metrics_count_effects_and_incidents():
    async with served(Watched({"slack": no}, two, two)) as url:
        status, text = await get(f"{url}/metrics")
    assert status == 200
    assert 'muster_effects{state="waiting"} 2.0' in text
    assert 'muster_incidents_open{severity="waiting"} 2.0' in text
    assert 'muster_ready{part="slack"} 0.0' in text
    assert "process_resident_memory_bytes" in text


async def test_metrics_leave_out_what_the_database_does_not_tell():
    async with served(Watched({}, gone, gone)) as url:
        status, text = await get(f"{url}/metrics")
    assert status == 200
    assert "muster_effects{" not in text


async def test_there_are_no_slack_payloads_over_http_in_socket_mode():
    async with served(Watched({}, two, two)) as url:
        assert (await get(f"{url}/slack/events"))[0] == 404


async def test_a_port_that_is_taken_is_said_in_one_line():
    runner = await listen(application(Watched({}, two, two), None), "127.0.0.1", 0)
    with pytest.raises(SettingsError, match=r"cannot listen on 127\.0\.0\.1"):
        await listen(application(Watched({}, two, two), None), "127.0.0.1", runner.addresses[0][1])
    await runner.cleanup()
