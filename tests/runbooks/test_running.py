"""Lines run against a cluster, an address and Prometheus; a broken world is an output, never an exception."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from runbooks.model import Diagnostic, Mitigation, Runbook
from runbooks.redaction import MASK
from runbooks.running import (
    ClusterPlace,
    Connections,
    InputRefused,
    LineRefused,
    PrometheusPlace,
    RolloutFailed,
    Runner,
    SeriesUnavailable,
    Usage,
)
from sandbox.cluster.alone import kubeconfig, serving, still_cluster, written
from sandbox.cluster.cluster import Cluster
from tests.runbooks.examples import answering, runbook, served

BOOK = runbook()


@asynccontextmanager
async def running(
    cluster: Cluster | None = None, *, context: str = "prod", prometheus: str = "http://127.0.0.1:9"
) -> AsyncIterator[Runner]:
    cluster = cluster or still_cluster()
    async with serving(cluster) as (_, path):
        places = {"prod": ClusterPlace(path, context)}
        async with Connections(places, {"prod": PrometheusPlace(prometheus)}) as connections:
            yield Runner(connections, now=lambda: datetime.fromtimestamp(cluster.now(), UTC))


def step(**more: object) -> Diagnostic:
    return Diagnostic.model_validate({"id": "a", **more})


def mitigation(id_: str) -> Mitigation:
    found = BOOK.mitigation(id_)
    assert found is not None
    return found


async def test_a_step_runs_in_the_runbooks_namespace_when_it_names_none() -> None:
    async with running() as runner:
        output = await runner.run_step(BOOK.diagnostics[0], BOOK)
    assert (output.exit_code, output.errors) == (0, "")
    assert output.text.startswith("NAME ")
    assert output.text.count("Running") == 6
    assert output.line == "kubectl get pods -l app=inferadb"


async def test_a_step_that_looks_for_pods_reads_the_pods_themselves() -> None:
    async with running() as runner:
        output = await runner.run_step(BOOK.diagnostics[0], BOOK)
        plain = await runner.run_step(step(run="kubectl get pods"), BOOK)
    assert all("containerStatuses" in one["status"] for one in output.objects)
    assert not any("spec" in one for one in plain.objects)


async def test_filters_and_their_exit_code_count() -> None:
    async with running() as runner:
        counted = await runner.run_step(step(run="kubectl get pods | grep -c Running"), BOOK)
        nothing = await runner.run_step(step(run="kubectl get pods | grep Nothing"), BOOK)
    assert (counted.text, counted.exit_code, counted.value) == ("6\n", 0, 6.0)
    assert (nothing.text, nothing.exit_code, nothing.value) == ("", 1, None)


async def test_a_step_for_a_person_is_not_run() -> None:
    async with running() as runner:
        output = await runner.run_step(step(manual="Call somebody"), BOOK)
    assert (output.line, output.text, output.exit_code) == ("Call somebody", "", 0)


async def test_foreach_runs_its_line_for_every_item() -> None:
    each = step(foreach="kubectl get pods -o name", run="kubectl get {item} -o jsonpath={.status.phase}")
    async with running() as runner:
        output = await runner.run_step(each, BOOK)
    assert output.text.count("== pod/inferadb-") == 6
    assert output.text.count("Running") == 6
    assert output.exit_code == 0


async def test_a_program_runs_in_every_pod(inferadb: Runbook) -> None:
    each = next(one for one in inferadb.diagnostics if one.id == "health-ready")
    cluster = still_cluster()
    cluster.proxied["inferadb", "inferadb"] = lambda method, path, body: (200, "text/plain", b"ready\n")
    async with running(cluster) as runner:
        output = await runner.run_step(each, inferadb)
    assert (output.exit_code, output.errors) == (0, "")
    assert output.text.count("ready\n") == output.text.count("== pod/inferadb-") >= 3


@pytest.mark.parametrize(("id_", "printed"), [("redis", "PONG"), ("foundationdb", "Redundancy mode")])
async def test_what_the_service_depends_on_is_asked_from_its_pods(id_: str, printed: str, inferadb: Runbook) -> None:
    each = next(one for one in inferadb.diagnostics if one.id == id_)
    async with running() as runner:
        output = await runner.run_step(each, inferadb)
    assert (output.exit_code, output.errors) == (0, "")
    assert printed in output.text


async def test_a_program_that_fails_says_so_and_gives_its_exit_code() -> None:
    failing = step(run="kubectl exec deployment/inferadb -- ls /nowhere | grep x")
    async with running() as runner:
        output = await runner.run_step(failing, BOOK)
        missing = await runner.run_step(step(run="kubectl exec deployment/inferadb -- nothing"), BOOK)
    assert "command terminated with exit code" in output.errors
    assert (output.text, missing.exit_code != 0) == ("", True)


async def test_who_may_not_start_programs_is_told_which_right_is_missing() -> None:
    async with running(context="prod-reader") as runner:
        output = await runner.run_step(step(run="kubectl exec deployment/inferadb -- ls"), BOOK)
    assert output.errors.startswith("error: unable to upgrade connection: ")
    assert 'resource "pods/exec"' in output.errors
    rule = 'Role of namespace inferadb: {apiGroups: [""], resources: ["pods/exec"]'
    assert any("Muster may not" in note and rule in note for note in output.notes)


async def test_foreach_over_nothing_says_what_the_listing_said() -> None:
    each = step(foreach="kubectl get pods -l app=none -o name", run="kubectl get {item}")
    async with running() as runner:
        output = await runner.run_step(each, BOOK)
    assert output.text == ""


async def test_a_bare_host_is_asked_through_the_clusters_service_proxy() -> None:
    async with running() as runner:
        output = await runner.run_step(BOOK.diagnostics[2], BOOK)
    assert "The API server could not reach service inferadb" in output.errors or output.text.startswith("#")


async def test_the_one_cell_of_a_table_is_a_number_wherever_psql_runs() -> None:
    async with served(answering(" count \n-------\n   120\n(1 row)\n\n")) as url, running() as runner:
        output = await runner.run_step(step(http=f"{url}/count"), BOOK)
    assert output.value == 120


async def test_promql_gives_a_number() -> None:
    body = '{"status":"success","data":{"resultType":"scalar","result":[1,"0.25"]}}'
    async with served(answering(body)) as url, running(prometheus=url) as runner:
        output = await runner.run_step(BOOK.diagnostics[1], BOOK)
    assert (output.text, output.value, output.exit_code) == ("0.25\n", 0.25, 0)


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("kubectl get pods", "Running"),
        ("kubectl get pods —all-namespaces", "NAMESPACE"),
        ("kubectl get pods | grep “inferadb-” | wc -l", "6\n"),
        ("`kubectl get deployments`", "6/6"),
        ("$ kubectl rollout history deployment/inferadb", "REVISION"),
    ],
)
async def test_a_person_may_type_reading_lines_as_slack_mangles_them(line: str, printed: str) -> None:
    async with running() as runner:
        output = await runner.run_typed(line, BOOK)
    assert printed in output.text
    assert output.exit_code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl delete pod x", "changes the cluster"),
        ("kubectl scale deployment/inferadb --replicas=0", "changes the cluster"),
        ("kubectl exec x -- sh", "only as a step of a runbook"),
        ("kubectl get pods; rm x", "`;`"),
        ("curl -X POST http://inferadb:8080/metrics", "may change something"),
        ("curl http://169.254.169.254/", "does not stand in the runbook of orders"),
        ("curl <http://evil.example|http://inferadb:8080/metrics>", "does not stand"),
    ],
)
async def test_a_person_may_type_nothing_that_changes_or_reaches_elsewhere(line: str, said: str) -> None:
    async with running() as runner:
        with pytest.raises(LineRefused, match=said):
            await runner.run_typed(line, BOOK)


async def test_what_kubectl_would_not_take_is_kubectls_own_error() -> None:
    async with running() as runner:
        output = await runner.run_typed("kubectl frobnicate", BOOK)
        with pytest.raises(Usage):
            runner.explain("kubectl frobnicate", BOOK)
    assert (output.errors, output.exit_code) == ('error: unknown command "frobnicate" for "kubectl"\n', 1)


async def test_who_may_not_is_told_in_kubectls_words_and_what_to_do() -> None:
    async with running(context="prod-nobody") as runner:
        output = await runner.run_typed("kubectl get pods", BOOK)
    assert output.errors.startswith("Error from server (Forbidden): pods is forbidden")
    rule = '{apiGroups: [""], resources: ["pods"], verbs: ["list"]}'
    assert output.notes == (f"Muster may not list pods there. Add to its Role of namespace inferadb: {rule}.",)
    assert output.exit_code == 1


async def _left_alone(stack: AsyncExitStack) -> Runner:
    """A runner whose cluster was there and is gone."""
    async with serving(still_cluster()) as (_, path):
        places = await stack.enter_async_context(Connections({"prod": ClusterPlace(path, "prod")}))
        runner = Runner(places)
        await runner.run_typed("kubectl get pods", BOOK)
    return runner


async def test_a_cluster_that_is_down_is_an_output() -> None:
    async with AsyncExitStack() as stack:
        runner = await _left_alone(stack)
        output = await runner.run_typed("kubectl get pods", BOOK)
    assert "connect" in output.errors
    assert output.exit_code == 1
    assert any("cannot be reached" in note for note in output.notes)


async def test_a_cluster_that_hangs_is_given_up(tmp_path: Path) -> None:
    async def handler(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with served(handler) as url:
        place = ClusterPlace(written(kubeconfig(url), str(tmp_path)), "prod")
        async with Connections({"prod": place}) as places:
            output = await Runner(places).run_step(step(run="kubectl get pods", timeout="1s"), BOOK)
    assert output.exit_code != 0
    assert "Unable to connect to the server" in output.errors or "No answer within" in output.errors


async def test_a_cluster_that_nobody_named_says_where_to_name_it() -> None:
    other = runbook(kubernetes={"cluster": "eu"})
    async with running() as runner:
        output = await runner.run_typed("kubectl get pods", other)
    assert output.errors == "muster.yaml has no cluster `eu`. Add it under `clusters`; it knows prod.\n"


async def test_a_kubeconfig_that_is_not_there_is_an_output() -> None:
    async with Connections(default=ClusterPlace("/nonexistent/kubeconfig")) as places:
        output = await Runner(places).run_typed("kubectl get pods", BOOK)
    assert output.exit_code == 1
    assert "kubeconfig" in output.errors


async def test_a_prometheus_that_is_down_or_unnamed_is_an_output() -> None:
    async with running() as runner:
        down = await runner.run_step(BOOK.diagnostics[1], BOOK)
        unnamed = await runner.run_step(BOOK.diagnostics[1], runbook(prometheus="eu"))
    assert "cannot be reached" in down.errors
    assert unnamed.errors == "There is no Prometheus `eu`. Set PROMETHEUS_URL, or name it in muster.yaml.\n"


async def test_a_secret_is_masked_before_a_filter_could_cut_it_to_pieces() -> None:
    async with served(answering("DB_PASSWORD=hunter2\n")) as url:
        book = runbook(diagnostics=[{"id": "env", "run": f"curl {url}/env | cut -c13- "}])
        async with running() as runner:
            output = await runner.run_step(book.diagnostics[0], book)
    assert "hunter2" not in output.text
    assert output.text == f"{MASK}\n"


async def test_a_flood_is_cut_and_says_how_much_is_missing() -> None:
    flood = "".join(f"line {number}\n" for number in range(200_000))
    async with served(answering(flood)) as url:
        book = runbook(diagnostics=[{"id": "flood", "http": url}])
        async with running() as runner:
            output = await runner.run_step(book.diagnostics[0], book)
    assert len(output.text) <= 1024 * 1024
    assert output.left_out == len(flood) - len(output.text)
    assert output.text.endswith("\n")
    assert "characters at the end were left out" in output.notes[0]


async def test_a_mitigation_says_what_it_would_send_and_sends_nothing() -> None:
    cluster = still_cluster()
    async with running(cluster) as runner:
        asked = await runner.request(mitigation("scale-up"), BOOK, {"replicas": 7})
        after = await runner.run_typed("kubectl get deployment inferadb -o jsonpath={.spec.replicas}", BOOK)
    assert asked.line == "kubectl scale deployment/inferadb --replicas=7"
    assert "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb/scale" in asked.sends[0]
    assert "-  replicas: 6\n+  replicas: 7\n" in asked.diff
    assert asked.token
    assert after.value == 6


@pytest.mark.parametrize("replicas", [0, 51, "7 --all", "many"])
async def test_a_mitigation_refuses_what_its_runbook_does_not_allow(replicas: object) -> None:
    async with running() as runner:
        with pytest.raises(InputRefused):
            await runner.apply(mitigation("scale-up"), BOOK, {"replicas": replicas})


async def test_a_mitigation_that_may_not_be_sent_says_so_beforehand() -> None:
    async with running(context="prod-reader") as runner:
        asked = await runner.request(mitigation("rollback"), BOOK, {})
        output = await runner.apply(mitigation("rollback"), BOOK, {})
    assert "orbidden" in asked.refused
    assert any("The dry run failed" in one for one in asked.warnings)
    assert output.exit_code == 1
    assert "orbidden" in output.errors


async def test_a_rollback_is_applied_and_followed_to_its_end() -> None:
    cluster = still_cluster()
    async with running(cluster) as runner:
        output = await runner.apply(mitigation("rollback"), BOOK, {})
        cluster.advance(120)
        sentences = [one async for one in runner.follow(mitigation("rollback"), BOOK, {})]
    assert output.text == "deployment.apps/inferadb rolled back\n"
    assert sentences[-1] == 'deployment "inferadb" successfully rolled out'


async def test_a_rollout_that_cannot_be_followed_says_why() -> None:
    impatient = mitigation("rollback").model_copy(update={"timeout": timedelta(seconds=1)})
    async with AsyncExitStack() as stack:
        runner = await _left_alone(stack)
        with pytest.raises(RolloutFailed, match=r"connect|timed out"):
            [one async for one in runner.follow(impatient, BOOK, {})]


async def test_a_mitigation_done_by_hand_is_not_sent() -> None:
    async with running() as runner:
        with pytest.raises(LineRefused, match="by hand"):
            await runner.request(mitigation("call"), BOOK, {})


async def test_series_come_back_or_say_why_not() -> None:
    since = datetime(2026, 11, 21, tzinfo=UTC)
    until = since + timedelta(hours=1)
    body = '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795219200,"1"]]}]}}'
    async with served(answering(body)) as url, running(prometheus=url) as runner:
        series = await runner.series("up", BOOK, since=since, until=until)
    assert series[0].points[0][1] == 1.0
    async with running() as runner:
        with pytest.raises(SeriesUnavailable, match="cannot be reached"):
            await runner.series("up", BOOK, since=since, until=until)


async def test_explaining_asks_nothing() -> None:
    async def handler(_request: web.Request) -> web.Response:
        raise AssertionError("nothing is asked")

    async with served(handler) as url, Connections(prometheus={"prod": PrometheusPlace(url)}) as places:
        runner = Runner(places)
        assert "in: inferadb" in runner.explain("kubectl get pods | grep x", BOOK)
        assert runner.explain("kubectl get pods | grep 'a b'", BOOK)[-1] == "then, here: grep 'a b'"
        assert runner.explain("promql up", BOOK) == ("GET /api/v1/query of Prometheus: up",)
        assert runner.explain(f"curl {url}/x", BOOK) == (f"GET {url}/x",)


async def test_a_loop_and_a_change_are_explained_too() -> None:
    loop = "for p in $(kubectl get pods -o name); do kubectl logs $p | wc -l; done"
    async with running() as runner:
        said = runner.explain(loop, BOOK)
        changing = runner.explain("kubectl exec deployment/a -- redis-cli FLUSHDB", BOOK)
        deleting = runner.explain("kubectl delete pod a > gone-$(date +%F).txt", BOOK)
    assert said[said.index("for each item it prints:") + 1 :][0] == "GET the pods"
    assert said[-1] == "then, here: wc -l"
    assert changing[-1] == "program: redis-cli FLUSHDB"
    assert deleting[-1] == "then, as evidence: gone-{date:%Y-%m-%d}.txt"


async def test_only_a_changing_line_has_a_preview() -> None:
    async with running() as runner:
        seen = await runner.preview_line("kubectl scale deployment/inferadb --replicas=2", BOOK)
        with pytest.raises(LineRefused, match="changes nothing"):
            await runner.preview_line("kubectl get pods", BOOK)
    assert "+  replicas: 2" in seen.diff


async def test_a_library_step_never_raises(inferadb: Runbook) -> None:
    async with running() as runner:
        outputs = [await runner.run_step(one, inferadb) for one in inferadb.diagnostics if "auth" not in one.id]
    assert all(output.line for output in outputs)
    assert [output.line for output in outputs if "Traceback" in output.errors] == []
