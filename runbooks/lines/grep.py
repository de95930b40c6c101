"""`grep`: the lines that match, with -i -v -c -o -q -E -F -P -w -x -m -n -A -B -C and several -e."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbooks.lines.filtering import Filter, Filtering, Flow, Options, count, no_files, options
from runbooks.lines.patterns import Pattern, pattern
from runbooks.lines.refusal import LineRefused

_SHORT = "ivcoEFGPwxqnhasm:A:B:C:e:yIUHlL"
_LONG = {
    "ignore-case": "i",
    "no-ignore-case": "N",
    "invert-match": "v",
    "count": "c",
    "only-matching": "o",
    "extended-regexp": "E",
    "fixed-strings": "F",
    "basic-regexp": "G",
    "perl-regexp": "P",
    "word-regexp": "w",
    "line-regexp": "x",
    "quiet": "q",
    "silent": "q",
    "line-number": "n",
    "no-filename": "h",
    "text": "a",
    "no-messages": "s",
    "line-buffered": "s",
    "max-count=": "m",
    "after-context=": "A",
    "before-context=": "B",
    "context=": "C",
    "regexp=": "e",
    "binary": "U",
    "with-filename": "H",
    "files-with-matches": "l",
    "files-without-match": "L",
}
_INPUT = "(standard input)"
_SYNTAX = {"-E": "extended", "-F": "fixed", "-G": "basic", "-P": "perl"}


@dataclass(frozen=True)
class _Grep:
    """A grep whose options are read."""

    pattern: Pattern
    invert: bool = False
    count: bool = False
    only: bool = False
    quiet: bool = False
    named: str = ""
    title: str = ""
    numbers: bool = False
    most: int | None = None
    before: int = 0
    after: int = 0

    def __call__(self, flow: Flow) -> Filtering:
        hits = 0
        if self.most == 0:
            return 1
        for number, line, hit in self._selected(flow):
            hits += hit
            if self.quiet or self.named:
                break
            if not self.count:
                yield from (
                    self._titled(part, hit=hit, gap=not number) for part in self._shown(flow, number, line, hit=hit)
                )
        if self.named and bool(hits) is (self.named == "-l"):
            yield f"{_INPUT}\n"
        elif self.count and not self.quiet and not self.named:
            yield self._titled(f"{hits}\n", hit=True, gap=False)
        return 0 if hits else 1

    def _selected(self, flow: Flow) -> Iterator[tuple[int, str, bool]]:
        """Yield the lines to show, by number, and whether they were chosen; 0 stands between groups."""
        before: deque[tuple[int, str]] = deque(maxlen=0 if self.quiet or self.count or self.named else self.before)
        hits = after = shown = 0
        rows = enumerate(flow.lines(), 1)
        while self.most is None or hits < self.most or after:
            number, line = next(rows, (0, ""))
            if not number:
                return
            # A match past -m is context like any line.
            if (self.most is None or hits < self.most) and self.pattern.search(line) is not self.invert:
                if shown and (self.before or self.after) and (before[0][0] if before else number) > shown + 1:
                    yield 0, "--", False
                yield from ((at, earlier, False) for at, earlier in before)
                before.clear()
                yield number, line, True
                hits, after, shown = hits + 1, self.after, number
            elif after:
                yield number, line, False
                after, shown = after - 1, number
            else:
                before.append((number, line))

    def _titled(self, part: str, *, hit: bool, gap: bool) -> str:
        return f"{_INPUT}{':' if hit else '-'}{part}" if self.title and not gap else part

    def _shown(self, flow: Flow, number: int, line: str, *, hit: bool) -> list[str]:
        if not number or not (self.only or self.numbers):
            return [f"{line}\n"]
        if not self.only:
            return [f"{number}{':' if hit else '-'}{line}\n"]
        parts = self.pattern.matches(line, flow.check) if hit and not self.invert else []
        return [f"{number}:{part}\n" if self.numbers else f"{part}\n" for part in parts]


def grep(words: Sequence[str]) -> Filter:
    """Read `grep -i error`; raises LineRefused."""
    end = words.index("--") if "--" in words else len(words)
    words = [word for at, word in enumerate(words) if at > end or not word.startswith(("--color", "--colour"))]
    given = options(words, _SHORT, _LONG, number="C")
    sources, operands = given.every("-e"), list(given.operands)
    if not sources:
        if not operands:
            raise LineRefused(f"`{words[0]}` has no pattern.", f"Try `{words[0]} -i error`.")
        sources = [operands.pop(0)]
    no_files(words, operands)
    around = count("-C", given.last("-C", "0"))
    return _Grep(
        pattern=_pattern(words[0], sources, given),
        invert="-v" in given,
        count="-c" in given,
        only="-o" in given,
        quiet="-q" in given,
        named=""
        if "-q" in given
        else next((option for option, _ in reversed(given.pairs) if option in {"-l", "-L"}), ""),
        title=next((option for option, _ in reversed(given.pairs) if option in {"-H", "-h"}), "-h").removeprefix("-h"),
        numbers="-n" in given,
        most=count("-m", given.last("-m")) if "-m" in given else None,
        before=count("-B", given.last("-B")) if "-B" in given else around,
        after=count("-A", given.last("-A")) if "-A" in given else around,
    )


def _pattern(name: str, sources: Sequence[str], given: Options) -> Pattern:
    asked = [_SYNTAX[option] for option, _ in given.pairs if option in _SYNTAX]
    if len(set(asked)) > 1:
        raise LineRefused(f"`{name}` has several kinds of pattern at once.", "Keep one of -E, -F, -G and -P.")
    by_name = {"egrep": "extended", "fgrep": "fixed"}.get(name, "basic")
    whole = "line" if "-x" in given else "word" if "-w" in given else ""
    last_case = [option for option, _ in given.pairs if option in {"-i", "-y", "-N"}]
    return pattern(
        sources, asked[-1] if asked else by_name, ignore_case=bool(last_case) and last_case[-1] != "-N", whole=whole
    )
