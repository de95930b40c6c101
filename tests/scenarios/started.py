"""The sandbox and the bot, started as a user starts them: two processes, stopped by a signal."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import aiohttp

from sandbox.prometheus import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MUSTER_", "KUBECONFIG"))}


@dataclass
class Company:
    """A running sandbox: its page's address, and the environment to give the bot."""

    page: str
    env: dict[str, str]

    async def control(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask or tell the sandbox itself."""
        async with aiohttp.ClientSession() as http:
            method = "GET" if body is None else "POST"
            async with http.request(method, f"{self.page.rstrip('/')}/sandbox/{path}", json=body) as answer:
                return await answer.json()


async def stop(process: Process) -> int:
    """Stop a program as a person does, and return its exit code."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


@asynccontextmanager
async def sandbox(*more: str) -> AsyncIterator[Company]:
    """Start `python -m sandbox --json`."""
    command = [sys.executable, "-m", "sandbox", "--json", *more]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=PLAIN, stdout=PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            told = json.loads(await process.stdout.readline())
        yield Company(told["page"], told["env"])
    finally:
        assert await stop(process) == 0


@dataclass
class Bot:
    """A running bot: its process, its own address, and its log's file."""

    process: Process
    url: str
    log: Path
    killed: bool = False

    async def ready(self) -> None:
        """Wait until `/readyz` says so."""
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
            while self.process.returncode is None:
                with suppress(aiohttp.ClientError):
                    async with http.get(self.url + "/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)  # another process: there is nothing to wait on but its answer
        raise AssertionError(f"the bot stopped:\n{self.log.read_text()}")


@asynccontextmanager
async def bot(company: Company, folder: Path, **env: str) -> AsyncIterator[Bot]:
    """Start `python -m bot`, connected to the sandbox, wait until it is ready, and stop it; or it was killed inside."""
    number = int(env.get("HTTP_PORT") or free_port())
    log = folder / f"bot-{number}.log"
    with log.open("wb") as written:
        process = await serve(company, folder, written, **{"HTTP_PORT": str(number)} | env)
        running = Bot(process, f"http://127.0.0.1:{number}", log)
        try:
            await running.ready()
            yield running
        finally:
            code = await stop(process)
    told = log.read_text()
    assert code == (-signal.SIGKILL if running.killed else 0), told
    assert "Traceback" not in told, told
    assert not re.search(r"xox[bp]-|xapp-", told), "a token stands in the log"


async def serve(company: Company, folder: Path, written: IO[bytes] | int, **env: str) -> Process:
    """Begin `python -m bot` with the sandbox's environment, changed by `env`."""
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/muster.db",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": "0",
        "LOG_FORMAT": "json",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        cwd=ROOT,
        env=PLAIN | company.env | settings | env,
        stdout=written,
        stderr=written,
    )


async def kill(running: Bot) -> None:
    """End a bot as a power cut does."""
    running.killed = True
    running.process.kill()
    await running.process.wait()
