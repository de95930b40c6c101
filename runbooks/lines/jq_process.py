"""Run one jq program in a process that may be killed: the first line, JSON, says which; the rest is its input."""

import json
import re
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

MEMORY = 320 << 20
"""Beside the bot in a container of 512 MiB; 28 MiB of pods take 180."""
SECONDS = 3
OUTPUT = 32 << 20
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\[\]{},:"]+')
_TEXT = re.compile(r"[^ \t\r\n]")
_SORTED = 'walk(if type == "object" then to_entries | sort_by(.key) | from_entries else . end)'


class _Failed(str):
    """An error of one input; the next one is taken all the same."""

    __slots__ = ()


class _Enough(Exception):
    """The output is as long as it may be."""


def main() -> int:
    """Read the input, run the program, print as jq does; return jq's exit code."""
    for what, limit in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_NOFILE, 32)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (limit if hard < 0 else min(limit, hard), hard))
    head, newline, text = sys.stdin.buffer.read().decode(errors="replace").partition("\n")
    asked = json.loads(head)
    try:
        program = _compiled(asked, text if newline else "")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return _printed(program, asked, text) if newline else 0


def _compiled(asked: dict[str, Any], text: str) -> Any:
    import jq  # type: ignore[import-not-found]  # noqa: PLC0415  # no types; the limits come first

    source, named = asked["program"], dict(asked["named"])
    jq.compile(source, args={**named, "__in": []})  # what is put around it may not make sense of nonsense
    if "n" in asked["flags"]:
        named["__in"] = list(jq.compile(".").input_text(text)) if text.strip() and "input" in source else []
        source = f"def inputs: $__in[]; def input: first($__in[]); {source}"
    ordered = f" | {_SORTED}" if "S" in asked["flags"] else ""
    return jq.compile(f'({source}\n){ordered} | [tojson, if type == "string" then . else null end]', args=named)


def _results(program: Any, flags: str, text: str) -> Iterator[list[str | None] | _Failed]:
    if "n" in flags:
        yield from program.input_value(None)
    elif "R" in flags:
        rows = [text] if "s" in flags else text.removesuffix("\n").split("\n") if text else []
        for number, row in enumerate(rows, 1):
            yield from _tried(program.input_value(row), number)
    elif "s" in flags:
        yield from program.input_text(text, slurp=True)
    else:
        yield from _from_text(program, text)


def _from_text(program: Any, text: str) -> Iterator[list[str | None] | _Failed]:
    """Take the inputs at once; when one fails, which ends jq's own reading, one by one from there."""
    count = 0
    try:
        for result in program.input_text(text):
            yield result
            count += 1
    except ValueError as error:
        if str(error).startswith("parse error"):
            raise
        yield from islice(_one_by_one(program, text), count, None)


def _one_by_one(program: Any, text: str) -> Iterator[list[str | None] | _Failed]:
    reader, at = json.JSONDecoder(strict=False), 0
    while rest := _TEXT.search(text, at):
        try:
            _, at = reader.raw_decode(text, rest.start())
        except ValueError:
            yield from program.input_text(text[rest.start() :])  # which tells what is wrong with it
            return
        yield from _tried(
            program.input_text(text[rest.start() : at]), text.count("\n", 0, at) + ("\n" in text[at : at + 2])
        )


def _tried(results: Any, line: int) -> Iterator[list[str | None] | _Failed]:
    try:
        yield from results
    except ValueError as error:
        yield _Failed(f"jq: error (at <stdin>:{line}): {error}\n")


def _printed(program: Any, asked: dict[str, Any], text: str) -> int:
    flags, last, written, code = asked["flags"], "", 0, 0
    end = "" if "j" in flags else "\n"
    try:
        for result in _results(program, flags, text):
            code = 5 if isinstance(result, _Failed) else 0
            if isinstance(result, _Failed):
                sys.stderr.write(result)
                continue
            written_out, plain = result
            last = written_out or ""
            shown = plain if plain is not None and ("r" in flags or "j" in flags) else _pretty(last, asked)
            written += len(shown)
            if written > OUTPUT:
                raise _Enough
            sys.stdout.write(shown + end)
    except _Enough:
        sys.stderr.write("jq: the output was cut at 32 MiB. Ask for less.\n")
        return 5
    except ValueError as error:
        broken = str(error).startswith("parse error")
        sys.stderr.write(f"jq: {error}\n" if broken else f"jq: error (at <stdin>:{text.count(chr(10))}): {error}\n")
        return 5
    if code:
        return code
    if "e" in flags:
        return 4 if not last else int(last in {"null", "false"})
    return 0


def _pretty(compact: str, asked: dict[str, Any]) -> str:
    """Break compact JSON into lines, its numbers as they were."""
    step = "\t" if "t" in asked["flags"] else " " * asked["indent"]
    if "c" in asked["flags"] or not step:
        return compact
    said, depth = [], 0
    pieces = _PIECE.findall(compact)
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        if piece in "[{":
            empty = following in {"]", "}"}
            depth += not empty
            said.append(piece if empty else f"{piece}\n{step * depth}")
        elif piece in "]}":
            empty = pieces[index - 1] in {"[", "{"}
            depth -= not empty
            said.append(piece if empty else f"\n{step * depth}{piece}")
        elif piece == ",":
            said.append(f",\n{step * depth}")
        else:
            said.append(": " if piece == ":" else piece)
    return "".join(said)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # it is a TextIOWrapper
    sys.stderr.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
