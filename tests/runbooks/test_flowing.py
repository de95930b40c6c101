"""A long output goes through the filters as it comes: its source ends early, and its memory has a bound."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from runbooks.flowing import Kept, Through
from runbooks.lines.pipes import read
from runbooks.model import Diagnostic
from runbooks.outputs import LIMIT, Evidence, Output
from runbooks.redaction import MASK, Redaction
from runbooks.running import ClusterPlace, Connections, Runner
from sandbox.cluster.alone import serving, still_cluster
from tests.runbooks.examples import runbook, served
from tests.runbooks.kubectl.replay import kubeconfig, stored

POD = {
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "inferadb"},
    "spec": {"containers": [{"name": "app"}]},
    "status": {"phase": "Running"},
}
Write = Callable[[bytes], Awaitable[None]]


class Pod:
    """An API server with one pod; `prints` is what its log and its programs print, until nobody listens."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.asked: list[str] = []
        self.complains = False
        self.runner: Runner

    async def prints(self, write: Write) -> None:
        number = 0
        while True:
            number += 1
            await write(b"line %d\n" % number)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path.rpartition("/")[2])
        if request.path in {"/api", "/apis"}:
            return web.json_response(stored("discovery")["core" if request.path == "/api" else "groups"])
        if request.path.endswith("/exec"):
            socket = web.WebSocketResponse(protocols=("v5.channel.k8s.io",))
            await socket.prepare(request)
            if self.complains:
                await socket.send_bytes(b"\x02oops \xc3")
                await socket.send_bytes(b"\x02\xa9\n")
            await self._until_left(lambda data: socket.send_bytes(b"\x01" + data))
            return socket
        if request.path.endswith("/log"):
            response = web.StreamResponse()
            await response.prepare(request)
            await self._until_left(response.write)
            return response
        return web.json_response(POD)

    async def _until_left(self, write: Write) -> None:
        try:
            await self.prints(write)
        except ConnectionError:
            self.left.set()

    async def run(self, line: str, **more: str) -> Output:
        return await self.runner.run_step(Diagnostic.model_validate({"id": "a", "run": line, **more}), runbook())


@pytest_asyncio.fixture
async def pod(tmp_path: Path) -> AsyncIterator[Pod]:
    made = Pod()
    async with served(made.serve) as url:
        place = ClusterPlace(kubeconfig(tmp_path, url))
        async with Connections({"prod": place}) as connections:
            made.runner = Runner(connections)
            yield made


@pytest.mark.parametrize("line", ["kubectl logs web", "kubectl exec web -- yes"])
async def test_a_source_ends_when_its_filters_want_no_more(pod: Pod, line: str) -> None:
    output = await pod.run(f"{line} | grep 3 | head -3", timeout="60s")
    assert (output.text, output.exit_code, output.errors) == ("line 3\nline 13\nline 23\n", 0, "")
    await pod.left.wait()


async def test_errors_go_between_the_lines_where_the_line_says_so(pod: Pod) -> None:
    pod.complains = True
    mixed = await pod.run("kubectl exec web -- yes 2>&1 | head -2", timeout="60s")
    apart = await pod.run("kubectl exec web -- yes | head -2", timeout="60s")
    assert (mixed.text, mixed.errors) == ("oops é\nline 1\n", "")
    assert (apart.text, apart.errors) == ("line 1\nline 2\n", "oops é\n")


async def test_what_kubectl_says_before_a_log_comes_before_it() -> None:
    line = "kubectl logs deployment/inferadb 2>&1 | head -1"
    async with serving(still_cluster()) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        output = await Runner(connections).run_step(Diagnostic.model_validate({"id": "a", "run": line}), runbook())
    assert output.text.startswith("Found 6 pods, using pod/inferadb-")


async def test_a_source_that_prints_no_more_is_not_waited_for(pod: Pod) -> None:
    async def prints(write: Write) -> None:
        await write(b"line\n" * 9)
        await pod.left.wait()

    pod.prints = prints  # type: ignore[method-assign]  # what this pod prints
    output = await pod.run("kubectl logs web -f | head -2", timeout="60s")
    pod.left.set()
    assert output.text == "line\nline\n"
    assert output.notes == ("following a log never ends: these are the lines up to now",)


async def test_what_had_come_when_the_time_was_over_is_shown(pod: Pod) -> None:
    async def prints(write: Write) -> None:
        await write(b"line\n" * 9)
        await pod.left.wait()

    pod.prints = prints  # type: ignore[method-assign]  # what this pod prints
    output = await pod.run("kubectl logs web | grep -c line", timeout="4s")
    pod.left.set()
    assert (output.text, output.exit_code) == ("9\n", 0)
    assert "had not ended after 4 s" in output.errors


async def test_a_long_log_is_searched_from_its_beginning_on(pod: Pod) -> None:
    async def prints(write: Write) -> None:
        await write(b"first\n")
        for _ in range(40):
            await write((b"x" * 1023 + b"\n") * 256)
        await write(b"last")

    pod.prints = prints  # type: ignore[method-assign]  # what this pod prints
    assert (await pod.run("kubectl logs web | grep -n st", timeout="120s")).text == "1:first\n10242:last\n"
    assert (await pod.run("kubectl logs web | wc -c", timeout="120s")).text == f"{6 + 40 * 1024 * 256 + 4}\n"


