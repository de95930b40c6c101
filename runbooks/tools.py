"""Run a program that muster.yaml allows: an argument list, a clean environment, a time limit; never a shell."""

import asyncio
import os
import re
import signal
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from runbooks.outputs import TIMED_OUT, Printed
from runbooks.redaction import Redaction

KEPT = 4 * 1024 * 1024
GRACE = 1.0
_LOOKING = 0.02
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN = re.compile(
    r"(?:.*_|PG)?(?:DATABASE|REGION|ZONE|LOCATION|PROFILE|PROJECT|ACCOUNT_ID|CLUSTER|NAMESPACE|CONTEXT|BUCKET|REPOSITORY|BRANCH|TZ|LANG"
    r"|LC_[A-Z]+|HOST|HOSTNAME|PORT|USER|USERNAME|EMAIL|PATH|HOME|DIR|DIRECTORY|FILE|KUBECONFIG|OUTPUT|FORMAT|PAGER|EDITOR"
    r"|TERM|COLUMNS|LEVEL|DEBUG|VERBOSE|ENV|ENVIRONMENT|STAGE|VERSION|TIMEOUT|CACHE|INTERVAL|NAME)",
    re.IGNORECASE,
)
"""Variables that say where and how; what any other one holds may be a secret."""
_LOGIN = re.compile(r"://[^\s/@]*?:([^\s/@]+)@|(?:password|pwd|token|secret|key)=([^\s;&]+)", re.IGNORECASE)
_NOT_STARTED, _CHUNK = 126, 64 * 1024


class ToolFailed(Exception):
    """A program that is allowed cannot be started: one sentence, and what to do."""


@dataclass(frozen=True)
class ToolPlace:
    """Where a program is, the file with its environment, and the folder it works in."""

    path: Path
    env_file: Path | None = None
    folder: Path | None = None


def how_to_allow(name: str) -> str:
    """Say why a program is a person's to run, and what would change that."""
    return (
        f"`{name}` does not run on this installation: run the line at your own terminal."
        f" To let Muster run it, name it in muster.yaml under `tools`: {name}: {{path: /usr/bin/{name}}}."
    )


def environment(file: Path | None, home: Path) -> dict[str, str]:
    """Give all variables of a program: a minimal set, and its file's `NAME=value` lines. Raises ToolFailed."""
    found = {"PATH": _PATH, "HOME": str(home), "LANG": "C.UTF-8"}
    if file is None:
        return found
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ToolFailed(
            f"Its env_file {file.name} cannot be read ({type(error).__name__}). Check muster.yaml."
        ) from None
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, value = _pair(file, number, line)
        if name in seen:
            raise ToolFailed(f"{file.name}:{number}: {name} is there twice. Keep one of them.")
        seen.add(name)
        found[name] = value
    return found


def _pair(file: Path, number: int, line: str) -> tuple[str, str]:
    """Read `NAME=value`. The value is taken as it stands, so what only a shell would undo is an error."""
    name, sign, value = line.partition("=")
    where = f"{file.name}:{number}"
    if name.startswith("export "):
        raise ToolFailed(f"{where}: there is no shell that would export. Write {name.removeprefix('export ')}=….")
    if not sign or not _NAME.fullmatch(name):
        raise ToolFailed(f"{where} is no `NAME=value` line. Mend it.")
    if value[:1] in {'"', "'"} and value[-1:] == value[:1] and len(value) > 1:
        raise ToolFailed(f"{where}: the quotes around the value of {name} would become part of it. Leave them out.")
    if "\0" in value:
        raise ToolFailed(f"{where}: the value of {name} holds a NUL. Mend it.")
    return name, value


def _secrets(variables: Mapping[str, str]) -> set[str]:
    """Return what must not be printed: values, and the passwords within addresses, also as they are without `%40`."""
    values = {value for name, value in variables.items() if not _SHOWN.fullmatch(name)}
    inside = {part for value in variables.values() for found in _LOGIN.findall(value) for part in found if part}
    return values | inside | {unquote(part) for part in inside}


