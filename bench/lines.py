"""kubectl's lines through the warm engine beside the kubectl binary, and a quick assessment with a cluster far away."""

import asyncio
import shlex
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.measuring import line, program, timed
from runbooks.connections import ClusterPlace, Connections, PrometheusPlace
from runbooks.kubectl import Cluster, parse, run
from runbooks.model import Diagnostic, Runbook
from runbooks.reading import library
from runbooks.running import Runner
from tests.scenarios.started import PLAIN, Company, sandbox

LATENCY = 0.2
OURS, THEIRS = 15, 5
PASSED_ON = ("Accept", "Authorization", "Content-Type")
BROUGHT_BACK = ("Content-Type", "Content-Encoding")
CONTEXT = "--context=kubectl"
READING = """\
get pods -n inferadb
get pods -A -o wide
get all -n inferadb
get pods -n inferadb -o yaml
get pods -n inferadb -o jsonpath={.items[*].metadata.name}
get events -n inferadb --sort-by=.lastTimestamp
describe pods -n inferadb
describe deployment inferadb -n inferadb
describe node worker-1
logs deployment/inferadb -n inferadb --tail=50
logs -l app=inferadb -n inferadb --tail=20
events -n inferadb
top pods -n inferadb
top nodes
rollout history deployment/inferadb -n inferadb
rollout status deployment/inferadb -n inferadb
wait deployment/inferadb -n inferadb --for=condition=Available
auth can-i delete pods -n inferadb
api-resources
cluster-info
version
"""
CHANGING = """\
scale deployment/inferadb --replicas=6 -n inferadb
set image deployment/inferadb inferadb=registry.example.com/inferadb/inferadb:1.4.2 -n inferadb
set env deployment/inferadb RUST_LOG=info -n inferadb
set resources deployment/inferadb --limits=cpu=2 -n inferadb
patch deployment inferadb -n inferadb -p {"spec":{"replicas":6}}
label deployment inferadb bench=on --overwrite -n inferadb
annotate deployment inferadb bench=on --overwrite -n inferadb
delete pod nosuch -n inferadb --ignore-not-found
cordon worker-3
uncordon worker-3
exec deployment/inferadb -n inferadb -- env
"""


async def measure() -> None:
    """Print how long lines take, and what an engineer waits for before the first summary."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        async with sandbox() as company:
            await _assessments(company, Path(folder))
            await _lines(company, "reading", READING, "goal: 20×")
            await _lines(company, "changing", CHANGING, "")


async def _lines(company: Company, kind: str, lines: str, goal: str) -> None:
    """Each line many times in a warm process, beside a kubectl process for each."""
    cluster = await Cluster.open(kubeconfig=company.env["KUBECONFIG"], context="prod")
    env, kubectl = PLAIN | {"KUBECONFIG": company.env["KUBECONFIG"]}, shutil.which("kubectl") or ""
    times, ratios = [], []
    try:
        for text in lines.splitlines():
            words = shlex.split(text, posix=not text.startswith("patch"))
            ours = await _median(OURS, partial(_run, words, cluster))
            times.append(ours)
            beside = ""
            if kubectl:
                theirs = await _median(THEIRS, partial(program, kubectl, CONTEXT, *words, env=env))
                ratios.append(theirs / ours)
                beside = f"{theirs / ours:.0f}× faster than kubectl ({theirs * 1000:.0f} ms)"
            line(text[:45], f"{ours * 1000:.1f} ms", beside)
    finally:
        await cluster.close()
    told = f"{statistics.median(ratios):.0f}× faster than kubectl; {goal}".rstrip("; ") if ratios else "no kubectl here"
    line(f"the median {kind} line of {len(times)}", f"{statistics.median(times) * 1000:.1f} ms", told)


async def _run(words: list[str], cluster: Cluster) -> None:
    done = await run(parse(words), cluster, now=datetime.now(UTC))
    if done.exit_code:
        raise SystemExit(f"{' '.join(words)} failed, so its time means nothing: {done.stderr.strip()}")


async def _median(count: int, doing: Callable[[], Awaitable[object]]) -> float:
    await doing()
    return statistics.median([await timed(doing()) for _ in range(count)])


async def _assessments(company: Company, folder: Path) -> None:
    """InferaDB's quick assessment as a whole: near, and with everything 200 ms away."""
    runbook = library()["inferadb"]
    steps = [step for step in runbook.diagnostics if step.phase == "assess"]
    near = (company.env["KUBECONFIG"], company.env["PROMETHEUS_URL"])
    async with _runner(*near) as runner:
        first, again = [await timed(_assess(runner, runbook, steps)) for _ in range(2)]
    line(f"InferaDB's assessment, {len(steps)} steps", f"{first * 1000:.0f} ms", f"once more: {again * 1000:.0f} ms")
    waits: list[float] = []
    async with _far_away(company, folder, waits) as far, _runner(*far) as runner:
        for when, goal in (("first", "it lists pods before it reads their logs"), ("again", "goal: 1.5×")):
            waits.clear()
            took = await timed(_assess(runner, runbook, steps))
            beside = (
                f"{took / max(waits):.2f}× its slowest request ({max(waits) * 1000:.0f} ms) of {len(waits)}; {goal}"
            )
            line(f"the same, {LATENCY * 1000:.0f} ms away, {when}", f"{took * 1000:.0f} ms", beside)


async def _assess(runner: Runner, runbook: Runbook, steps: list[Diagnostic]) -> None:
    outputs = await asyncio.gather(*(runner.run_step(step, runbook) for step in steps))
    if failed := [one.errors.strip() for one in outputs if one.errors and one.exit_code]:
        raise SystemExit(f"a step of the assessment failed, so its time means nothing: {failed[0]}")


@asynccontextmanager
async def _runner(kubeconfig: str, prometheus: str) -> AsyncIterator[Runner]:
    places = {"prod": ClusterPlace(kubeconfig=kubeconfig, context="prod")}
    async with Connections(places, {"prod": PrometheusPlace(prometheus)}) as connections:
        yield Runner(connections)


@asynccontextmanager
async def _far_away(company: Company, folder: Path, waits: list[float]) -> AsyncIterator[tuple[str, str]]:
    """A kubeconfig and a Prometheus behind proxies that make every request wait, and note what it took."""
    written = await asyncio.to_thread(Path(company.env["KUBECONFIG"]).read_text)
    cluster = written.split("server: ", 1)[1].split()[0].removesuffix("/as/sandbox-admin")
    async with (
        aiohttp.ClientSession(auto_decompress=False) as http,
        _slowly(http, cluster, waits) as api,
        _slowly(http, company.env["PROMETHEUS_URL"], waits) as prometheus,
    ):
        file = folder / "far-away"
        await asyncio.to_thread(file.write_text, written.replace(cluster, api))
        yield str(file), prometheus


@asynccontextmanager
async def _slowly(http: aiohttp.ClientSession, url: str, waits: list[float]) -> AsyncIterator[str]:
    async def pass_on(request: web.Request) -> web.Response:
        began = time.perf_counter()
        await asyncio.sleep(LATENCY)  # the distance itself
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        target, data = url.rstrip("/") + request.raw_path, await request.read()
        async with http.request(request.method, target, data=data, headers=headers) as answer:
            body = await answer.read()
            told = {name: answer.headers[name] for name in BROUGHT_BACK if name in answer.headers}
        waits.append(time.perf_counter() - began)
        return web.Response(status=answer.status, body=body, headers=told)

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", pass_on)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