async def test_a_line_that_ran_before_asks_for_its_log_at_once_and_shows_all_of_it(pod: Pod) -> None:
    sizes = iter([9, 9, 90_000, 9])

    async def prints(write: Write) -> None:
        await write(b"line\n" * next(sizes))

    pod.prints = prints  # type: ignore[method-assign]  # what this pod prints
    counted = [(await pod.run("kubectl logs web | wc -l", timeout="60s")).text for _ in range(2)]
    pod.asked.clear()
    sizes = iter([90_000, 90_000])
    counted.append((await pod.run("kubectl logs web | wc -l", timeout="60s")).text)
    assert counted == ["9\n", "9\n", "90000\n"]
    assert sorted(pod.asked) == ["log", "log", "web"]


async def test_a_connection_that_breaks_before_the_log_begins_is_told(tmp_path: Path) -> None:
    async def breaks(request: web.Request) -> web.Response:
        if request.path.endswith("/log") and request.transport is not None:
            request.transport.close()
        return web.json_response(POD)

    async with served(breaks) as url, Connections({"prod": ClusterPlace(kubeconfig(tmp_path, url))}) as other:
        step = Diagnostic.model_validate({"id": "a", "run": "kubectl logs web | wc -l"})
        output = await Runner(other).run_step(step, runbook())
    assert (output.text, output.exit_code) == ("0\n", 0)
    assert "127.0.0.1" in output.errors


async def test_filters_that_are_too_slow_for_a_large_answer_are_stopped_when_its_time_is_over(tmp_path: Path) -> None:
    words = ["x" * 60] * 80_000
    large = POD | {"spec": {"containers": [{"name": "app", "args": words}]}}

    async def answer(request: web.Request) -> web.Response:
        found = {"/api": "core", "/apis": "groups"}.get(request.path)
        return web.json_response(stored("discovery")[found] if found else large)

    line = "kubectl get pod web -o json | awk '{for (i = 0; i < 1000000; i++) s += i} END {print s}'"
    async with served(answer) as url, Connections({"prod": ClusterPlace(kubeconfig(tmp_path, url))}) as other:
        output = await Runner(other).run_step(
            Diagnostic.model_validate({"id": "a", "run": line, "timeout": "4s"}), runbook()
        )
    assert (output.text, output.exit_code) == ("", 124)


async def test_a_log_that_is_not_there_is_told_and_the_filters_see_nothing(tmp_path: Path) -> None:
    async def refuse(request: web.Request) -> web.Response:
        if not request.path.endswith("/log"):
            return web.json_response(POD)
        return web.json_response({"kind": "Status", "message": "no log", "reason": "NotFound", "code": 404}, status=404)

    async with served(refuse) as url, Connections({"prod": ClusterPlace(kubeconfig(tmp_path, url))}) as other:
        step = Diagnostic.model_validate({"id": "a", "run": "kubectl logs web | wc -l"})
        output = await Runner(other).run_step(step, runbook())
    assert (output.text, output.exit_code, output.errors) == ("0\n", 0, "Error from server (NotFound): no log\n")


async def test_a_secret_that_comes_in_two_pieces_is_hidden_before_a_filter_sees_it(pod: Pod) -> None:
    async def prints(write: Write) -> None:
        for piece in (b"DB_PASSW", b"ORD=hunter2", b"hunter2\n", b"-----BEGIN PRIVATE KEY-----\nMII", b"Eow\n"):
            await write(piece)

    pod.prints = prints  # type: ignore[method-assign]  # what this pod prints
    assert (await pod.run("kubectl logs web | cut -c1-30")).text == f"DB_PASSWORD={MASK}\n{MASK}\n"
    assert (await pod.run("kubectl logs web | grep -c -e hunter -e MII")).text == "0\n"


async def test_xargs_runs_for_every_name_and_a_last_tee_keeps_what_all_print() -> None:
    line = (
        "kubectl get pods --no-headers | awk '{print $1}' | head -2"
        " | xargs -n1 kubectl get pod --no-headers | cut -c1-8 | tee pods.txt"
    )
    async with serving(still_cluster()) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        output = await Runner(connections).run_step(Diagnostic.model_validate({"id": "a", "run": line}), runbook())
    assert [row for row in output.text.splitlines() if not row.startswith("==")] == ["inferadb", "inferadb"]
    assert output.text.count("== inferadb-") == 2
    assert output.saved == Evidence("pods.txt", output.text)


async def through(filters: str) -> Through:
    working = Through(read(f"kubectl get pods | {filters}"), [Redaction()], ThreadPoolExecutor(1), tail=False)
    await working.put("1\n")
    return working


async def test_a_program_that_never_ends_is_stopped_when_its_time_is_over() -> None:
    working = await through("awk '{for (;;) x++}'")
    done = await working.rest(0)
    assert (done.exit_code, done.errors) == (124, "awk: stopped, for the line's time is over.\n")


@pytest.mark.parametrize("filters", ["awk 'BEGIN {for (;;) x++}'", "grep x", "jq -n 'def f: f; f'"])
async def test_a_filter_ends_when_its_line_is_given_up(filters: str) -> None:
    working = await through(filters)
    working.abandon()
    done = await working.ended
    assert "stopped, for the line's time is over" in done.errors


async def test_what_waits_for_room_goes_on_when_nobody_wants_it_any_more() -> None:
    working = await through("head -1")
    for _ in range(999):
        await working.put("2\n")
    assert (await working.rest(0)).text == "1\n"


@pytest.mark.parametrize("tail", [True, False])
def test_of_an_output_only_so_much_is_kept(tail: bool) -> None:
    kept, pieces = Kept(tail=tail), [f"{number:07}\n" * 1000 for number in range(1000)]
    for piece in pieces:
        kept.add(piece)
    text, left_out = kept.all()
    whole = "".join(pieces)
    assert LIMIT - 8 <= len(text) <= LIMIT
    assert len(text) + left_out == len(whole)
    assert whole.endswith(text) if tail else whole.startswith(text)
