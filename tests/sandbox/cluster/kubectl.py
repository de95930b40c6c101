"""The real kubectl, run against a cluster whose clock is turned while it waits."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.cluster.alone import serving
from sandbox.cluster.cluster import Cluster

PATIENCE = 60


class Done(NamedTuple):
    code: int
    out: str
    err: str


Kubectl = Callable[..., Coroutine[Any, Any, Done]]


def running(kubeconfig: str, home: Path) -> Kubectl:
    """Give a function that runs one line of the real kubectl: to its end, or until it has printed `first` lines."""

    async def run(line: str, *more: str, context: str = "kubectl", typed: str | None = None, first: int = 0) -> Done:
        words = ("--kubeconfig", kubeconfig, "--context", context, *line.split(), *more)
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "kubectl", *words, env=environment, stdin=pipe if typed is not None else None, stdout=pipe, stderr=pipe
        )
        if first and process.stdout is not None:
            async with asyncio.timeout(PATIENCE):
                shown = b"".join([await process.stdout.readline() for _ in range(first)])
            process.terminate()
            await process.communicate()
            return Done(0, shown.decode(), "")
        out, err = await process.communicate(typed.encode() if typed is not None else None)
        return Done(process.returncode or 0, out.decode(), err.decode())

    return run


@asynccontextmanager
async def kubectl_of(cluster: Cluster, home: Path) -> AsyncIterator[Kubectl]:
    async with serving(cluster) as (_, kubeconfig):
        yield running(kubeconfig, home)


async def while_time_passes(cluster: Cluster, waiting: Coroutine[Any, Any, Done]) -> Done:
    """Turn the clock until a line that waits for the cluster is done."""
    task = asyncio.ensure_future(waiting)
    while not task.done():
        cluster.advance(0.5)
        await asyncio.wait({task}, timeout=0.02)
    return await task
