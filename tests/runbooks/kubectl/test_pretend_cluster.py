"""The same lines against the pretend company's cluster: a bad release is seen, rolled back, and followed to its end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from runbooks.kubectl import Cluster, Result, parse, preview, run
from sandbox.cluster.alone import START, serving, still_cluster


class Company:
    """The pretend cluster, and a connection to it."""

    def __init__(self, pretend: Any, cluster: Cluster) -> None:
        self.pretend = pretend
        self.cluster = cluster

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(START, UTC)

    async def kubectl(self, line: str) -> Result:
        return await run(parse(line.split()), self.cluster, now=self.now, timeout=10.0)


@pytest_asyncio.fixture
async def company() -> AsyncIterator[Company]:
    pretend = still_cluster()
    async with serving(pretend) as (_, kubeconfig):
        cluster = await Cluster.open(kubeconfig=kubeconfig, context="prod")
        yield Company(pretend, cluster)
        await cluster.close()


async def test_pods_and_history_of_the_service_are_seen(company: Company) -> None:
    pods = await company.kubectl("get pods -n inferadb -l app=inferadb")
    assert (pods.exit_code, pods.stderr) == (0, "")
    assert pods.stdout.startswith("NAME ")
    assert pods.objects[0]["cells"]["Status"] == "Running"
    history = await company.kubectl("rollout history deployment/inferadb -n inferadb")
    assert history.stdout.startswith("deployment.apps/inferadb \nREVISION  CHANGE-CAUSE\n1 ")


async def test_the_beginning_of_a_name_is_enough_where_one_name_stands_beside_one_type(company: Company) -> None:
    for words, found in (("deploy infer", 1), ("deploy/infer", 0), ("deploy,svc infer", 0), ("deploy infer nosuch", 0)):
        told = await company.kubectl(f"describe {words} -n inferadb")
        assert told.stdout.count("Name:  ") == found, words
        assert told.exit_code == (0 if found else 1)


async def test_a_restart_is_applied_once_and_seen_in_the_template(company: Company) -> None:
    done = await company.kubectl("rollout restart deployment/inferadb -n inferadb")
    assert done.stdout == "deployment.apps/inferadb restarted\n"
    again = await company.kubectl("rollout restart deployment/inferadb -n inferadb")
    assert again.exit_code == 1
    assert "within the past second" in again.stderr


async def test_a_preview_changes_nothing(company: Company) -> None:
    line = "scale deployment/inferadb --replicas=7 -n inferadb"
    told = await preview(parse(line.split()), company.cluster, now=company.now)
    assert "+  replicas: 7\n" in told.diff
    seen = await company.kubectl("get deployment inferadb -n inferadb -o jsonpath={.spec.replicas}")
    assert seen.stdout != "7"
    await company.kubectl(line)
    after = await company.kubectl("get deployment inferadb -n inferadb -o jsonpath={.spec.replicas}")
    assert after.stdout == "7"


async def test_describing_the_service_shows_its_replica_sets(company: Company) -> None:
    told = await company.kubectl("describe deployment inferadb -n inferadb")
    assert told.exit_code == 0
    assert "NewReplicaSet:" in told.stdout
    assert "Pod Template:" in told.stdout


async def test_a_release_is_rolled_back_to_what_ran_before(company: Company) -> None:
    asked = "get deployment inferadb -n inferadb -o jsonpath={.spec.template.spec.containers[0].image}"
    before = (await company.kubectl(asked)).stdout
    container = "get deployment inferadb -n inferadb -o jsonpath={.spec.template.spec.containers[0].name}"
    name = (await company.kubectl(container)).stdout
    changed = await company.kubectl(f"set image deployment/inferadb {name}=registry.local/other:9 -n inferadb")
    assert changed.stdout == "deployment.apps/inferadb image updated\n"
    company.pretend.advance(60)
    assert (await company.kubectl(asked)).stdout == "registry.local/other:9"
    undone = await company.kubectl("rollout undo deployment/inferadb -n inferadb")
    assert undone.stdout == "deployment.apps/inferadb rolled back\n"
    company.pretend.advance(120)
    done = await company.kubectl("rollout status deployment/inferadb -n inferadb")
    assert done.stdout.endswith('deployment "inferadb" successfully rolled out\n')
    assert (await company.kubectl(asked)).stdout == before
