"""Steps side by side: none delays another, a cluster is not flooded, and what is stopped has stopped."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from runbooks.model import Diagnostic
from runbooks.outputs import LIMIT, Evidence, Output
from runbooks.postgres.psql_guard import guarded
from runbooks.running import ClusterPlace, Connections, LineRefused, Runner
from sandbox.cluster.alone import kubeconfig, serving, still_cluster, written
from tests.runbooks.database import Place
from tests.runbooks.examples import answering, runbook, served

BOOK = runbook()
NOW = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)


def step(**more: Any) -> Diagnostic:
    return Diagnostic.model_validate({"id": "a", **more})


async def test_a_step_that_hangs_delays_nobody_and_says_when_it_was_given_up() -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/slow":
            asked.set()
            await answered.wait()
        return web.Response(text="well")

    async with served(handler) as url, Connections() as connections:
        runner = Runner(connections)
        slow = asyncio.create_task(runner.run_step(step(http=f"{url}/slow", timeout="2s"), BOOK))
        await asked.wait()
        fast = await asyncio.gather(*(runner.run_step(step(http=f"{url}/fast"), BOOK) for _ in range(5)))
        assert not slow.done()
        given_up = await slow
        answered.set()
    assert [output.text for output in fast] == ["well"] * 5
    assert given_up.exit_code == 28
    assert "timed out after 2000 milliseconds" in given_up.errors


async def test_reading_what_a_person_typed_keeps_nobody_waiting() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    async with Connections() as connections:
        with pytest.raises(LineRefused, match="syntax error"):
            await Runner(connections).run_typed("kubectl get pods -o json | jq '.['", BOOK)
    beside.cancel()
    assert turns > 1


async def test_a_cluster_gets_only_so_many_requests_at_once(tmp_path: Path) -> None:
    going = peak = 0
    full = asyncio.Event()

    async def handler(_request: web.Request) -> web.Response:
        nonlocal going, peak
        going += 1
        peak = max(peak, going)
        if going == 2:
            full.set()
        await full.wait()
        going -= 1
        return web.json_response({"kind": "Status"})

    async with served(handler) as url:
        path = written(kubeconfig(url), str(tmp_path))
        async with Connections({"prod": ClusterPlace(path)}, at_once=2) as connections:
            runner = Runner(connections)
            line = step(run="kubectl get --raw /healthz")
            outputs = await asyncio.gather(*(runner.run_step(line, BOOK) for _ in range(8)))
    assert peak == 2
    assert [output.exit_code for output in outputs] == [0] * 8


@pytest.mark.postgres
async def test_stopping_a_step_ends_its_statement_on_the_server(place: Place) -> None:
    sql = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE state = 'active' AND query LIKE '%(SELECT pg_sleep(66%' AND pid <> pg_backend_pid()"
    )

    async def going() -> str:
        return (await place.look(sql)).stdout.split("\n")[2].strip()

    async with Connections(databases={"orders-db": place.dsn_file}) as connections, asyncio.timeout(60):
        slow = step(sql="SELECT pg_sleep(66)", connection="orders-db", timeout="60s")
        task = asyncio.create_task(Runner(connections).run_step(slow, BOOK))
        while await going() != "1":
            assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while await going() != "0":
            pass


async def _one(line: str, url: str, **more: Any) -> Output:
    async with Connections() as connections:
        return await Runner(connections, now=lambda: NOW).run_step(step(run=line.format(url=url), **more), BOOK)


async def test_an_output_is_kept_as_evidence_where_the_line_or_the_step_says_so() -> None:
    async with served(answering("one\ntwo\n")) as url:
        line = await _one("curl -s {url} | grep two > log-$(date +%Y%m%d-%H%M%S).txt", url)
        key = await _one("curl -s {url}", url, save_as="log-{date}-{time}.txt")
        neither = await _one("curl -s {url}", url)
    assert line.saved == Evidence("log-20261121-123005.txt", "two\n")
    assert key.saved == Evidence("log-20261121-123005.txt", "one\ntwo\n")
    assert neither.saved is None
    assert line.text == "two\n"


async def test_evidence_has_a_limit_too_and_no_secrets() -> None:
    async with served(answering("password=hunter2hunter2\n" + "x" * 99 + "\n" * LIMIT)) as url:
        output = await _one("curl -s {url}", url, save_as="all.txt")
    assert output.saved is not None
    assert len(output.saved.text) <= LIMIT
    assert "hunter2" not in output.saved.text
    assert output.left_out


async def test_what_a_failure_means_is_said_when_it_fails_and_only_then() -> None:
    async with served(answering("", 503)) as url:
        line = await _one('curl -sf {url} || echo "Not well"', url)
        key = await _one("curl -sf {url}", url, otherwise="Not well")
    async with served(answering("well")) as url:
        well = await _one('curl -sf {url} || echo "Not well"', url)
    for failed in (line, key):
        assert (failed.text, failed.otherwise, failed.exit_code) == ("Not well\n", "Not well", 0)
        assert "503" in str(failed.notes)
    assert (well.text, well.otherwise) == ("well", "")


@pytest.mark.parametrize(("answer", "said"), [("x\n", ""), ("y\n", "none\n")])
async def test_what_a_failure_means_is_said_of_the_last_filter_too_and_the_line_counts_as_done(
    answer: str, said: str
) -> None:
    async with served(answering(answer)) as url:
        output = await _one('curl -s {url} | grep -q x || echo "none"', url)
    assert (output.text, output.exit_code) == (said, 0)


async def test_a_loop_of_the_wiki_runs_for_every_item() -> None:
    loop = "for pod in $(kubectl get pods -o name); do kubectl exec $pod -- hostname; done"
    async with serving(still_cluster()) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        output = await Runner(connections).run_step(step(run=loop), BOOK)
    assert output.exit_code == 0
    assert output.text.count("== pod/inferadb-") == 6
    names = [line for line in output.text.splitlines() if not line.startswith("==")]
    assert len(set(names)) == 6


async def test_the_psql_of_a_container_only_reads_and_is_shown_as_it_ran() -> None:
    line = 'kubectl exec deployment/inferadb -- psql -U postgres -c "SELECT 1;"'
    async with serving(still_cluster()) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        output = await Runner(connections).run_step(step(run=line), BOOK)
        refused = await Runner(connections).run_step(step(run=line.replace("SELECT 1", "DELETE FROM a")), BOOK)
    limit = "-c default_transaction_read_only=on -c statement_timeout=14500 -c standard_conforming_strings=on"
    assert f"env 'PGOPTIONS={limit}' psql" in output.line
    assert "A diagnostic only reads, and `DELETE` may do more." in refused.errors


@pytest.mark.postgres
async def test_the_guard_of_a_containers_psql_holds_on_a_real_server(place: Place) -> None:
    deleting = "CREATE FUNCTION deleting() RETURNS bigint LANGUAGE sql AS 'DELETE FROM models RETURNING id'"
    assert (await place.change(deleting)).exit_code == 0
    program = (str(place.psql), "-X", "-d", place.url, "-c", "SELECT deleting()", "-c", "SELECT pg_sleep(50)")
    words = guarded(("kubectl", "exec", "db-0", "--", *program), program, 3)
    process = await asyncio.create_subprocess_exec(*words[4:], stdout=-1, stderr=-1)
    _, errors = await process.communicate()
    assert errors.decode().splitlines() == [
        "ERROR:  cannot execute DELETE in a read-only transaction",
        'CONTEXT:  SQL function "deleting" statement 1',
        "ERROR:  canceling statement due to statement timeout",
    ]


async def test_a_typed_sql_or_tool_line_runs_only_as_it_stands_in_the_runbook(tmp_path: Path) -> None:
    sql = "SELECT count(*) FROM models"
    book = runbook(diagnostics=[{"id": "models", "sql": sql, "connection": "orders-db"}])
    async with Connections() as connections:
        runner = Runner(connections)
        standing = await runner.run_typed(sql, book)
        assert "no connection `orders-db`" in standing.errors
        for line in ('psql -c "SELECT 1"', 'psql service=orders-db -c "SELECT 1"', "helm list", "sql SELECT 1"):
            with pytest.raises(Exception, match=r"stands in a runbook|which database|tool:|not a program"):
                await runner.run_typed(line, book)


async def test_what_a_runbook_wants_hidden_is_hidden_before_a_filter_sees_it() -> None:
    book = runbook(redact=[r"customer-[0-9]+"])
    async with served(answering("failed for customer-4711\n")) as url, Connections() as connections:
        asked = step(run=f"curl -s {url} | grep -o 'customer-47' | wc -l")
        hidden = await Runner(connections).run_step(step(run=f"curl -s {url}", save_as="a.txt"), book)
        searched = await Runner(connections).run_step(asked, book)
    assert hidden.text == "failed for [redacted]\n"
    assert hidden.saved == Evidence("a.txt", hidden.text)
    assert searched.text == "0\n"
