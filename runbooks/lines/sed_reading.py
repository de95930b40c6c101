"""A sed script read into steps: addresses, `s`, `y`, `{…}` and the letters p d q Q = n a i c."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from runbooks.lines.filtering import Flow
from runbooks.lines.patterns import Pattern, pattern
from runbooks.lines.posix_patterns import LINE_BREAK
from runbooks.lines.refusal import LineRefused
from runbooks.lines.sed_substitution import ESCAPES, change, char_of

_JUMPS = {"b", "t", "T"}
HELP = (
    "It knows `s/a/b/g`, `y/ab/xy/`, `2,4p`, `$d`, `/a/,/b/p`, `5q`, "
    "`N`, `D`, `h`, `G`, `x`, `:a` and `ba`, with -n, -E and -z."
)
_OTHERS = {
    "w": "would write a file",
    "W": "would write a file",
    "r": "would read a file",
    "R": "would read a file",
    "e": "would run a program",
}


@dataclass(frozen=True)
class Address:
    """Which line: a number (None is the last), `first~step`, `+number`, or a pattern."""

    number: int | None = None
    step: int | None = None
    pattern: Pattern | None = None
    plus: bool = False


@dataclass(frozen=True, eq=False)
class Step:
    """One thing to do, and for which lines; `to` is where a `{` that is not for this line goes on, or a jump goes."""

    do: str
    first: Address | None = None
    last: Address | None = None
    negated: bool = False
    change: Callable[[Flow, str], tuple[str, bool]] | None = None
    prints: bool = False
    text: str = ""
    to: int = 0


def steps_of(script: str, syntax: str) -> list[Step]:
    """Read a script. Raises LineRefused."""
    reader = _Reader(script, syntax)
    reader.block(inside=False)
    if not reader.steps:
        raise LineRefused("`sed` has an empty script.", HELP)
    return [reader.led(step) for step in reader.steps]


class _Reader:
    """One pass over one script."""

    def __init__(self, script: str, syntax: str) -> None:
        self.script = script
        self.syntax = syntax
        self.at = 0
        self.steps: list[Step] = []
        self.labels: dict[str, int] = {}

    def led(self, step: Step) -> Step:
        """Tell a jump where its label is."""
        if step.do not in _JUMPS:
            return step
        if step.text and step.text not in self.labels:
            raise self._refused(f"goes to `{step.text}`, and there is no such label")
        return replace(step, to=self.labels[step.text] if step.text else len(self.steps))

    def block(self, *, inside: bool) -> None:
        while True:
            self._skip(" \t;\n")
            if self.at >= len(self.script):
                if inside:
                    raise LineRefused(f"`sed '{self.script}'` opens a brace and does not close it.", HELP)
                return
            if self.script[self.at] == "}" and inside:
                self.at += 1
                return
            if self.script[self.at] == "#":
                self.at = (self.script.find("\n", self.at) + 1) or len(self.script)
                continue
            if self.script[self.at] == ":":
                self.at += 1
                self.labels[self._label()] = len(self.steps)
            else:
                self._step()

    def _skip(self, chars: str) -> None:
        while self.at < len(self.script) and self.script[self.at] in chars:
            self.at += 1

    def _refused(self, why: str = "") -> LineRefused:
        return LineRefused(f"`sed '{self.script}'` {why or 'is more than is understood here'}.", HELP)

    def _label(self) -> str:
        self._skip(" \t")
        found = re.compile(r"[^\s;}]*").match(self.script, self.at)
        self.at += len(found[0]) if found else 0
        return found[0] if found else ""

    def _step(self) -> None:
        first, last = self._address(), None
        self._skip(" \t")
        if first is not None and self.script.startswith(",", self.at):
            self.at += 1
            self._skip(" \t")
            last = self._address(second=True)
            if last is None:
                raise self._refused("has a range without an end")
        if first is not None and first.number == 0 and first.step is None and (last is None or last.pattern is None):
            raise self._refused("asks for line 0, and they are counted from 1")
        self._skip(" \t")
        negated = self.script.startswith("!", self.at)
        self._skip("! \t")
        do = self.script[self.at : self.at + 1]
        self.at += 1
        place = len(self.steps)
        self.steps.append(Step(do, first, last, negated))
        self.steps[place] = self._command(do, first, last, negated=negated)

    def _command(self, do: str, first: Address | None, last: Address | None, *, negated: bool) -> Step:
        if do == "{":
            self.block(inside=True)
            return Step(do, first, last, negated, to=len(self.steps))
        if do and do in "aic":
            return Step(do, first, last, negated, text=self._text())
        if do in {"s", "y"}:
            step = (
                self._substitution(first, last, negated=negated) if do == "s" else self._exchange(first, last, negated)
            )
        elif do in _JUMPS:
            step = Step(do, first, last, negated, text=self._label())
        elif do and do in "pPdDqQ=nNhHgGx":
            step = Step(do, first, last, negated)
        elif do in _OTHERS:
            raise self._refused(f"uses `{do}`, which {_OTHERS[do]}")
        else:
            raise self._refused()
        self._skip(" \t")
        if self.at < len(self.script) and self.script[self.at] not in ";\n}#":
            raise LineRefused(f"`sed` does not understand `{self.script[self.at :]}` here.", HELP)
        return step

    def _address(self, *, second: bool = False) -> Address | None:
        found = re.compile(r"(\+?)(\d{1,9})(?:~(\d{1,9}))?|~(\d{1,9})|(\$)").match(self.script, self.at)
        if found and not (found[1] and (not second or found[3])) and not (found[4] and not second):
            self.at = found.end()
            if found[5]:
                return Address()
            step = found[3] or found[4]
            return Address(int(found[2] or 0), int(step) if step else None, plus=bool(found[1]))
        if self.script.startswith(("/", "\\"), self.at):
            self.at += self.script.startswith("\\", self.at)
            source = self._until(self.script[self.at : self.at + 1])
            fold = self.script.startswith("I", self.at)
            self.at += fold
            return Address(pattern=self._pattern(source, fold=fold))
        return None

    def _until(self, separator: str) -> str:
        """Read up to the separator that is not escaped and stands in no brackets."""
        if not separator or separator in "\\\n":
            raise self._refused()
        found = re.compile(
            rf"{re.escape(separator)}((?>\\.|\[\^?\]?(?>\[[:=.][^\]\n]{{1,20}}?[:=.]\]|[^\]\n])*+\]|[^\\\n\[{re.escape(separator)}])*+){re.escape(separator)}",
            re.DOTALL,
        ).match(self.script, self.at)
        if found is None:
            raise LineRefused(f"`sed '{self.script}'` has a pattern that is not closed.", "Write `s/old/new/g`.")
        self.at = found.end()
        special = separator in "|+?(){}.*[]^$"
        return found[1].replace(f"\\{separator}", f"[{separator}]" if special and separator != "^" else separator)

    def _pattern(self, source: str, *, fold: bool) -> Pattern:
        if not source:
            raise self._refused("uses the last pattern again; write it out")
        written = re.sub(r"\\(x[0-9A-Fa-f]{2}|.)", _unescaped, source, flags=re.DOTALL)
        return pattern([written], self.syntax, ignore_case=fold, across=True)

    def _text(self) -> str:
        """Read what `a`, `i` and `c` print: the rest of the script's line."""
        end = self.script.find("\n", self.at)
        end = len(self.script) if end < 0 else end
        said = self.script[self.at : end].lstrip(" \t").removeprefix("\\")
        if not said:
            raise self._refused("has no text to print")
        self.at = end
        return re.sub(r"\\(.)", lambda one: ESCAPES.get(one[1], one[1]), said)

    def _substitution(self, first: Address | None, last: Address | None, *, negated: bool) -> Step:
        separator = self.script[self.at : self.at + 1]
        source = self._until(separator)
        self.at -= 1
        part = re.compile(
            rf"{re.escape(separator)}((?:[^\\{re.escape(separator)}]|\\.)*){re.escape(separator)}", re.DOTALL
        )
        found = part.match(self.script, self.at)
        if found is None:
            raise LineRefused(f"`sed '{self.script}'` has an `s` that is not closed.", "Write `s/old/new/g`.")
        flags = re.compile(r"[gIip0-9]*").match(self.script, found.end())
        self.at, flag = (flags.end(), flags[0]) if flags else (found.end(), "")
        if re.search(r"(?:^|\D)0", flag):
            raise self._refused("counts its matches from 0, and they are counted from 1")
        replacement = found[1].replace(f"\\{separator}", "\\&" if separator == "&" else separator)
        compiled = self._pattern(source, fold="i" in flag.lower()).compiled
        return Step("s", first, last, negated, change(compiled, source, replacement, flag), prints="p" in flag)

    def _exchange(self, first: Address | None, last: Address | None, negated: bool) -> Step:
        separator = self.script[self.at : self.at + 1]
        found = re.compile(r"(.)((?:(?!\1)[^\\]|\\.)*)\1((?:(?!\1)[^\\]|\\.)*)\1", re.DOTALL).match(
            self.script, self.at
        )
        one, other = (
            (re.sub(r"\\(.)", lambda c: ESCAPES.get(c[1], c[1]), part) for part in (found[2], found[3]))
            if found
            else ("", "")
        )
        if found is None or len(one) != len(other) or separator in "\\\n":
            raise self._refused("has a `y` whose two sides are not equally long")
        self.at = found.end()
        table = {ord(char): new for char, new in reversed(list(zip(one, other, strict=True)))}
        return Step("y", first, last, negated, lambda _flow, line: (line.translate(table), True))


def _unescaped(found: re.Match[str]) -> str:
    char = found[1]
    if len(char) > 1:
        return "\\" * (not char_of(char).isalnum()) + char_of(char)
    return LINE_BREAK if char in {"n", "\n"} else ESCAPES.get(char, found[0]) if char in "tfvr" else found[0]
