"""`jq`: its own library, in a process of its own that has an empty environment, little time and little memory.

A jq program can run for ever and take all memory (`[range(1e12)]`; `"a" * 1e9` does when it is compiled), so that none
is run or even compiled inside the bot. What could read files (`import`, `include`, `modulemeta`) is refused before.
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from runbooks.lines.filtering import Filter, Filtered, Filtering, Flow, Stopped, no_files, options
from runbooks.lines.refusal import LineRefused

SECONDS = 30.0
"""Of the clock, on a machine that is busy; `jq_process` bounds those of the processor."""
_LOOKING = 0.1
_PROCESS = Path(__file__).with_name("jq_process.py")
_SHORT = "rcesnRSjMC"
_LONG = {
    "raw-output": "r",
    "compact-output": "c",
    "exit-status": "e",
    "slurp": "s",
    "null-input": "n",
    "raw-input": "R",
    "sort-keys": "S",
    "join-output": "j",
    "monochrome-output": "M",
    "color-output": "C",
    "tab": "t",
    "indent=": "i",
    "unbuffered": "u",
}
_READS_FILES = re.compile(r"(?:^\s*(?:#[^\n]*\n\s*)*(?:import|include|module)\b)|\b(?:modulemeta|get_search_list)\b")
_ENVIRONMENT = re.compile(r"\$ENV\.|(?:^|[\s|(,:])env\.[A-Za-z_]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def jq(words: Sequence[str]) -> Filter:
    """Read `jq -r '.items[].metadata.name'`. Raises LineRefused, for a program that does not compile, too."""
    words, named = _named(words)
    given = options(words, _SHORT + "tui:", _LONG)
    program, *files = given.operands or (".",)
    no_files(words, files)
    if _READS_FILES.search(program):
        raise LineRefused("`jq` here reads no files, so it imports nothing.", "Write the whole program into the line.")
    if _ENVIRONMENT.search(program):
        raise LineRefused(
            "`jq` here sees no environment: it would be the bot's.", "Give it a value: `--arg name value`."
        )
    if "-i" in given and not re.fullmatch(r"[0-7]", given.last("-i")):
        raise LineRefused("`jq --indent` takes a number from 0 to 7.")
    asked = {
        "program": program,
        "flags": "".join(sorted({option[1] for option, _ in given.pairs})),
        "indent": int(given.last("-i", "2")),
        "named": named,
    }
    _compiles(json.dumps(asked))

    def filtered(flow: Flow) -> Filtering:
        done = _run(json.dumps(asked), flow.whole(), flow.stop)
        flow.errors += [done.errors] if done.errors else []
        yield done.text
        return done.exit_code

    return filtered


def _named(words: Sequence[str]) -> tuple[list[str], dict[str, object]]:
    """Take `--arg name value` and `--argjson name value` out of the words."""
    rest, named, at = [words[0]], dict[str, object](), 1
    while at < len(words):
        if words[at] in {"--arg", "--argjson"}:
            name, value = (*words[at + 1 : at + 3], "", "")[:2]
            if not _NAME.fullmatch(name) or at + 2 >= len(words):
                raise LineRefused(f"`jq {words[at]}` takes a name and a value.", "Write `--arg name value`.")
            named[name] = value if words[at] == "--arg" else _json(value)
            at += 3
        else:
            rest.append(words[at])
            at += 1
    return rest, named


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        raise LineRefused(f"`jq --argjson` takes JSON, and `{value}` is none.", "For a text, write `--arg`.") from None


@lru_cache(maxsize=256)
def _compiles(asked: str) -> None:
    """Raise LineRefused for a program that does not compile."""
    tried = _run(asked, None)
    if tried.exit_code:
        why = tried.errors.strip().splitlines()[0] if tried.errors.strip() else "it does not compile"
        program = json.loads(asked)["program"]
        raise LineRefused(
            f"`jq '{program}'`: {why.removeprefix('jq: error: ').rstrip('.:')}.", "Try it at your own terminal first."
        )


def _run(asked: str, text: str | None, stop: threading.Event | None = None) -> Filtered:
    """Run the program on a text; on None, only compile it. Raises Stopped when nobody waits any more."""
    sent = asked if text is None else f"{asked}\n{text}"
    with subprocess.Popen(  # noqa: S603  # our own interpreter and file; the program goes in as data
        [sys.executable, "-I", str(_PROCESS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
    ) as process:
        threading.Thread(target=_end, args=(process, stop or threading.Event()), daemon=True).start()
        out, err = process.communicate(sent.encode(errors="replace"))
    if stop is not None and stop.is_set():
        raise Stopped
    said, errors = out.decode(errors="replace"), err.decode(errors="replace")
    if process.returncode < 0 or re.search(r"^MemoryError", errors, re.MULTILINE):
        return Filtered("", 5, "jq: stopped, for it took too much memory or time. Ask for less.\n")
    return Filtered(said, process.returncode, errors)


def _end(process: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
    """End a process that takes too long, or that nobody waits for any more."""
    until = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < until and not stop.wait(_LOOKING):
        pass
    process.kill()
