"""The API server without the rest of the company, for tests: its clock stands still until it is turned."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from aiohttp import web

from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.serving import application
from sandbox.cluster.worlds import inferadb_cluster

START = 1_795_262_400.0  # 2026-11-21 12:00 UTC
CONTEXTS = {"prod": "sandbox-admin", "prod-reader": "sandbox-reader", "prod-nobody": "sandbox-nobody"}


def still_cluster(start: float = START) -> Cluster:
    """Give the InferaDB cluster with a clock that only `cluster.advance(seconds)` moves."""
    return inferadb_cluster(Clock(start, speed=0))


@asynccontextmanager
async def serving(cluster: Cluster, *, ticking: bool = False) -> AsyncIterator[tuple[str, str]]:
    """Serve a cluster on a free port of 127.0.0.1; gives its URL and the path of a kubeconfig."""
    runner = web.AppRunner(application(cluster, ticking=ticking), shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with tempfile.TemporaryDirectory(prefix="muster-cluster-") as folder:
            yield url, written(kubeconfig(url), folder)
    finally:
        await runner.cleanup()


def written(text: str, folder: str) -> str:
    """Write a kubeconfig that only its owner can read; gives its path."""
    path = Path(folder, "kubeconfig")
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return str(path)


def kubeconfig(url: str) -> str:
    """Write a kubeconfig: `prod` may do everything, `prod-reader` look, `prod-nobody` nothing.

    The real kubectl sends no token without TLS: its contexts are named `kubectl…` and carry the identity in the path.
    """
    clusters, contexts = [{"name": "prod", "cluster": {"server": url}}], []
    for name, token in CONTEXTS.items():
        through = name.replace("prod", "kubectl")
        clusters.append({"name": through, "cluster": {"server": f"{url}/as/{token}"}})
        contexts += [_context(name, "prod", name), _context(through, through, name)]
    users = [{"name": name, "user": {"token": token}} for name, token in CONTEXTS.items()]
    return yaml.safe_dump(
        {"apiVersion": "v1", "kind": "Config", "current-context": "prod"}
        | {"clusters": clusters, "users": users, "contexts": contexts}
    )


def _context(name: str, cluster: str, user: str) -> dict[str, object]:
    return {"name": name, "context": {"cluster": cluster, "user": user, "namespace": "default"}}
