"""Every line of the five services' wikis is walked: it runs, it runs where allowed, or a person is told why not."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from runbooks.compiling import LineRefused, Purpose, compiled
from runbooks.model import Runbook
from runbooks.outputs import Output
from runbooks.reading import check_file, check_text
from runbooks.running import ClusterPlace, Connections, PrometheusPlace, Runner, ToolPlace
from sandbox.application import Application
from sandbox.cluster.alone import START, serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.worlds import company_cluster
from sandbox.profiles import PROFILES
from tests.runbooks import seeds
from tests.runbooks.database import Place
from tests.runbooks.examples import served
from tests.runbooks.seeds import KUSTOMIZATION, MANIFESTS, MANUAL, MENDED, ROWS, SPECS, Row

OUTSIDE = ("auth.example.com", "api.ml-platform.com", "api.active-inference.com", "database.internal", "cache.internal",
           "optimal-build.example.com")  # fmt: skip
WOULD_RUN = {
    "A13": ("total_time", "total_exec_time"),
    "A31": ("", "--headless"),
    "A48": ("<query>", "audit_log"),
    "B30": (" idx_scan < 100", "coalesce(idx_scan, 0) < 100"),
    "M21": ("ml-inference-api-xxx", "{pod}"),
    "M25": ("2023-XX-XX:XX:XX:XX", "{time}"),
    "O49": ("BACKUP_ID", "{backup}"),
}
"""What nothing refuses and still does the wrong thing: a column that is gone, a table left out, a gap."""
ASKING = ("kubectl-read", "kubectl-exec", "kubectl-write", "http", "promql", "sql", "host", "tool")
NOT_THERE = {"A38", "A41", "A43"}
"""Programs that the sandbox's containers need not have."""
NO_EXTENSION = 'relation "pg_stat_statements" does not exist'
"""The sandbox's database answers A13 as one does where nobody has created the extension."""


def _by_id(ids: list[Row]) -> dict[str, list[Row]]:
    return {"argvalues": ids, "ids": [one.id for one in ids]}


def test_all_of_them_are_there_and_in_one_state() -> None:
    assert len(ROWS) == len({row.id for row in ROWS}) == 240
    states = Counter(seeds.state(row) for row in ROWS)
    assert set(states) == {"told", "runs", "runs where allowed", "manual"}
    assert not (set(MENDED) & set(MANUAL))


@pytest.mark.parametrize("row", **_by_id(list(ROWS)))
def test_no_row_is_left_out_in_silence(row: Row) -> None:
    state = seeds.state(row)
    if row.kind.startswith("kubectl") or row.kind in {"http", "promql", "sql"}:
        assert state == "runs" or (row.kind == "kubectl-exec" and row.id in MANUAL)
    if state == "manual":
        assert MANUAL[row.id]
        with pytest.raises(LineRefused) as refused:
            compiled(row.command, None, Purpose(programs=True))
        assert refused.value.instead or refused.value.reason
    if state == "told":
        assert seeds.TOLD[row.kind]


@pytest.mark.parametrize("row", **_by_id([row for row in ROWS if row.id in MENDED and row.id not in WOULD_RUN]))
def test_a_mended_row_is_refused_as_it_was_with_the_mend(row: Row) -> None:
    checked = check_text(yaml.safe_dump(seeds.runbook(row, seeds.as_written(row))), "wiki.yaml")
    assert checked.errors
    assert all(one.problem and one.mend for one in checked.errors)


@pytest.mark.parametrize(("id_", "changed"), WOULD_RUN.items())
def test_a_row_that_would_run_as_it_was_is_mended_for_what_it_would_do(id_: str, changed: tuple[str, str]) -> None:
    row = next(row for row in ROWS if row.id == id_)
    wrong, right = changed
    was, is_ = (str({**one, "inputs": None}) for one in (seeds.as_written(row), seeds.part(row)))
    assert check_text(yaml.safe_dump(seeds.runbook(row, seeds.as_written(row))), "wiki.yaml").errors == ()
    assert wrong in was
    assert wrong not in is_ or not wrong
    assert right in is_
    assert right not in was


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """The manifests that lie beside the runbooks."""
    for name, (version, kind, called, namespace) in MANIFESTS.items():
        one = {"apiVersion": version, "kind": kind, "metadata": {"name": called, "namespace": namespace}}
        one |= {"data": {"a": "b"}} if kind == "ConfigMap" else {"spec": SPECS[kind]}
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(yaml.safe_dump(one))
    (tmp_path / KUSTOMIZATION).write_text("resources: [config.yaml]\n")
    return tmp_path


def _loaded(row: Row, folder: Path, outside: str = "") -> Runbook:
    """Read the row as a runbook's file would be; `outside` takes the place of the internet."""
    text = yaml.safe_dump(seeds.runbook(row, services=["inferadb", "load-balancer", "active-inference-api"]))
    for host in OUTSIDE if outside else ():
        text = text.replace(f"https://{host}", outside)
    file = folder / f"{row.id}.yaml"
    file.write_text(text, "utf-8")
    checked = check_file(file)
    assert checked.runbook is not None, checked.errors
    assert not checked.errors, [str(error) for error in checked.errors]
    return checked.runbook


