"""A cluster with one node, and the pods that a test puts there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbooks.kubectl import Cluster, Result, parse, run
from tests.runbooks.kubectl.api import Api, serving

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NODE, PODS = "/api/v1/nodes/n1", "/api/v1/namespaces/x/pods"
DAEMONS = "/apis/apps/v1/namespaces/x/daemonsets/o"


def pod(name: str, owner: str = "ReplicaSet", **spec: Any) -> dict[str, Any]:
    owners = [{"kind": owner, "name": "o", "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "x", "uid": f"uid-{name}", "ownerReferences": owners, "resourceVersion": "1"}
    return {"kind": "Pod", "metadata": metadata, "spec": {"nodeName": "n1", **spec}, "status": {"phase": "Running"}}


class Cluster1:
    """A cluster with one node and its pods."""

    def __init__(self, cluster: Cluster, api: Api) -> None:
        self.cluster = cluster
        self.api = api

    def holds(self, *pods: dict[str, Any]) -> None:
        self.api.objects |= {f"{PODS}/{one['metadata']['name']}": one for one in pods}

    async def kubectl(self, line: str, timeout: float = 5.0) -> Result:
        return await run(parse(line.split()), self.cluster, now=NOW, timeout=timeout)


@asynccontextmanager
async def one_node(folder: Path) -> AsyncIterator[Cluster1]:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "u"}, "spec": {}}
    api = Api({NODE: node, DAEMONS: {"kind": "DaemonSet", "metadata": {"name": "o"}}})
    async with serving(api, folder) as opened:
        yield Cluster1(opened, api)
