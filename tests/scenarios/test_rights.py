"""The roles of deploy/ are what the five runbooks need: with them no line is refused, without them every one is."""

import shlex
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from runbooks.connections import ClusterPlace, Connections
from runbooks.kubectl import Cluster, parse, run
from runbooks.model import Runbook
from runbooks.rights import to_diagnose, to_mitigate
from runbooks.roles import roles
from runbooks.running import Runner
from sandbox.cluster.alone import START, kubeconfig, written
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster as PretendCluster
from sandbox.cluster.serving import application
from sandbox.cluster.worlds import company_cluster
from tests.library import library
from tests.scenarios.test_whole_library import chosen

DEPLOY = Path(__file__).parents[2] / "deploy"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Inputs = dict[str, dict[str, object]]


@dataclass
class Company:
    """The company's cluster, an account of its own for Muster, and what was refused to it."""

    cluster: Cluster
    admin: Runner
    muster: Runner
    refused: list[str] = field(default_factory=list)

    async def apply(self, file: str) -> None:
        """Give what a file of deploy/ gives."""
        await self.kubectl("apply", "-f", file)

    async def kubectl(self, *words: str) -> None:
        """Change something as an administrator does."""
        done = await run(parse(words), self.cluster, now=NOW, folder=DEPLOY)
        assert done.exit_code == 0, done.stderr

    async def inputs(self, book: Runbook) -> Inputs:
        """Choose for each mitigation that Muster runs what a person would."""
        fixes = [fix for fix in book.mitigations if not (fix.manual or fix.tool or fix.cluster)]
        return {fix.id: await chosen(self.admin, fix, book) for fix in fixes}


@asynccontextmanager
async def company() -> AsyncIterator[Company]:
    """Serve the company; `muster` asks with a token of deploy/'s ServiceAccount."""
    refused: list[str] = []
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(company_cluster(Clock(START, speed=0)), refused))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-rights-"))
        admin = written(kubeconfig(url), folder)
        cluster = await Cluster.open(kubeconfig=admin, context="prod")
        stack.push_async_callback(cluster.close)
        token = await token_of_muster(cluster)
        (own := Path(folder, "own")).mkdir()
        mine = written(kubeconfig(url).replace("sandbox-nobody", token), str(own))
        places = [ClusterPlace(admin, "prod"), ClusterPlace(mine, "prod-nobody")]
        asking = [await stack.enter_async_context(Connections({"prod": place})) for place in places]
        as_admin, as_muster = (Runner(connections, now=lambda: NOW) for connections in asking)
        yield Company(cluster, as_admin, as_muster, refused)


@asynccontextmanager
async def served(cluster: PretendCluster, refused: list[str]) -> AsyncIterator[str]:
    """Serve a cluster, and note each request that it refuses."""

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        if response.status == 403:
            refused.append(f"{request.method} {request.path_qs}")

    app = application(cluster, ticking=False)
    app.on_response_prepare.append(note)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def token_of_muster(cluster: Cluster) -> str:
    """Make the account of deploy/clusterrole.yaml, with no role yet, and ask for its token."""
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "muster"}}
    account = next(yaml.safe_load_all((DEPLOY / "clusterrole.yaml").read_text()))
    for path, body in (("", space), ("/muster/serviceaccounts", account)):
        assert (await cluster.ask("POST", f"/api/v1/namespaces{path}", body=body)).ok
    path = "/api/v1/namespaces/muster/serviceaccounts/muster/token"
    answer = await cluster.ask("POST", path, body={"spec": {"expirationSeconds": 600}})
    return str((answer.json or {})["status"]["token"])


async def refusals(place: Company, book: Runbook, inputs: Inputs) -> dict[str, list[str]]:
    """Run every step and preview every mitigation, or send it where it has no preview; tell what each is refused."""
    found: dict[str, list[str]] = {}
    for step in book.diagnostics:
        if not (step.manual or step.tool or step.sql or step.promql):
            await place.muster.run_step(step, book)
            found[step.id], place.refused[:] = [*place.refused], []
    for fix in book.mitigations:
        if fix.id in inputs:
            preview_or_send = place.muster.apply if fix.http else place.muster.request
            await preview_or_send(fix, book, inputs[fix.id])
            found[f"{fix.id}!"], place.refused[:] = [*place.refused], []
    return found


@pytest.mark.parametrize("book", library().values(), ids=library())
async def test_with_its_roles_a_service_may_all_that_its_runbook_says_and_without_them_nothing(book: Runbook) -> None:
    needs = {part for need in to_diagnose(book) for part in need.parts}
    needs |= {f"{part}!" for need in to_mitigate(book) for part in need.parts}
    async with company() as place:
        inputs = await place.inputs(book)
        before = await refusals(place, book, inputs)
        assert {part for part, refused in before.items() if refused} == needs & set(before)
        await place.apply(f"roles/{book.service}.yaml")
        after = await refusals(place, book, inputs)
        assert {part: refused for part, refused in after.items() if refused} == {}
        assert needs <= set(after)


async def test_the_role_to_read_lets_people_look_around_and_change_nothing() -> None:
    async with company() as place:
        await place.apply("clusterrole.yaml")
        book = library()["inferadb"]
        looks = "kubectl get pods,deployments,services,nodes -A", "kubectl describe nodes", "kubectl top pods -A"
        for line in looks:
            assert (await place.muster.run_typed(line, book)).ok, line
        assert place.refused == []
        fix = next(fix for fix in book.mitigations if fix.id == "restart")
        assert "forbidden" in (await place.muster.request(fix, book, {})).refused


async def test_a_mitigation_is_applied_followed_and_taken_back_with_its_roles() -> None:
    book = library()["inferadb"]
    fix, inputs = next(fix for fix in book.mitigations if fix.id == "scale-up"), {"replicas": 7}
    async with company() as place:
        await place.apply("roles/inferadb.yaml")
        seen = await place.muster.request(fix, book, inputs)
        assert (await place.muster.apply(fix, book, inputs)).text == "deployment.apps/inferadb scaled\n"
        following = place.muster.follow(fix, book, inputs)
        assert isinstance(following, AsyncGenerator)
        async with aclosing(following) as sentences:
            assert "Waiting" in await anext(sentences)
        assert seen.inverse
        assert (await place.muster.apply_line(shlex.join(["kubectl", *seen.inverse.words]), book)).ok
        assert place.refused == []


@pytest.mark.parametrize("book", library().values(), ids=library())
def test_the_roles_of_deploy_are_what_lint_writes(book: Runbook) -> None:
    file = DEPLOY / "roles" / f"{book.service}.yaml"
    assert file.read_text() == roles(book), f"muster lint --rights runbooks/library/{book.service}.yaml > {file}"
    assert sorted(path.stem for path in file.parent.iterdir()) == sorted(library())
