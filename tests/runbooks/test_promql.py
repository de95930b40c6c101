"""Prometheus's answers become numbers, tables and series; its troubles become sentences."""

import asyncio
import json
import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from runbooks.promql import AT_ONCE, Answered, Prometheus, PromqlFailed, answered, shown
from tests.runbooks.examples import answering, served

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def result(kind: str, value: Any) -> str:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": value}})


def vector(*rows: tuple[dict[str, str], str]) -> str:
    return result("vector", [{"metric": metric, "value": [1, value]} for metric, value in rows])


async def asked(body: str, status: int = 200) -> Answered:
    async with served(answering(body, status)) as url:
        return await Prometheus(url).ask("up", timeout=5)


@pytest.mark.parametrize(
    ("body", "text", "value"),
    [
        (result("scalar", [1, "0.0625"]), "0.0625\n", 0.0625),
        (result("string", [1, "hello"]), "hello\n", None),
        (vector(({}, "12")), "12\n", 12.0),
        (vector(({"__name__": "up", "pod": "a"}, "1")), 'up{pod="a"}   1\n', 1.0),
        (vector(({"pod": "a"}, "1"), ({"pod": "bb"}, "+Inf")), '{pod="a"}    1\n{pod="bb"}   +Inf\n', None),
        (result("matrix", [{"metric": {}, "values": [[1, "1"], [2, "3"]]}]), "3   (the last of 2, from 1 to 3)\n", 3.0),
        (
            vector(
                ({"__name__": "up", "job": "x", "pod": "a"}, "1"), ({"__name__": "up", "job": "x", "pod": "b"}, "0")
            ),
            'up{job="x"}\n{pod="a"}   1\n{pod="b"}   0\n',
            None,
        ),
        (result("vector", [{"metric": {}, "histogram": [1, {"count": "2", "sum": "5"}]}]), "5\n", 5.0),
    ],
)
async def test_an_answer_is_a_text_and_a_number_where_it_is_one(body: str, text: str, value: float | None) -> None:
    said = await asked(body)
    assert (said.text, said.value) == (text, value)


async def test_nan_is_no_number_and_says_what_it_may_mean() -> None:
    said = await asked(vector(({}, "NaN")))
    assert (said.text, said.value) == ("NaN\n", None)
    assert "no traffic" in said.notes[0]


async def test_no_data_says_so() -> None:
    assert "No data" in (await asked(vector())).notes[0]


def test_a_long_table_is_cut_and_says_so() -> None:
    rows = [{"metric": {"pod": str(n)}, "value": [1, "1"]} for n in range(60)]
    said = answered(rows)
    assert said.text.count("\n") == 50
    assert "10 more rows" in said.notes[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.1235"),
        (12.0, "12"),
        (4048953000.5, "4048953000"),
        (math.nan, "NaN"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (1e20, "1e+20"),
    ],
)
def test_a_number_is_shown_with_four_figures(value: float, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (
            json.dumps({"status": "error", "errorType": "bad_data", "error": "parse error: unexpected \"}\" in 'up'"}),
            400,
            "Prometheus refuses the query: parse error: unexpected \"}\" in 'up'",
        ),
        ("no", 401, "does not let Muster in"),
        ("no", 502, "HTTP 502"),
        ("<html>", 200, "is not Prometheus"),
        ("{}", 200, "is not Prometheus"),
    ],
)
async def test_a_refusal_is_one_plain_sentence(body: str, status: int, said: str) -> None:
    with pytest.raises(PromqlFailed) as caught:
        await asked(body, status)
    assert said in str(caught.value)
    assert "b'" not in str(caught.value)


async def test_a_prometheus_that_is_down_says_where_it_should_be_without_its_password() -> None:
    async with served(answering("")) as url:
        pass
    with pytest.raises(PromqlFailed, match=r"http://127\.0\.0\.1:\d+ cannot be reached\. Is it up") as caught:
        await Prometheus(url.replace("//", "//me:secret@")).ask("up", timeout=5)
    assert "secret" not in str(caught.value)


async def test_a_prometheus_that_hangs_is_given_up() -> None:
    async def handler(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with served(handler) as url:
        with pytest.raises(PromqlFailed, match=r"did not answer within 0\.2 s"):
            await Prometheus(url).ask("up", timeout=0.2)


async def test_a_prometheus_that_hangs_leaves_the_threads_to_everybody_else() -> None:
    answers, busy, asked_ = asyncio.Event(), asyncio.Event(), 0

    async def handler(_request: web.Request) -> web.Response:
        nonlocal asked_
        asked_ += 1
        if asked_ == AT_ONCE:
            busy.set()
        await answers.wait()
        return web.Response(text=vector(({}, "1")))

    async with served(handler) as url:
        prometheus = Prometheus(url)
        asks = [asyncio.create_task(prometheus.ask("up", timeout=60)) for _ in range(50)]
        async with asyncio.timeout(50):
            await busy.wait()
            assert await asyncio.to_thread(str, "free") == "free"
        assert not any(ask.done() for ask in asks)
        answers.set()
        assert [said.value for said in await asyncio.gather(*asks)] == [1.0] * 50


async def test_what_prometheus_warns_of_is_told() -> None:
    body = json.loads(vector(({}, "1"))) | {"warnings": ["partial response: store-2 is down"], "infos": ["no counter"]}
    said = await asked(json.dumps(body))
    assert (said.value, said.notes) == (1.0, ("Prometheus warns: partial response: store-2 is down",))


async def test_no_more_of_an_answer_is_read_than_fits() -> None:
    sent = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(1000):
                await response.write(b" " * 1024 * 1024)
                sent += 1
        return response

    async with served(handler) as url:
        with pytest.raises(PromqlFailed, match=r"more than 8 MiB: too many series\. Add a label"):
            await Prometheus(url).ask("up", timeout=60)
    assert sent < 100


async def test_the_query_its_time_limit_and_headers_are_sent() -> None:
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(text=vector(({}, "1")))

    async with served(handler) as url:
        await Prometheus(f"{url}/", {"X-Scope-OrgID": "a"}).ask("sum(up)", timeout=7, at=NOW)
    assert dict(seen[0].query) == {"query": "sum(up)", "timeout": "7s", "time": "1795262400.000"}
    assert seen[0].path == "/api/v1/query"
    assert seen[0].headers["X-Scope-OrgID"] == "a"


async def test_series_have_times_and_numbers() -> None:
    body = result("matrix", [{"metric": {"pod": "a"}, "values": [[1795262400, "0.5"], [1795262415, "NaN"]]}])
    async with served(answering(body)) as url:
        series = await Prometheus(url).series("up", since=NOW, until=NOW + timedelta(hours=1))
    assert series[0].labels == {"pod": "a"}
    assert series[0].points[0] == (NOW, 0.5)
    assert math.isnan(series[0].points[1][1])


@pytest.mark.parametrize(
    ("window", "points", "step"), [(timedelta(hours=4), 240, 60.0), (timedelta(days=365), 10**6, 2867.0)]
)
async def test_never_more_points_are_asked_for_than_prometheus_gives(
    window: timedelta, points: int, step: float
) -> None:
    steps: list[float] = []

    async def handler(request: web.Request) -> web.Response:
        steps.append(float(request.query["step"]))
        return web.Response(text=result("matrix", []))

    async with served(handler) as url:
        assert await Prometheus(url).series("up", since=NOW, until=NOW + window, points=points) == []
    assert steps[0] == pytest.approx(step, rel=0.01)
