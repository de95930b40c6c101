"""Each contract test runs against the sandbox and, where `KUBECONFIG_REAL` names a kubeconfig, on that cluster too.

Each has a namespace of its own, which is deleted behind it. `CONTRACT_IMAGE` names an image with a shell (busybox).
"""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from sandbox.cluster.alone import START, serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.programs import Program
from sandbox.cluster.worlds import inferadb_cluster
from tests.contract.api import Api, api_of

IMAGE = os.environ.get("CONTRACT_IMAGE", "busybox:1.36")
REAL = os.environ.get("KUBECONFIG_REAL")


@pytest.fixture(params=["sandbox", *(["real"] if REAL else [])])
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    """Give an administrator of a fresh namespace."""
    async with AsyncExitStack() as stack:
        kubeconfig = REAL if request.param == "real" else await stack.enter_async_context(sandbox())
        assert kubeconfig is not None
        made = await api_of(kubeconfig, f"muster-contract-{uuid.uuid4().hex[:8]}", IMAGE)
        stack.push_async_callback(made.close)
        await made.create("/api/v1/namespaces", {"metadata": {"name": made.namespace}})
        stack.push_async_callback(made.ask, "DELETE", f"/api/v1/namespaces/{made.namespace}")
        await made.until(f"{made.core}/serviceaccounts", "default", lambda _: True)
        yield made


@asynccontextmanager
async def sandbox() -> AsyncIterator[str]:
    """Serve a cluster that knows the image; gives its kubeconfig."""
    cluster = inferadb_cluster(Clock(START, speed=10))
    cluster.programs.add(IMAGE.replace(".", r"\."), Program(ready_in=0.5, opening=("hello",), pull_seconds=0.2))
    async with serving(cluster, ticking=True) as (_, kubeconfig):
        yield kubeconfig
