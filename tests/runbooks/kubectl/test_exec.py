"""A program in a container: its words, its two outputs, its end, and what happens when it has none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from runbooks.kubectl import Cluster, Result, parse, preview, run, sockets
from tests.runbooks.kubectl.replay import kubeconfig, stored

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SUCCESS = b'\x03{"status":"Success"}'
POD = {
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"containers": [{"name": "app"}, {"name": "sidecar"}]},
    "status": {"phase": "Running"},
}
Program = Callable[[web.WebSocketResponse], Awaitable[None]]


class Pod:
    """An API server with one pod, in which a test's program runs."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []
        self.headers: dict[str, str] = {}
        self.ended = asyncio.Event()
        self.program: Program = self.silence
        self.cluster: Cluster

    async def silence(self, socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(SUCCESS)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.path in {"/api", "/apis"}:
            return web.json_response(stored("discovery")["core" if request.path == "/api" else "groups"])
        if not request.path.endswith("/exec"):
            return web.json_response(POD)
        self.started.append(request.query.getall("command"))
        self.headers = dict(request.headers)
        socket = web.WebSocketResponse(protocols=("v5.channel.k8s.io",))
        await socket.prepare(request)
        try:
            await self.program(socket)
        finally:
            self.ended.set()
        return socket

    async def kubectl(self, *words: str, timeout: float = 5.0) -> Result:
        return await run(parse(words), self.cluster, now=NOW, timeout=timeout)


@pytest_asyncio.fixture
async def pod(tmp_path: Path) -> AsyncIterator[Pod]:
    made = Pod()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", made.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.cluster = await Cluster.open(kubeconfig=kubeconfig(tmp_path, f"http://127.0.0.1:{runner.addresses[0][1]}"))
    yield made
    await made.cluster.close()
    await runner.cleanup()


ODD = ["sh", "-c", "echo 'a b' && x=$(id) | tee /tmp/%41&command=evil#", "", "--as=root", "-n", "ü\n", "*"]


async def test_the_program_is_given_exactly_the_checked_words(pod: Pod) -> None:
    command = parse(["exec", "web", "-c", "app", "--", *ODD])
    result = await run(command, pod.cluster, now=NOW)
    assert pod.started == [ODD]
    assert command.program == tuple(ODD)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 0)


async def test_the_cluster_is_asked_as_the_bot_and_without_standard_input(pod: Pod) -> None:
    result = await pod.kubectl("exec", "-it", "web", "-c", "app", "--", "ls")
    assert pod.headers["Authorization"] == "Bearer a-token"
    assert any("-i and -t were left out" in note for note in result.notes)


async def test_letters_split_over_two_frames_stay_whole(pod: Pod) -> None:
    async def program(socket: web.WebSocketResponse) -> None:
        word = "é".encode()
        await socket.send_bytes(b"\x01" + word[:1])
        await socket.send_bytes(b"\x02careful\n")
        await socket.send_bytes(b"\x01" + word[1:] + b"\xff\n")
        await socket.send_bytes(SUCCESS)

    pod.program = program
    result = await pod.kubectl("exec", "web", "-c", "app", "--", "ls")
    assert (result.stdout, result.stderr) == ("é\ufffd\n", "careful\n")


async def test_what_comes_after_the_status_is_still_heard(pod: Pod) -> None:
    async def program(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(SUCCESS)
        await socket.send_bytes(b"\x01late\n")

    pod.program = program
    assert (await pod.kubectl("exec", "web", "-c", "app", "--", "ls")).stdout == "late\n"


async def test_a_program_that_does_not_end_is_left_in_time_with_what_it_has_printed(pod: Pod) -> None:
    async def program(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(b"\x01first\n")
        await socket.receive()

    pod.program = program
    result = await pod.kubectl("exec", "web", "-c", "app", "--", "top", timeout=0.3)
    assert (result.stdout, result.exit_code) == ("first\n", 124)
    assert "it may still be running there" in result.stderr
    await asyncio.wait_for(pod.ended.wait(), 5)


async def test_a_program_that_prints_without_end_is_left(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "KEPT", 1000)

    async def program(socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await socket.send_bytes(b"\x01" + b"y\n" * 100)

    pod.program = program
    result = await pod.kubectl("exec", "web", "-c", "app", "--", "yes")
    assert result.exit_code == 1
    assert 1000 < len(result.stdout) < 2000
    assert "printed more than" in result.stderr


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"", "the connection ended before the program did"),
        (b"\x03no json", "unknown error"),
        (b'\x03{"status":"Failure","message":"OCI runtime exec failed"}', "error: OCI runtime exec failed"),
        (b'\x03{"status":"Failure","reason":"NonZeroExitCode"}', "no ExitCode cause given"),
    ],
)
async def test_an_end_that_is_no_exit_code_is_told(pod: Pod, frame: bytes, words: str) -> None:
    async def program(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(frame)

    pod.program = program
    result = await pod.kubectl("exec", "web", "-c", "app", "--", "ls")
    assert result.exit_code == 1
    assert words in result.stderr


async def test_cancelling_hangs_up(pod: Pod) -> None:
    begun = asyncio.Event()

    async def program(socket: web.WebSocketResponse) -> None:
        begun.set()
        await socket.receive()

    pod.program = program
    running = asyncio.create_task(pod.kubectl("exec", "web", "-c", "app", "--", "top"))
    await begun.wait()
    running.cancel()
    await asyncio.wait_for(pod.ended.wait(), 5)
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_preview_starts_nothing(pod: Pod) -> None:
    told = await preview(parse(["exec", "web", "-c", "app", "--", "rm", "-rf", "/x"]), pod.cluster, now=NOW)
    assert pod.started == []
    assert told.sends == ("GET /api/v1/namespaces/default/pods/web/exec (in container app)", '["rm", "-rf", "/x"]\n')
    assert told.inverse is not None
    assert "cannot be taken back" in told.inverse.reason


async def test_a_glob_that_no_shell_fills_in_is_noted(pod: Pod) -> None:
    result = await pod.kubectl("exec", "web", "-c", "app", "--", "rm", "-rf", "/tmp/*")
    assert any("no shell stands between" in note for note in result.notes)
    plain: Any = await pod.kubectl("exec", "web", "-c", "app", "--", "psql", "-c", "select count(*) from t")
    assert plain.notes == ()


async def test_exec_without_a_pod_says_how_it_is_written(pod: Pod) -> None:
    result = await pod.kubectl("exec", "--", "ls")
    assert result.stderr == "error: pod, type/name or --filename must be specified\n"
