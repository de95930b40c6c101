"""What a preview found is what is changed: held against the engine and a cluster."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.incidents.mitigations import Mitigations
from bot.incidents.seen import Seen, moved
from bot.store.store import By
from runbooks.model import Mitigation, Runbook
from runbooks.reading import library
from runbooks.running import ClusterPlace, Connections, Runner
from sandbox.cluster.alone import serving, still_cluster
from sandbox.cluster.cluster import Cluster

from .conftest import ALEX, RUNBOOK, House

BOOK = library()["inferadb"]
KNOWN = [
    one for one in BOOK.mitigations if one.run and all(wanted.default is not None for wanted in one.inputs.values())
]


@pytest.fixture
def cluster() -> Cluster:
    return still_cluster()


@pytest.fixture
async def runner(cluster: Cluster) -> AsyncIterator[Runner]:
    async with serving(cluster) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        yield Runner(connections, now=lambda: datetime.fromtimestamp(cluster.now(), UTC))


@pytest.mark.parametrize("one", KNOWN, ids=lambda one: one.id)
async def test_while_nothing_happens_a_later_preview_finds_the_same(
    cluster: Cluster, runner: Runner, one: Mitigation
) -> None:
    first = await runner.request(one, BOOK, {})
    cluster.advance(30)
    again = await runner.request(one, BOOK, {})
    assert first.uids
    assert first.line == again.line
    assert moved(Seen.of(first), Seen.of(again)) == ""


UNDO = "rollout undo deployment/inferadb"


@pytest.mark.parametrize(
    ("shown", "others"),
    [
        ("set env deployment/inferadb NEW=1", ["set image deployment/inferadb *=other:v9"]),
        ("rollout restart deployment/inferadb", ["set image deployment/inferadb *=other:v9"]),
        ("rollout restart deployment/inferadb", ["scale deployment/inferadb --replicas=1"]),
        ("rollout pause deployment/inferadb", ["set image deployment/inferadb *=other:v9"]),
        ("scale deployment/inferadb --replicas=9", ["set image deployment/inferadb *=other:v9"]),
        (UNDO, ["set env deployment/inferadb B=1"]),
        (UNDO, ["set env deployment/inferadb B=1", "set env deployment/inferadb B-"]),  # only to what it leads differs
    ],
)
async def test_what_others_change_after_the_preview_is_seen(
    cluster: Cluster, runner: Runner, shown: str, others: list[str]
) -> None:
    async def done(line: str) -> None:
        applied = await runner.apply(Mitigation(id="x", run=f"kubectl {line} -n inferadb"), BOOK, {})
        assert applied.exit_code == 0
        cluster.advance(60)

    wanted = Mitigation(id="y", run=f"kubectl {shown} -n inferadb")
    await done("set env deployment/inferadb A=1")
    first = await runner.request(wanted, BOOK, {})
    for line in others:
        await done(line)
    again = await runner.request(wanted, BOOK, {})
    assert first.line == again.line
    assert moved(Seen.of(first), Seen.of(again)) == "Somebody or something has changed it since the preview."


async def test_a_pod_that_is_another_one_by_now_stays(house: House, cluster: Cluster, runner: Runner) -> None:
    fix = {"id": "delete", "run": "kubectl delete pods -l app=inferadb -n inferadb --wait=false"}
    book = house.runbooks["inferadb"] = Runbook.model_validate({**RUNBOOK, "mitigations": [fix]})
    mitigations = Mitigations(house.store, house.telling, runner)
    await house.declare()
    shown = await mitigations.request(1, "delete", {}, by=By(ALEX))
    name = (await runner.run_typed("kubectl get pods -n inferadb -o name", book)).text.split()[0]
    await runner.apply(Mitigation(id="x", run=f"kubectl delete {name} -n inferadb --wait=false"), book, {})
    cluster.advance(60)
    before = (await runner.run_typed("kubectl get pods -n inferadb -o name", book)).text
    await mitigations.apply(1, "delete", shown.token, by=By(ALEX))
    await mitigations.idle()
    told = await house.newest("mitigation/1/edit")
    assert "not applied, nothing was sent" in told
    assert f"{name} is gone" in told
    assert (await runner.run_typed("kubectl get pods -n inferadb -o name", book)).text == before
