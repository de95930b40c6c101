"""What `kubectl create` sends in protobuf: the cluster holds what kubectl itself says it would make."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.alone import still_cluster
from tests.sandbox.cluster.kubectl import Kubectl, kubectl_of

pytestmark = pytest.mark.kubectl


@pytest.fixture
async def kubectl(tmp_path: Path) -> AsyncIterator[Kubectl]:
    async with kubectl_of(still_cluster(), tmp_path) as found:
        yield found


CREATED = (
    "configmap c --from-literal=a=b", "namespace n", "job j --image=busybox -- echo hi",
    "deployment d --image=nginx --replicas=2 --port=80 -- sleep 1", "deployment none --image=nginx --replicas=0",
)  # fmt: skip


def parts_that_differ(wanted: Any, found: Any) -> list[tuple[Any, Any]]:
    """Give what was wanted and is not so; what the server adds is its own affair."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        pairs = [(value, found.get(key)) for key, value in wanted.items() if value not in ({}, None)]
        return [one for value, other in pairs for one in parts_that_differ(value, other)]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [one for value, other in zip(wanted, found, strict=True) for one in parts_that_differ(value, other)]
    return [] if wanted == found else [(wanted, found)]


@pytest.mark.parametrize("line", CREATED, ids=[line.split(" -")[0] for line in CREATED])
async def test_what_kubectl_creates_is_there_as_it_was_asked_for(kubectl: Kubectl, line: str) -> None:
    words, _, more = line.partition(" -- ")
    program = ["--", *more.split()] if more else []
    wanted = await kubectl(f"create {words} --dry-run=client -o json", *program)
    found = await kubectl(f"create {words} -o json", *program)
    assert (found.code, found.err) == (0, "")
    assert parts_that_differ(json.loads(wanted.out), json.loads(found.out)) == []


async def test_an_exposed_deployment_has_an_address(kubectl: Kubectl) -> None:
    assert (await kubectl("expose deployment inferadb -n inferadb --name=extra --port=80")).code == 0
    shown = await kubectl("get service extra -n inferadb -o jsonpath={.spec.clusterIP}")
    assert re.fullmatch(r"10\.\d+\.\d+\.\d+", shown.out)
