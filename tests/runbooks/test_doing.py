"""Mitigations of every kind: what would be sent is told before, then exactly that is sent, and nothing else is hit."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from runbooks.executing import UNTRIED
from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.reading import check_file
from runbooks.running import ClusterPlace, Connections, InputRefused, LineRefused, Runner, ToolPlace
from sandbox.cluster.alone import serving, still_cluster
from tests.runbooks.database import Place
from tests.runbooks.examples import runbook, served

BOOK = runbook(values={"WHERE": "inferadb"})


@asynccontextmanager
async def running(**more: Any) -> AsyncIterator[Runner]:
    cluster = still_cluster()
    async with (
        serving(cluster) as (_, path),
        Connections({"prod": ClusterPlace(path)}, **more) as connections,
    ):
        yield Runner(connections, now=lambda: datetime.fromtimestamp(cluster.now(), UTC))


def fix(**more: Any) -> Mitigation:
    return Mitigation.model_validate({"id": "a", **more})


async def pods(runner: Runner) -> list[str]:
    output = await runner.run_typed("kubectl get pods -n inferadb -o name", BOOK)
    return [name.removeprefix("pod/") for name in output.text.split()]


async def test_a_delete_hits_what_was_shown_and_not_what_has_its_name_by_now() -> None:
    doomed = fix(run="kubectl delete pod {pod} --wait=false", inputs={"pod": {"type": "name"}})
    async with running() as runner:
        first, second, *_ = await pods(runner)
        shown = await runner.request(doomed, BOOK, {"pod": first})
        replaced = dict.fromkeys(shown.uids, "another")
        missed = await runner.apply(doomed, BOOK, {"pod": first}, uids=replaced)
        other = await runner.apply(doomed, BOOK, {"pod": second}, uids=shown.uids)
        hit = await runner.apply(doomed, BOOK, {"pod": first}, uids=shown.uids)
    assert list(shown.uids) == [f"pod/{first}"]
    assert "Conflict" in missed.errors
    assert "was not there when this was previewed" in other.errors
    assert (hit.exit_code, hit.text) == (0, f'pod "{first}" deleted from inferadb namespace\n')


async def test_a_choice_is_one_of_those_that_its_line_prints() -> None:
    asked = {"pod": {"type": "choice", "choices_from": "kubectl get pods -n inferadb -o name"}}
    doomed = fix(run="kubectl delete {pod} -n inferadb --wait=false", inputs=asked)
    async with running() as runner:
        first, *_ = await pods(runner)
        for do in (runner.request, runner.apply):
            with pytest.raises(InputRefused, match="is not, or no longer, among"):
                await do(doomed, BOOK, {"pod": "deployment/inferadb"})
        assert list((await runner.request(doomed, BOOK, {"pod": f"pod/{first}"})).uids) == [f"pod/{first}"]


async def test_where_the_choices_do_not_come_only_a_plain_name_is_taken() -> None:
    asked = {"pod": {"type": "choice", "choices_from": "kubectl get pod nobody -n inferadb -o name"}}
    doomed = fix(run="kubectl delete pod {pod} -n inferadb --wait=false", inputs=asked)
    async with running() as runner:
        first, *_ = await pods(runner)
        assert list((await runner.request(doomed, BOOK, {"pod": first})).uids) == [f"pod/{first}"]
        with pytest.raises(InputRefused, match="did not come"):
            await runner.request(doomed, BOOK, {"pod": f"pod/{first}"})


async def test_a_part_that_names_another_cluster_goes_there_alone() -> None:
    there = fix(run="kubectl scale deployment/inferadb --replicas=9", cluster="secondary")
    looking = Diagnostic(
        id="a", run="kubectl get deployment inferadb -o jsonpath={.spec.replicas}", cluster="secondary"
    )
    second = still_cluster()
    async with serving(second) as (_, path), Connections({"secondary": ClusterPlace(path)}) as connections:
        runner = Runner(connections, now=lambda: datetime.fromtimestamp(second.now(), UTC))
        await runner.apply(there, BOOK, {})
        assert (await runner.run_step(looking, BOOK)).text == "9"
    async with running() as runner:
        for asked in (runner.request, runner.apply):
            with pytest.raises(LineRefused, match="names no cluster `secondary`"):
                await asked(there, BOOK, {})
        assert "names no cluster `secondary`" in (await runner.run_step(looking, BOOK)).errors
        assert (await runner.run_step(looking.model_copy(update={"cluster": ""}), BOOK)).text == "6"


async def test_a_preview_keeps_how_to_take_it_back() -> None:
    async with running() as runner:
        shown = await runner.request(fix(run="kubectl scale deployment/inferadb --replicas=9"), BOOK, {})
    assert shown.inverse is not None
    assert "--replicas=6" in shown.inverse.words
    assert shown.token


async def test_a_request_that_changes_something_is_told_and_sent_as_it_is() -> None:
    heard: list[tuple[str, str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        heard.append((request.method, request.path, await request.text()))
        return web.Response(text="rebuilt\n")

    async with served(handler) as url, running() as runner:
        rebuild = fix(http=f"-X POST -d '{{index}}' {url}/admin/rebuild", inputs={"index": {"default": "a b"}})
        shown = await runner.request(rebuild, BOOK, {})
        assert not heard
        output = await runner.apply(rebuild, BOOK, {"index": "orders & more"})
    assert shown.sends[0] == f"POST {url}/admin/rebuild"
    assert shown.sends[-1] == "a b"
    assert UNTRIED in shown.warnings
    assert (output.text, heard) == ("rebuilt\n", [("POST", "/admin/rebuild", "orders & more")])


async def test_a_program_in_a_container_is_told_before_it_runs() -> None:
    flush = fix(run="kubectl exec -it deployment/inferadb -- redis-cli -h redis FLUSHDB")
    async with running() as runner:
        shown = await runner.request(flush, BOOK, {})
        output = await runner.apply(flush, BOOK, {})
    assert '["redis-cli", "-h", "redis", "FLUSHDB"]' in "".join(shown.sends)
    assert UNTRIED in shown.warnings
    assert output.text == "OK\n"


@pytest.mark.postgres
async def test_sql_is_told_before_it_runs_and_what_is_chosen_stays_a_value(place: Place) -> None:
    retire = fix(
        sql="UPDATE models SET status = 'retired' WHERE name = '{name}' OR id = {id}",
        connection="orders-db",
        inputs={"name": {}, "id": {"type": "integer", "default": 0}},
    )
    async with running(databases={"orders-db": place.dsn_file}) as runner:
        shown = await runner.request(retire, BOOK, {"name": "bert"})
        before = await place.look("SELECT count(*) FROM models WHERE status = 'active'")
        trick = await runner.apply(retire, BOOK, {"name": "x' OR 'a'='a"})
        output = await runner.apply(retire, BOOK, {"name": "bert", "id": "2"})
    sql = "UPDATE models SET status = 'retired' WHERE name = 'bert' OR id = 0"
    assert shown.line == sql
    assert shown.sends == ("ask the database `orders-db`:", sql)
    assert UNTRIED in shown.warnings
    assert before.stdout.split("\n")[2].strip() == "2"
    assert (trick.text, output.text) == ("UPDATE 0\n", "UPDATE 2\n")


async def test_a_tool_is_told_before_it_runs_and_gets_the_words_that_were_told(tmp_path: Path) -> None:
    program = tmp_path / "backup_tool"
    program.write_text(f"#!{sys.executable} -I\nimport sys\nprint(sys.argv[1:])\n")
    program.chmod(0o700)
    restore = fix(tool="backup_tool restore --backup-id {id} --force", inputs={"id": {"default": "latest"}})
    async with running(tools={"backup_tool": ToolPlace(program)}) as runner:
        shown = await runner.request(restore, BOOK, {})
        output = await runner.apply(restore, BOOK, {"id": "7; rm -rf /"})
    assert shown.sends[:5] == (
        f"start: {program}",
        "word: restore",
        "word: --backup-id",
        "word: latest",
        "word: --force",
    )
    assert output.text == "['restore', '--backup-id', '7; rm -rf /', '--force']\n"


async def test_a_tool_that_is_not_allowed_is_a_persons_and_nothing_runs() -> None:
    rollback = fix(tool="helm rollback inferadb -n inferadb")
    async with running() as runner:
        with pytest.raises(LineRefused) as shown:
            await runner.request(rollback, BOOK, {})
        with pytest.raises(LineRefused):
            await runner.apply(rollback, BOOK, {})
        why = runner.by_hand(rollback)
        assert runner.by_hand(fix(run="kubectl rollout undo deployment/a")) == ""
    assert "`helm` does not run on this installation" in why
    assert str(shown.value) == f"{why} The line: `helm rollback inferadb -n inferadb`."


async def test_a_database_that_muster_does_not_know_is_an_output() -> None:
    async with running() as runner:
        output = await runner.apply(fix(sql="DELETE FROM a", connection="nope"), BOOK, {})
    assert output.errors == ("muster.yaml has no connection `nope`. Add it under `connections`; it has none yet.\n")


async def test_a_declared_value_stands_in_a_line_and_an_undeclared_one_does_not() -> None:
    async with running() as runner:
        declared = await runner.request(fix(run='kubectl scale "deployment/$WHERE" --replicas=7'), BOOK, {})
        with pytest.raises(LineRefused, match="NOWHERE"):
            await runner.request(fix(run="kubectl scale deployment/$NOWHERE --replicas=7"), BOOK, {})
    assert declared.line == "kubectl scale deployment/inferadb --replicas=7"


def _wrong(**one: Any) -> str:
    from runbooks.checks.checking import problems  # beside its only use

    book = Runbook.model_validate(runbook(diagnostics=[], mitigations=[one], severities=[{"key": "P0"}]).model_dump())
    return "; ".join(f"{problem.problem} ({problem.mend})" for problem in problems(book))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"http": "http://inferadb:8080/health"}, "changes nothing"),
        ({"sql": "SELECT 1", "connection": "a"}, "changes nothing"),
        ({"sql": "DELETE FROM a"}, "which database is meant"),
        ({"tool": "/usr/bin/helm list"}, "Write `helm`"),
        ({"tool": "kubectl get pods"}, "Write the line as `run:`"),
        ({"run": "helm rollback a"}, "write it as `tool:`"),
        ({"run": "for a in b c; do kubectl delete pod $a; done"}, "no loop"),
        ({"tool": "cd a && npx playwright test"}, "`folder: a` for npx"),
    ],
)
def test_a_mitigation_that_could_not_be_done_is_an_error_when_it_is_read(one: dict[str, Any], said: str) -> None:
    assert said in _wrong(id="a", **one)


@pytest.mark.parametrize(
    "one",
    [
        {"http": "-X DELETE http://inferadb:8080/cache"},
        {"sql": "VACUUM", "connection": "a"},
        {"run": "psql -h db -c 'DELETE FROM a'", "connection": "a"},
        {"run": "kubectl exec deployment/a -- redis-cli FLUSHDB"},
        {"tool": "helm rollback a"},
        {"run": "curl -X POST http://inferadb:8080/a"},
    ],
)
def test_mitigations_may_be_of_every_kind(one: dict[str, Any]) -> None:
    assert _wrong(id="a", **one) == ""


HEAD = "service: orders\nseverities: [{key: P0}]\n"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (
            "mitigations:\n- {id: a, run: kubectl apply -f missing.yaml}",
            ':4: mitigations[0].run: the path "missing.yaml" does not exist (put it into {folder})',
        ),
        (
            "mitigations:\n- id: a\n  run: kubectl apply -f broken.yaml",
            ":5: mitigations[0].run: error parsing broken.yaml",
        ),
        ("mitigations:\n- {id: a, run: kubectl apply -k missing}", ":4: mitigations[0].run: "),
        ("mitigations:\n- {id: a, run: kubectl apply -f ../up.yaml}", "may lie anywhere"),
        ("diagnostics:\n- {id: a, run: 'kubectl get pods -n $WHERE'}", ":4: diagnostics[0].run: `$WHERE` stands for"),
        ("diagnostics:\n- {id: a, run: kubectl get pods, connection: b}", "only `sql` and psql lines ask a database"),
        ("diagnostics:\n- {id: a, run: kubectl get pods, save_as: ../a}", "`../a` is no name of a file"),
        ("diagnostics:\n- {id: a, sql: DELETE FROM a, connection: b}", "Make it a mitigation"),
        ("diagnostics:\n- {id: a, tool: ../helm list}", "muster.yaml says where it is"),
    ],
)
def test_what_a_line_would_miss_is_an_error_when_it_is_read(rest: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [", "utf-8")
    file = tmp_path / "orders.yml"
    file.write_text(HEAD + rest, "utf-8")
    (error,) = check_file(file).errors
    assert said.replace("{folder}", str(tmp_path)) in str(error)


def test_values_and_manifests_that_are_there_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", "utf-8")
    file = tmp_path / "orders.yml"
    lines = "values: {WHERE: shop}\ndiagnostics:\n- {id: a, run: 'kubectl get pods -n $WHERE'}\n"
    file.write_text(f"{HEAD}{lines}mitigations:\n- {{id: b, run: kubectl apply -f job.yaml}}\n", "utf-8")
    assert check_file(file).errors == ()


async def test_what_a_preview_did_not_find_is_not_deleted_later() -> None:
    doomed = fix(run="kubectl delete pods -l app=inferadb --wait=false")
    async with running() as runner:
        before = await pods(runner)
        missed = await runner.apply(doomed, BOOK, {}, uids={})
        assert await pods(runner) == before
    assert "was not there when this was previewed" in missed.errors


async def test_what_lives_in_another_namespace_is_not_taken_for_gone() -> None:
    waiting = Diagnostic(id="a", run="kubectl wait --for=delete pods -l app=inferadb -A --timeout=50ms")
    async with running() as runner:
        output = await runner.run_step(waiting, runbook(kubernetes={"namespace": "default"}))
    assert "condition met" not in output.text
    assert "timed out waiting for the condition on pods/inferadb" in output.errors
