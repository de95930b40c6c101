"""Every filter that may stand after a pipe, with what it knows; and what to write in the place of the others."""

from collections.abc import Callable, Mapping, Sequence

from runbooks.lines import awk, columns, grep, rows, sed
from runbooks.lines.filtering import Filter
from runbooks.lines.refusal import LineRefused

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


def filter_of(words: tuple[str, ...]) -> Filter:
    """Read a filter's words. Raises LineRefused."""
    name = words[0]
    if name in FILTERS:
        return FILTERS[name](words)
    if name in _REFUSED:
        raise LineRefused(*_REFUSED[name])
    if name in {"kubectl", "curl"}:
        raise LineRefused(f"`{name}` cannot stand after a pipe.", "Run it as a line of its own.")
    raise LineRefused(f"`{name}` is not a filter that is known here.", f"After a pipe there are: {_KNOWN}.")
