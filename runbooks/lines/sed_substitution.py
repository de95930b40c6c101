"""What sed's `s/old/new/` puts in the place of what it finds."""

import re
from collections.abc import Callable
from typing import Any

from runbooks.lines.filtering import LIMIT, Flow, TooMuch
from runbooks.lines.refusal import LineRefused

_GROUPS = "Write a group as `\\(a\\)`, or as `(a)` with -E."
_REFERENCE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)|&", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "f": "\f", "v": "\v", "r": "\r", "a": "\a"}
_CASES: dict[str, Callable[[str], str]] = {"U": str.upper, "L": str.lower, "E": str}


def char_of(written: str) -> str:
    """The character of `x22`."""
    return chr(int(written[1:], 16))


def change(compiled: Any, source: str, replacement: str, flags: str) -> Callable[[Flow, str], tuple[str, bool]]:
    """Return what an `s` does to a line, and whether it did. Raises LineRefused for a group that is not there."""
    nth, everything = int(re.sub(r"\D", "", flags) or 1), "g" in flags
    references = [int(one) for one in re.findall(r"\\(\d)", replacement.replace("\\\\", ""))]
    if references and max(references) > compiled.groups:
        raise LineRefused(
            f"`sed` has no group {max(references)} in `{source}`.",
            "Groups are counted from 1: `\\(a\\)`, or `(a)` with -E.",
        )

    def changed(flow: Flow, line: str) -> tuple[str, bool]:
        said, at, seen, ended, size = [], 0, 0, -1, 0
        for match in compiled.finditer(line):
            flow.check()
            empty_beside_a_match = match.start() == match.end() == ended
            ended = match.end()
            seen += not empty_beside_a_match
            if seen < nth or empty_beside_a_match:
                continue
            said += [line[at : match.start()], _filled(replacement, match)]
            size += len(said[-1])
            if size > LIMIT:
                raise TooMuch("a line")
            at = match.end()
            if not everything:
                break
        return "".join([*said, line[at:]]), bool(said)

    return changed


def _filled(replacement: str, match: Any) -> str:
    said: list[str] = []
    case: Callable[[str], str] = str
    next_case: Callable[[str], str] = str
    at = size = 0

    def add(text: str) -> None:
        nonlocal next_case, size
        size += len(text)
        if size > LIMIT:
            raise TooMuch("a line")
        if text:
            said.append(next_case(case(text)[:1]) + case(text)[1:])
            next_case = str

    for found in _REFERENCE.finditer(replacement):
        add(replacement[at : found.start()])
        at = found.end()
        char = found[1]
        if char in _CASES:
            case = _CASES[char]
        elif char in {"u", "l"}:
            next_case = str.upper if char == "u" else str.lower
        elif char is None or char.isdigit():
            add(match.group(int(char or 0)) or "")
        elif len(char) > 1:
            add(char_of(char))
        else:
            add(ESCAPES.get(char, char))
    add(replacement[at:])
    return "".join(said)
