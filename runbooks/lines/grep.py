"""`grep`: the lines that match, with -i -v -c -o -q -E -F -P -w -x -m -n -A -B -C and several -e."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbooks.lines.filtering import Filter, Filtered, Options, count, joined, lines, no_files, options
from runbooks.lines.patterns import Pattern, pattern
from runbooks.lines.refusal import LineRefused

_SHORT = "ivcoEFGPwxqnhasm:A:B:C:e:y"
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
}
_SYNTAX = {"-E": "extended", "-F": "fixed", "-G": "basic", "-P": "perl"}


@dataclass(frozen=True)
class _Grep:
    """A grep whose options are read."""

    pattern: Pattern
    invert: bool = False
    count: bool = False
    only: bool = False
    quiet: bool = False
    numbers: bool = False
    most: int | None = None
    before: int = 0
    after: int = 0

    def __call__(self, text: str) -> Filtered:
        if self.most == 0:
            return Filtered("", 1)
        chosen = self._chosen(lines(text))
        code = 0 if chosen else 1
        if self.quiet:
            return Filtered("", code)
        if self.count:
            return Filtered(f"{len(chosen)}\n", code)
        every = lines(text)
        return Filtered(
            joined([shown for at in self._with_context(every, chosen) for shown in self._shown(every, at)]), code
        )

    def _chosen(self, every: list[str]) -> list[int]:
        chosen: list[int] = []
        for index, line in enumerate(every):
            if self.most is not None and len(chosen) >= self.most:
                break
            if self.pattern.search(line) is not self.invert:
                chosen.append(index)
        return chosen

    def _with_context(self, every: list[str], chosen: list[int]) -> Iterator[tuple[int, bool]]:
        """Yield the lines to show, and whether they were chosen; -1 stands between groups."""
        selected, shown = set(chosen), -1
        for index in chosen:
            start = max(index - self.before, shown + 1)
            if (self.before or self.after) and shown >= 0 and start > shown + 1:
                yield -1, False
            # A chosen line ends the context before it; a match past -m is context like any line.
            for at in range(start, min(index + self.after + 1, len(every))):
                if at > index and at in selected:
                    break
                yield at, at in selected
                shown = at

    def _shown(self, every: list[str], at: tuple[int, bool]) -> list[str]:
        index, hit = at
        if index < 0:
            return ["--"]
        if not self.only:
            return [f"{index + 1}{':' if hit else '-'}{every[index]}" if self.numbers else every[index]]
        parts = self.pattern.matches(every[index]) if hit and not self.invert else []
        return [f"{index + 1}:{part}" if self.numbers else part for part in parts]


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
