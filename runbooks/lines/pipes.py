"""A whole line: what stands before the first pipe, and the filters after it, all read before anything runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from runbooks.lines import awk, columns, grep, rows, sed
from runbooks.lines.filtering import Filter, Filtered
from runbooks.lines.refusal import LineRefused
from runbooks.lines.words import pipeline

FILTERS: Mapping[str, Callable[[Sequence[str]], Filter]] = {
    "grep": grep.grep,
    "egrep": grep.grep,
    "fgrep": grep.grep,
    "head": rows.head,
    "tail": rows.tail,
    "wc": rows.wc,
    "sort": rows.sort,
    "uniq": rows.uniq,
    "cut": columns.cut,
    "tr": columns.tr,
    "cat": columns.cat,
    "awk": awk.awk,
    "sed": sed.sed,
}
_KNOWN = "grep, head, tail, wc, sort, uniq, cut, tr, awk '{print $1}', sed s/a/b/"
_REFUSED = {
    "jq": ("`jq` is not here yet.", "`-o jsonpath='{.items[*].metadata.name}'` or `-o yaml | grep` reads fields."),
    "xargs": ("`xargs` would start a program for each line.", "In a runbook, `foreach:` repeats a line."),
    "less": ("`less` waits for keys.", "Leave it out: the whole output is kept."),
    "more": ("`more` waits for keys.", "Leave it out: the whole output is kept."),
    "tee": ("`tee` would write a file.", "Leave it out: the whole output is kept."),
    "sh": ("`sh` would run what the line prints.", "Nothing here is ever given to a shell."),
    "bash": ("`bash` would run what the line prints.", "Nothing here is ever given to a shell."),
    "python": ("`python` would run a program.", f"After a pipe there are: {_KNOWN}."),
    "perl": ("`perl` would run a program.", "`grep -oP` and `sed -E` do much of it."),
}


@dataclass(frozen=True)
class Pipeline:
    """A line that can run: `words` of the command, and the words of each filter."""

    words: tuple[str, ...]
    piped: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The filters, their options read. Raises LineRefused."""
        return tuple(_filter(words) for words in self.piped)

    def through(self, text: str, exit_code: int = 0) -> Filtered:
        """Send the command's output through the filters; the last one's exit code is the line's."""
        result = Filtered(text, exit_code)
        for one in self.filters:
            result = one(result.text)
        return result


def read(line: str) -> Pipeline:
    """Read a line whole, the filters' options and patterns too. Raises LineRefused."""
    first, *piped = pipeline(line)
    read_ = Pipeline(first, tuple(piped))
    _ = read_.filters
    return read_


def _filter(words: tuple[str, ...]) -> Filter:
    name = words[0]
    if name in FILTERS:
        return FILTERS[name](words)
    if name in _REFUSED:
        raise LineRefused(*_REFUSED[name])
    if name in {"kubectl", "curl"}:
        raise LineRefused(f"`{name}` cannot stand after a pipe.", "Run it as a line of its own.")
    raise LineRefused(f"`{name}` is not a filter that is known here.", f"After a pipe there are: {_KNOWN}.")
