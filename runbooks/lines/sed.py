r"""The sed people use in a pipe: `s/a/b/gI`, and `p` and `d` for lines (`5p`, `2,4p`, `$d`, `/re/d`), joined by `;`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.lines.filtering import Filter, Filtered, joined, lines, no_files, options
from runbooks.lines.patterns import pattern
from runbooks.lines.refusal import LineRefused

_HELP = "It knows `s/a/b/g`, `5p`, `2,4p`, `$d`, `/text/d`, with -n and -E."
_ADDRESS = re.compile(r"\s*(?:(\d+|\$)(?:,(\d+|\$))?|/((?:[^/\\]|\\.)*)/(I?))?\s*(!?)\s*([pdqs])")
_REFERENCE = re.compile(r"\\(.)|&", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}

Chosen = Callable[[int, int, str], bool]
"""Line number, number of lines, the line -> whether the step is for it."""


@dataclass(frozen=True)
class _Step:
    chosen: Chosen
    do: str
    change: Callable[[str], tuple[str, bool]] | None = None
    prints: bool = False


def sed(words: Sequence[str]) -> Filter:
    """Read `sed -n '2,4p'`, `sed -E 's/(a|b)/x/g'`; raises LineRefused for what sed could do beyond that."""
    given = options(words, "nErse:", {"quiet": "n", "silent": "n", "regexp-extended": "E", "expression=": "e"})
    scripts, operands = given.every("-e"), list(given.operands)
    if not scripts:
        if not operands:
            raise LineRefused("`sed` has no script.", _HELP)
        scripts = [operands.pop(0)]
    no_files(words, operands)
    syntax = "extended" if "-E" in given or "-r" in given else "basic"
    steps = [step for script in scripts for step in _steps(script, syntax)]
    silent = "-n" in given
    return lambda text: Filtered(_run(text, steps, silent=silent))


def _run(text: str, steps: list[_Step], *, silent: bool) -> str:
    printed: list[str] = []
    shown: list[str] = []
    every = lines(text)
    number = 0
    for number, line in enumerate(every, 1):
        more, shown = _one(line, number, len(every), steps, silent=silent)
        printed += shown
        if not more:
            break
    said = joined(printed)
    ends_open = bool(shown) and not text.endswith("\n") and number == len(every)
    return said.removesuffix("\n") if ends_open else said


def _one(line: str, number: int, last: int, steps: list[_Step], *, silent: bool) -> tuple[bool, list[str]]:
    """Take one line through the steps: whether to go on, and what it prints."""
    printed: list[str] = []
    for step in steps:
        if not step.chosen(number, last, line):
            continue
        if step.do == "d":
            return True, printed
        if step.do == "q":
            return False, printed if silent else [*printed, line]
        changed = True
        if step.change:
            line, changed = step.change(line)
        if step.do == "p" or (step.prints and changed):
            printed.append(line)
    return True, printed if silent else [*printed, line]


def _steps(script: str, syntax: str) -> list[_Step]:
    steps, at = [], 0
    while script[at:].strip(" ;\n"):
        at += len(script[at:]) - len(script[at:].lstrip(" ;\n"))
        step, at = _step(script, at, syntax)
        steps.append(step)
        rest = script[at:].lstrip()
        if rest and rest[0] not in ";\n":
            raise LineRefused(f"`sed` does not understand `{rest}` here.", _HELP)
    return steps


def _step(script: str, at: int, syntax: str) -> tuple[_Step, int]:
    found = _ADDRESS.match(script, at)
    if found is None:
        raise LineRefused(f"`sed '{script}'` is more than is understood here.", _HELP)
    chosen = _chosen(found, syntax)
    if found[6] != "s":
        return _Step(chosen, found[6]), found.end()
    source, replacement, flags, end = _substitution(script, found.end())
    change = _change(source, replacement, flags, syntax)
    return _Step(chosen, "s", change, prints="p" in flags), end


def _chosen(found: re.Match[str], syntax: str) -> Chosen:
    first, second, source, fold, negated = found[1], found[2], found[3], found[4], bool(found[5])
    if source is not None:
        compiled = pattern([source.replace("\\/", "/")], syntax, ignore_case=bool(fold))
        return lambda _number, _last, line: compiled.search(line) is not negated
    if first is None:
        return lambda _number, _last, _line: True

    def between(number: int, last: int, _line: str) -> bool:
        start = last if first == "$" else int(first)
        end = start if second is None else (last if second == "$" else max(int(second), start))
        return (start <= number <= end) is not negated

    return between


def _substitution(script: str, at: int) -> tuple[str, str, str, int]:
    """Read `/a/b/flags`, whose separator may be any character."""
    separator = re.escape(script[at : at + 1] or "/")
    part = rf"((?:[^{separator}\\]|\\.)*)"
    found = re.compile(rf"{separator}{part}{separator}{part}{separator}([gIip0-9]*)", re.DOTALL).match(script, at)
    if found is None:
        raise LineRefused(f"`sed '{script}'` has an `s` that is not closed.", "Write `s/old/new/g`.")
    char = script[at]
    source = found[1].replace(f"\\{char}", char if char not in "|+?(){}.*[]^$" else f"\\{char}")
    return source, found[2].replace(f"\\{char}", char), found[3], found.end()


def _change(source: str, replacement: str, flags: str, syntax: str) -> Callable[[str], tuple[str, bool]]:
    compiled = pattern([source], syntax, ignore_case="i" in flags.lower()).compiled
    numbers = re.sub(r"\D", "", flags)
    nth, everything = int(numbers or 1), "g" in flags
    references = [int(one) for one in re.findall(r"\\(\d)", replacement)]
    if references and max(references) > compiled.groups:
        raise LineRefused(f"`sed` has no group {max(references)} in `{source}`.", _HELP)

    def change(line: str) -> tuple[str, bool]:
        said, at, seen, ended = [], 0, 0, -1
        for match in compiled.finditer(line):
            empty_beside_a_match = match.start() == match.end() == ended
            ended = match.end()
            seen += not empty_beside_a_match
            if seen < nth or empty_beside_a_match:
                continue
            said += [line[at : match.start()], _filled(replacement, match)]
            at = match.end()
            if not everything:
                break
        return "".join([*said, line[at:]]), bool(said)

    return change


def _filled(replacement: str, match: Any) -> str:
    def part(found: re.Match[str]) -> str:
        if found[0] == "&":
            return str(match.group(0))
        if found[1].isdigit():
            return match.group(int(found[1])) or ""
        return _ESCAPES.get(found[1], found[1])

    return _REFERENCE.sub(part, replacement)