class Tools:
    """The programs of muster.yaml."""

    def __init__(self, places: Mapping[str, ToolPlace] | None = None) -> None:
        self._places = dict(places or {})

    def allows(self, name: str) -> bool:
        """Whether this installation may run a program."""
        return name in self._places

    def explain(self, words: Sequence[str]) -> tuple[str, ...]:
        """Say what would be started, where and with which variables, without their values. Raises ToolFailed."""
        place = self._places[words[0]]
        names = [*environment(place.env_file, Path("/"))]
        where = str(place.folder) if place.folder else "an empty folder of its own"
        return (f"start: {place.path}", *(f"word: {word}" for word in words[1:]), f"in: {where}",
                f"with only these variables: {', '.join(names)}")  # fmt: skip

    async def run(self, words: Sequence[str], *, timeout: float) -> Printed:
        """Run it; when time is over or nobody waits any more, it is ended with all that it has started."""
        place = self._places[words[0]]
        with ExitStack() as stack:
            folder = place.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-tool-")))
            variables = environment(place.env_file, folder)
            redact = Redaction(words=_secrets(variables))
            ran = await self._started(place, words, variables, folder, timeout)
        return Printed(redact(ran.stdout), redact(ran.stderr), ran.exit_code, ran.notes)

    async def _started(
        self, place: ToolPlace, words: Sequence[str], variables: Mapping[str, str], folder: Path, timeout: float
    ) -> Printed:
        try:
            process = await asyncio.create_subprocess_exec(
                place.path,
                *words[1:],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=dict(variables),
                cwd=folder,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            return Printed(
                "", f"{words[0]} cannot be started: {why}. Check its path and folder in muster.yaml.\n", _NOT_STARTED
            )
        return await _watched(process, words[0], timeout)


@dataclass
class _Kept:
    """The beginning of a stream, and how much more came."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    async def read(self, stream: asyncio.StreamReader | None) -> None:
        while stream is not None and (chunk := await stream.read(_CHUNK)):
            if self.size < KEPT:
                self.parts.append(chunk[: KEPT - self.size])
            self.size += len(chunk)

    @property
    def text(self) -> str:
        return b"".join(self.parts).decode("utf-8", "replace")


async def _watched(process: asyncio.subprocess.Process, name: str, timeout: float) -> Printed:
    out, err = _Kept(), _Kept()
    reading = asyncio.gather(out.read(process.stdout), err.read(process.stderr))
    late = False
    try:
        async with asyncio.timeout(timeout):
            await _exited(process)
    except TimeoutError:
        late = True
        await _ended(process)
    finally:
        _killed(process)
        gone = asyncio.gather(reading, _exited(process))
        await asyncio.wait([gone], timeout=GRACE)
        gone.cancel()
    left = max(out.size - KEPT, 0)
    notes = (f"{left:,} bytes at the end were left out. Narrow the line.",) if left else ()
    if late:
        said = f"{name} had not ended after {timeout:g} s and was stopped.\n"
        return Printed(out.text, f"{err.text}{said}", TIMED_OUT, notes)
    return Printed(out.text, err.text, _code(process.returncode), notes)


async def _exited(process: asyncio.subprocess.Process) -> None:
    """Wait for the program itself: Process.wait() would also wait for children that still hold its output open."""
    closed = asyncio.ensure_future(process.wait())
    try:
        while process.returncode is None:
            await asyncio.wait([closed], timeout=_LOOKING)
    finally:
        closed.cancel()


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Ask the whole group to end, and give it a moment."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(_exited(process), GRACE)


def _killed(process: asyncio.subprocess.Process) -> None:
    """End what is left of the group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _code(returncode: int | None) -> int:
    """A signal's number becomes 128 and more, as a shell tells it."""
    code = returncode or 0
    return 128 - code if code < 0 else code


__all__ = ["ToolFailed", "ToolPlace", "Tools", "environment", "how_to_allow"]
