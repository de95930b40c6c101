"""`sed` as people use it in a pipe: `s/a/b/gI`, `y`, lines (`2,4p`, `/a/,/b/d`, `$!d`), its two spaces, and jumps."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from runbooks.lines.filtering import LIMIT, Filter, Filtering, Flow, TooMuch, no_files, options
from runbooks.lines.refusal import LineRefused
from runbooks.lines.sed_reading import HELP, Address, Step, steps_of

_LONG = {
    "quiet": "n",
    "silent": "n",
    "regexp-extended": "E",
    "expression=": "e",
    "separate": "s",
    "unbuffered": "u",
    "null-data": "z",
}

_CUT = 4
STEPS = 100_000
"""How many may be taken before the next line is."""


def sed(words: Sequence[str]) -> Filter:
    """Read `sed -n '2,4p'`, `sed -E 's/(a|b)/x/g'`; raises LineRefused for what sed could do beyond that."""
    given = options(words, "nErsuze:i", _LONG)
    scripts, operands = given.every("-e"), list(given.operands)
    if "-i" in given:
        raise LineRefused("`sed -i` would change files, and there are none.", "Leave `-i` out.")
    if not scripts:
        if not operands:
            raise LineRefused("`sed` has no script.", HELP)
        scripts = [operands.pop(0)]
    no_files(words, operands)
    steps = steps_of("\n".join(scripts), "extended" if "-E" in given or "-r" in given else "basic")
    return lambda flow: Run(flow, steps, silent="-n" in given, whole="-z" in given).through()


@dataclass
class Run:
    """One text on its way through the steps. `inside` remembers where each step's range ends."""

    flow: Flow
    steps: Sequence[Step]
    silent: bool
    whole: bool = False
    hold: str = ""
    hold_end: str = "\n"
    replaced: bool = False
    again: bool = False
    taken: int = 0
    said: list[str] = field(default_factory=list)
    size: int = 0
    inside: dict[int, float] = field(default_factory=dict)
    number: int = 0
    space: str = ""
    end: str = "\n"
    after: list[str] = field(default_factory=list)
    quits: bool = False
    closes: bool = False
    unended: bool = False
    coming: str | None = None

    def through(self) -> Filtering:
        """Take line after line through the steps, and yield what they print."""
        rows = iter([self.flow.whole()] * self.whole) if self.whole else self.flow.kept()
        self.coming = next(rows, None) or None
        while not self.quits and (self.again or self._next(rows)):
            self.again, self.size = False, 0
            try:
                self._finish(kept=self._taken(rows))
            except TooMuch:
                yield self._said()
                self.flow.complain("stopped: the output of one line was cut at 32 MiB, or it took too many steps.")
                return _CUT
            yield self._said()
        if self.closes and self.unended:
            yield "\n"  # GNU's `q` gives a last line its newline, and `Q` does not
        return 0

    def _said(self) -> str:
        said = "".join(self.said)
        self.said.clear()
        return said

    @property
    def last(self) -> bool:
        """Whether this line is the last one."""
        return self.coming is None

    def _next(self, rows: Iterator[str]) -> bool:
        if self.coming is None:
            return False
        line, self.coming = self.coming, next(rows, None)
        self.end = "\n" if line.endswith("\n") and not self.whole else ""
        self.number, self.space = self.number + 1, line.removesuffix(self.end)
        self.replaced, self.taken = False, 0
        return True

    def _finish(self, *, kept: bool) -> None:
        if kept and not self.silent:
            self._print(self.space)
        self._late()

    def _late(self) -> None:
        for one in self.after:
            self._print(one, whole=True)
        self.after.clear()

    def _print(self, line: str, *, whole: bool = False) -> None:
        """A last line that had no newline gets none, unless more follows."""
        end = "\n" if whole else self.end
        self.said += ["\n" * self.unended, line, end]
        self.unended = not end
        self.size += len(line) + 1
        if self.size > LIMIT:
            raise TooMuch("the output")

    def _taken(self, rows: Iterator[str]) -> bool:
        """Take a line through the steps; False when it is not printed at the end."""
        at = 0
        while at < len(self.steps):
            self.flow.check()
            step, at, self.taken = self.steps[at], at + 1, self.taken + 1
            if self.taken > STEPS:
                raise TooMuch("the steps of one line")
            if self._chosen(step) is step.negated:
                at = step.to if step.do == "{" else at
            elif step.do in {"b", "t", "T"}:
                at = step.to if self._jumps(step.do) else at
            elif (kept := self._do(step, rows)) is not None:
                return kept
        return True

    def _jumps(self, do: str) -> bool:
        replaced = self.replaced
        self.replaced = replaced and do == "b"
        return do == "b" or replaced is (do == "t")

    def _do(self, step: Step, rows: Iterator[str]) -> bool | None:
        """Do one step; None goes on to the next, else whether the line is printed at the end."""
        if step.change:
            self.space, changed = step.change(self.flow, self.space)
            self.replaced |= changed and step.do == "s"
            if changed and step.prints:
                self._print(self.space)
        elif step.do in "pP":
            first, more, _ = self.space.partition("\n")
            self._print(first if step.do == "P" else self.space, whole=bool(more) and step.do == "P")
        elif step.do == "=":
            self._print(str(self.number), whole=True)
        elif step.do in "aic":
            return self._text(step)
        elif step.do in "nN":
            return self._go_on(rows, joined=step.do == "N")
        elif step.do in "hHgGx":
            self._spaces(step.do)
        elif step.do in "dD":
            _, more, rest = self.space.partition("\n")
            self.again = bool(more) and step.do == "D"
            self.space = rest if self.again else self.space
            return False
        elif step.do != "{":
            self.quits = True
            self.closes = step.do == "q"
            return self.closes
        return None

    def _spaces(self, do: str) -> None:
        """What goes between the line and the space beside it; whether a newline ends it goes along."""
        if do == "x":
            self.space, self.hold, self.end, self.hold_end = self.hold, self.space, self.hold_end, self.end
        elif do in "hH":
            self.hold, self.hold_end = (self.space if do == "h" else f"{self.hold}\n{self.space}"), self.end
        else:
            self.space, self.end = (self.hold if do == "g" else f"{self.space}\n{self.hold}"), self.hold_end
        if len(self.space) + len(self.hold) > LIMIT:
            raise TooMuch("a line")

    def _go_on(self, rows: Iterator[str], *, joined: bool) -> bool | None:
        """Take the next line, in the place of this one or after it."""
        if self.last:
            self.quits = True
            return True
        before, replaced = self.space, self.replaced
        if joined:
            self._late()
        else:
            self._finish(kept=True)
        self._next(rows)
        self.replaced = replaced
        if joined:
            self.space = f"{before}\n{self.space}"
            if len(self.space) > LIMIT:
                raise TooMuch("a line")
        return None

    def _text(self, step: Step) -> bool | None:
        if step.do == "a":
            self.after.append(step.text)
        elif step.do == "i":
            self._print(step.text, whole=True)
        else:
            if step.last is None or step.negated or self.inside.get(id(step), 0) <= self.number:
                self._print(step.text, whole=True)
            return False
        return None

    def _chosen(self, step: Step) -> bool:
        if step.first is None:
            return True
        if step.last is None:
            return self._matches(step.first)
        end = self.inside.get(id(step))
        if end is None and step.first.number == 0 and step.first.step is None and step.first.pattern is None:
            end = self.inside[id(step)] = math.inf
        if end is not None and end > self.number:
            if self._ends(step.last):
                self.inside[id(step)] = self.number
            return True
        if end is not None and end == self.number:
            return True
        if not self._matches(step.first):
            return False
        self.inside[id(step)] = self._end(step.last)
        return True

    def _matches(self, address: Address) -> bool:
        if address.pattern is not None:
            return address.pattern.search(self.space)
        if address.step is not None:
            start = address.number or 0
            return (
                self.number == start
                if not address.step
                else self.number >= start and ((self.number - start) % address.step == 0)
            )
        return self.last if address.number is None else self.number == address.number

    def _end(self, address: Address) -> float:
        """Return the line where a range that begins here ends, if that is known."""
        if address.pattern is not None or address.number is None:
            return self.number if address.pattern is None and self.last else math.inf
        if address.plus:
            return self.number + address.number
        if address.step is not None:
            return self.number + -self.number % address.step if address.step else self.number
        return max(address.number, self.number)

    def _ends(self, address: Address) -> bool:
        if address.pattern is None:
            return address.number is None and self.last
        return address.pattern.search(self.space)
