"""A real Prometheus: started with an hour of quiet history in a folder of its own, and stopped."""

import asyncio
import contextlib
import os
import random
import shutil
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import aiohttp
import yaml

NO_TOOL = "The graphs begin now, without the hour before: promtool is not installed beside prometheus"
READY_SECONDS, POLL_SECONDS = 15.0, 0.02
PORTS = range(20_000, 32_000)
TOOLS = Path(__file__).parent.parent / ".tools" / "usr" / "bin"


def program(name: str) -> str | None:
    """Find a program on PATH, else where `make prometheus` unpacks it."""
    return shutil.which(name) or shutil.which(name, path=str(TOOLS))


def missing() -> str:
    """Say how to get Prometheus where there is none, else nothing."""
    if program("prometheus") is not None:
        return ""
    return "Prometheus is not installed: PromQL steps will say so (make prometheus fetches it)"


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on, below those that systems give to whoever asks for any one.

    So nobody gets it by chance before the program that it is for has begun to listen.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"every port from {PORTS[0]} to {PORTS[-1]} is taken")


class Prometheus:
    """One server process over one folder of its own."""

    def __init__(self, home: Path, target: str, jobs: Sequence[Mapping[str, str]]) -> None:
        """Scrape `target` at `/metrics/JOB` for each set of labels."""
        self.home = home
        self._target, self._jobs = target, jobs
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, past: Callable[[], Awaitable[str]]) -> str:
        """Start with a past (OpenMetrics) in a fresh folder; gives "" or why there is none."""
        server, tool = program("prometheus"), program("promtool")
        if server is None:
            return missing()
        await _to_its_end(self._prepare, await past() if tool is not None else "")
        without = await self._import(tool) if tool is not None else NO_TOOL
        self._process = await self._launch(server)
        return await self._ready() or without

    def _prepare(self, past: str) -> None:
        (self.home / "data").mkdir(parents=True)
        (self.home / "past.om").write_text(past, "utf-8")
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "5s"},
            "scrape_configs": [self._scrape(labels) for labels in self._jobs],
        }
        (self.home / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")

    def _scrape(self, labels: Mapping[str, str]) -> dict[str, object]:
        added = {key: value for key, value in labels.items() if key != "job"}
        static = {"targets": [self._target], "labels": added}
        return {"job_name": labels["job"], "metrics_path": f"/metrics/{labels['job']}", "static_configs": [static]}

    async def _import(self, tool: str) -> str:
        """Lay the past down; gives "" or what is wrong. Its scratch stays in our folder, for the day it is killed."""
        words = ("tsdb", "create-blocks-from", "openmetrics", str(self.home / "past.om"), str(self.home / "data"))
        done = await asyncio.create_subprocess_exec(
            tool, *words, stdout=_NULL, stderr=asyncio.subprocess.PIPE, env={**os.environ, "TMPDIR": str(self.home)}
        )
        try:
            _, said = await done.communicate()
        except asyncio.CancelledError:
            done.kill()
            await done.wait()
            raise
        why = (said.decode(errors="replace").strip() or f"exit code {done.returncode}").splitlines()[-1]
        return f"The graphs begin now, without the hour before: promtool failed ({why})" if done.returncode else ""

    async def _launch(self, server: str) -> asyncio.subprocess.Process:
        words = (
            f"--config.file={self.home / 'prometheus.yml'}", f"--storage.tsdb.path={self.home / 'data'}",
            f"--web.listen-address=127.0.0.1:{self._port}", "--log.level=error", "--storage.tsdb.retention.time=1d",
        )  # fmt: skip
        with (self.home / "log").open("wb") as log:
            return await asyncio.create_subprocess_exec(server, *words, stdout=log, stderr=log, cwd=self.home)

    async def _ready(self) -> str:
        """Wait until it answers; gives "" or what is wrong."""
        loop = asyncio.get_running_loop()
        end = loop.time() + READY_SECONDS
        async with aiohttp.ClientSession() as session:
            while self.is_running and loop.time() < end:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{self.url}/-/ready") as answer:
                        if answer.status == 200:
                            return ""
                await asyncio.sleep(POLL_SECONDS)
        await self.stop()
        return f"Prometheus did not become ready within {READY_SECONDS:.0f} s; its log is in {self.home}"

    async def stop(self) -> None:
        """Stop it at once (nothing in its folder is kept), and wait until it is gone."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _to_its_end(act: Callable[[str], None], given: str) -> None:
    """Do it in a thread, and wait for its end even when cancelled: nothing may appear in a folder that is removed."""
    doing = asyncio.ensure_future(asyncio.to_thread(act, given))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


_NULL = asyncio.subprocess.DEVNULL
