"""grep's and sed's patterns, basic, extended, fixed and most of Perl's, as RE2: always in linear time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from runbooks.lines.perl import beside
from runbooks.lines.posix_patterns import LINE_BREAK, NO_WORD, translated
from runbooks.lines.refusal import LineRefused


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; `group` is the part of a match that counts, `back` how far before it one may begin."""

    compiled: Any  # re2 has no types
    group: int = 0
    back: int = 0

    def search(self, line: str) -> bool:
        """Whether the line has a match."""
        return self.compiled.search(line) is not None

    @cached_property
    def _bytes(self) -> Any:
        """The same for bytes: a text would be encoded anew for every match of a long line."""
        return re2.compile(self.compiled.pattern.encode(), self.compiled.options)

    def matches(self, line: str, check: Callable[[], None] = lambda: None) -> list[str]:
        """Return every match, the empty ones left out. Each may take as long as the line is: `check` may raise."""
        data, found, at, begin = line.encode(), [], 0, 0
        while begin <= len(data) and (match := self._bytes.search(data, begin)):
            check()
            start, end = match.span(self.group)
            if start < at:
                begin = _next(data, match.start())
                continue
            if end > start:
                found.append(data[start:end].decode())
            at = end if end > at else _next(data, at)
            begin = max(at - self.back, _next(data, begin)) if self.back else at
        return found


def _next(data: bytes, at: int) -> int:
    """Where the next character begins."""
    at += 1
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at


def pattern(
    sources: Sequence[str], syntax: str = "basic", *, ignore_case: bool = False, whole: str = "", across: bool = False
) -> Pattern:
    """Compile patterns, any of which matches; syntax: basic, extended, fixed, perl; whole: "", "word", "line".

    `across`: a dot is a line break, too.
    """
    parts = [part for source in sources for part in source.split("\n")]
    group = back = 0
    if syntax == "fixed":
        said = "|".join(re2.escape(part) for part in parts)
    elif syntax == "perl":
        said, group, back = _perl(parts)
    else:
        said = "|".join(f"(?:{translated(part, extended=syntax == 'extended')})" for part in parts)
    if whole == "word":
        # RE2 looks at nothing beside a match: the neighbours are matched along, and the middle counts.
        said, group = f"(?:^|{NO_WORD})({said})(?:{NO_WORD}|$)", group + 1
    elif whole == "line":
        said = f"^(?:{said})$"
    return Pattern(
        _compiled(
            said.replace(LINE_BREAK, r"\n"),
            ignore_case=ignore_case,
            longest=syntax != "perl",
            shown=sources,
            across=across,
        ),
        group,
        back,
    )


def _compiled(said: str, *, ignore_case: bool, longest: bool, shown: Sequence[str], across: bool = False) -> Any:
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.longest_match = longest
    options.log_errors = False
    options.dot_nl = across
    try:
        return re2.compile(said, options)
    except re2.error as error:
        why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise LineRefused(f"The pattern `{' '.join(shown)}` cannot be used: {why}.", _mend(why)) from error


def _mend(why: str) -> str:
    if "perl operator" in why or "invalid escape" in why:
        return "Look-around and back-references are left out, so that no pattern can hang; use two greps."
    return "Check its brackets and parentheses; `-F` takes a text as it is."


def _perl(parts: list[str]) -> tuple[str, int, int]:
    """Perl's syntax is nearly RE2's own; what only has to stand beside a match is matched along, and the middle counts.

    Returns the pattern, the group that counts, and how far before it the match may begin to overlap the one before.
    """
    parts = [re.sub(r"(\\\\)|\\h", lambda one: one[1] or r"[ \\t]", part) for part in parts]
    before, kept, after = beside(parts[0]) if len(parts) == 1 else ("", "", "")
    if before or after:
        groups = _compiled(before, ignore_case=False, longest=False, shown=parts).groups
        return f"(?:{before})({kept})(?:{after})", groups + 1, len(before) if "(?<=" in parts[0] else 0
    if any(r"\K" in part for part in parts):
        raise LineRefused(r"`\K` stands more than once.", "Use it once.")
    return "|".join(f"(?:{part})" for part in parts), 0, 0
