"""Every step that asks a database, in calm and in stories; what ends a connection in one way ends it in every way."""

import asyncpg  # type: ignore[import-untyped]  # it comes without types
import pytest

from runbooks.model import Diagnostic
from runbooks.outputs import Output
from sandbox.cluster.kinds import PODS
from sandbox.stories import STORIES
from tests.scenarios.told import Stage, asked, assessed, books, running

LONG = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE%' AND pid <> pg_backend_pid()"
)


def steps(service: str) -> list[Diagnostic]:
    """Give the steps of a runbook that ask a database, over PostgreSQL's protocol or in a pod."""
    return [one for one in books()[service].diagnostics if one.sql or "psql -U" in (one.run or "")]


async def answers(stage: Stage, service: str) -> dict[str, Output]:
    async with running(stage) as runner:
        return {one.id: await runner.run_step(one, books()[service]) for one in steps(service)}


async def done(stage: Stage, service: str, mitigation: str, **inputs: object) -> Output:
    runbook = books()[service]
    (wanted,) = [one for one in runbook.mitigations if one.id == mitigation]
    async with running(stage) as runner:
        return await runner.apply(wanted, runbook, inputs)


@pytest.mark.parametrize("service", ["active-inference", "ml-platform", "optimal-build"])
async def test_every_step_that_asks_a_database_answers_in_calm_and_in_every_story(service: str) -> None:
    assert any(one.sql for one in steps(service))
    for story in ["", *(one.name for one in STORIES if one.service == service)]:
        stage = Stage()
        if story:
            stage.begin(service, story)
            stage.wait(90)
        for name, output in (await answers(stage, service)).items():
            if name == "slow-queries":
                assert 'relation "pg_stat_statements" does not exist' in output.errors
                continue
            assert (output.errors, output.exit_code) == ("", 0), f"{story}: {name}"
            assert output.text.strip(), f"{story}: {name}"


async def test_the_locks_are_the_same_over_the_wire_in_a_pod_and_in_the_metrics() -> None:
    stage = Stage()
    stage.begin("active-inference", "database-locks")
    stage.wait(60)
    said = await answers(stage, "active-inference")
    assert "ALTER TABLE orders ADD COLUMN region text" in said["sessions"].text
    assert "(23 rows)" in said["locks"].text
    assert said["all-locks"].text.count("RowExclusiveLock    | f") == 23
    assert said["all-locks"].text.count("AccessExclusiveLock | t") == 1
    assert "pg_locks_waiting 23" in stage.applications["active-inference"].exposition()
    meant = await assessed(stage, "active-inference", "investigate")
    assert any("23 statements wait for a lock" in text and "ALTER TABLE" in text for text in meant.texts)


@pytest.mark.parametrize("way", ["wire", "pod"])
async def test_ending_the_holder_heals_the_locks_whichever_way_it_is_ended(way: str) -> None:
    stage = Stage()
    stage.begin("active-inference", "database-locks")
    stage.wait(60)
    assert not stage.applications["active-inference"].is_well()
    if way == "pod":
        assert "(1 row)" in (await done(stage, "active-inference", "end-queries", minutes=5)).text
    else:
        async with asked(stage) as files:
            connection = await asyncpg.connect(files["active-inference-db"].read_text().strip())
            assert await connection.execute(LONG) == "SELECT 1"
            await connection.close()
    stage.wait(60)
    assert stage.applications["active-inference"].is_well()
    after = await answers(stage, "active-inference")
    assert "(0 rows)" in after["locks-again"].text
    assert "ALTER TABLE" not in after["sessions"].text


async def test_a_full_database_is_seen_by_whoever_looks_and_freed_by_ending_what_is_idle() -> None:
    stage = Stage()
    stage.begin("ml-platform", "too-many-connections")
    stage.wait(60)
    said = await answers(stage, "ml-platform")
    assert said["connections"].text.split()[2] == "100"
    assert "83 | idle in transaction" in said["connections-by-state"].text
    assert '{state="idle in transaction"} 83' in stage.applications["ml-platform"].exposition()
    assert "(83 rows)" in (await done(stage, "ml-platform", "end-idle", minutes=10)).text
    stage.wait(60)
    assert stage.applications["ml-platform"].is_well()
    assert (await answers(stage, "ml-platform"))["connections"].text.split()[2] == "17"


async def test_what_ends_connections_over_the_wire_ends_those_it_means_alone() -> None:
    stage = Stage()
    database = stage.applications["optimal-build"].machine.database
    assert database is not None
    usual = database.connections
    database.connect("active", "SELECT * FROM transactions", stage.cluster.now() - 1200, 3)
    database.connect("idle", "ROLLBACK", stage.cluster.now() - 7200, 2)
    assert "(3 rows)" in (await done(stage, "optimal-build", "end-long-queries", minutes=10)).text
    assert database.connections == usual + 2
    assert "(2 rows)" in (await done(stage, "optimal-build", "end-idle", minutes=30)).text
    assert database.connections == usual


async def test_the_audit_log_of_an_attack_is_kept_as_csv() -> None:
    stage = Stage()
    stage.begin("optimal-build", "security-incident")
    stage.wait(60)
    kept = (await answers(stage, "optimal-build"))["keep-audit"].text
    assert kept.startswith("id,actor,action,created_at\n")
    assert kept.count("admin@198.51.100.23,login failed,2026-") == 9


async def test_vacuum_shows_in_the_dead_rows() -> None:
    stage = Stage()
    before = (await answers(stage, "ml-platform"))["dead-rows"].text
    assert (await done(stage, "ml-platform", "vacuum")).text == "VACUUM\n"
    after = (await answers(stage, "ml-platform"))["dead-rows"].text
    assert " 1930 " in before
    assert " 1930 " not in after


async def test_a_database_whose_pod_is_deleted_says_that_it_is_starting() -> None:
    stage = Stage()
    store = stage.cluster.store
    store.remove(PODS, store.need(PODS, "default", "postgres-0"))
    stage.wait(2)
    assert "starting up" in (await answers(stage, "active-inference"))["sessions"].errors
    stage.wait(30)
    assert (await answers(stage, "active-inference"))["sessions"].errors == ""