@pytest.mark.parametrize("row", **_by_id([row for row in ROWS if seeds.state(row).startswith("runs")]))
def test_a_row_that_runs_is_accepted_when_its_runbook_is_read(row: Row, folder: Path) -> None:
    _loaded(row, folder)


async def _answer(request: web.Request) -> web.Response:
    if request.path == "/api/v1/query":
        result = [{"metric": {"le": "1"}, "value": [1, "0.5"]}]
        return web.json_response({"status": "success", "data": {"resultType": "vector", "result": result}})
    return web.json_response({"status": "ok", "keys": []})


@asynccontextmanager
async def _company(tools: Mapping[str, ToolPlace], dsn_file: Path | None = None) -> AsyncIterator[tuple[Runner, str]]:
    """Serve the whole pretend company's cluster, and something that answers outside of it."""
    cluster = company_cluster(Clock(START, speed=60))
    for profile in PROFILES:
        Application(cluster, profile)
    databases = {"orders-db": dsn_file} if dsn_file else {}
    async with serving(cluster, ticking=True) as (_, kubeconfig), served(_answer) as outside:
        places = Connections(
            default=ClusterPlace(kubeconfig),
            prometheus={"prod": PrometheusPlace(outside)},
            databases=databases,
            tools=tools,
        )
        async with places:
            yield Runner(places, now=lambda: datetime.fromtimestamp(cluster.now(), UTC)), outside


def _pod(row: Row) -> dict[str, str]:
    """A pod to choose, where one has to be chosen."""
    return {"pod": "nobody-0"} if "{pod}" in str(MENDED.get(row.id, {})) else {}


async def _ran(runner: Runner, row: Row, runbook: Runbook) -> Output:
    if runbook.diagnostics:
        return await runner.run_step(runbook.diagnostics[0], runbook)
    mitigation = runbook.mitigations[0]
    request = await runner.request(mitigation, runbook, _pod(row))
    assert request.sends, row.id
    return await runner.apply(mitigation, runbook, _pod(row), uids=request.uids)


def _well(row: Row, output: Output) -> bool:
    """Whether the world itself answered, as it would have answered the tool."""
    if row.id in NOT_THERE:
        return "executable file not found" in output.errors or output.exit_code == 0
    if _pod(row):
        return "NotFound" in output.errors or "was not there when this was previewed" in output.errors
    remarks = (
        "No resources found",
        "previous terminated container",
        "% Total",
        "Found ",
        "arning: ",
        "< HTTP/1.1 200",
        NO_EXTENSION,
    )
    remarked = any(remark in output.errors for remark in remarks)
    return output.exit_code in {0, 1} and (not output.errors or remarked)


async def test_every_row_that_asks_the_cluster_or_an_address_really_runs(folder: Path) -> None:
    rows = [row for row in ROWS if seeds.state(row).startswith("runs") and row.kind not in {"sql", "tool"}]
    rows = [row for row in rows if not {"sql", "tool"} & set(seeds.part(row))]
    rows.sort(key=lambda row: ("inputs" in seeds.part(row), row.kind == "kubectl-write"))
    wrong = {}
    async with _company({}) as (runner, outside):
        for row in rows:
            output = await _ran(runner, row, _loaded(row, folder, outside))
            if not _well(row, output):
                wrong[row.id] = (output.exit_code, output.errors[:300], output.text[:100])
    assert not wrong, "\n".join(f"{id_}: {said}" for id_, said in wrong.items())
    assert len(rows) > 150


@pytest.mark.postgres
async def test_every_row_of_sql_really_runs(place: Place, folder: Path) -> None:
    rows = [row for row in ROWS if seeds.state(row) == "runs" and {"sql", "connection"} & set(seeds.part(row))]
    async with _company({}, place.dsn_file) as (runner, _):
        for row in rows:
            output = await _ran(runner, row, _loaded(row, folder))
            assert output.exit_code == 0, (row.id, output.errors)
            assert "row" in output.text or "VACUUM" in output.text or output.saved, row.id
    assert len(rows) == 14


async def _by_hand(runner: Runner, row: Row, runbook: Runbook) -> str:
    """What a person is told who has to run it."""
    try:
        output = await _ran(runner, row, runbook)
    except LineRefused as refused:
        return str(refused)
    assert (output.text, output.errors) == ("", "")
    return output.manual


async def test_every_tool_runs_where_it_is_allowed_and_is_a_persons_elsewhere(folder: Path) -> None:
    rows = [row for row in ROWS if "tool" in seeds.part(row) and seeds.state(row) != "told"]
    names = {compiled(str(seeds.part(row)["tool"]), None, Purpose(kind="tool")).tool for row in rows}
    printing = folder / "printing"
    printing.write_text(f"#!{sys.executable} -I\nimport sys\nprint(*sys.argv[1:], sep='|')\n")
    printing.chmod(0o700)
    async with _company({name: ToolPlace(printing) for name in names}) as (runner, _):
        for row in rows:
            output = await _ran(runner, row, _loaded(row, folder))
            assert (output.exit_code, output.errors, output.manual) == (0, "", ""), row.id
            assert output.text
    async with _company({}) as (runner, _):
        for row in rows:
            assert "does not run on this installation" in await _by_hand(runner, row, _loaded(row, folder)), row.id
    assert len(rows) == 23
