"""How things are measured and told: one line each, a number and what it is beside."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any

from tests.scenarios.started import PLAIN, ROOT


def line(what: str, measured: str, beside: str = "") -> None:
    print(f"{what:<46} {measured:>18}   {beside}".rstrip(), flush=True)


def resident(pid: int) -> float:
    """Return a process's resident memory in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def timed(doing: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await doing
    return time.perf_counter() - began


async def program(*words: str, env: Mapping[str, str] = PLAIN) -> float:
    """Run a program to its end; return its seconds."""
    null = asyncio.subprocess.DEVNULL
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=dict(env), stdout=null, stderr=null)
    if await process.wait() not in {0, 1}:
        raise RuntimeError(f"{words} failed")
    return time.perf_counter() - began
