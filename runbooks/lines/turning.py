"""Filters that turn things round or number them: `tac`, `rev`, `nl`; and `xargs` alone, which puts words into lines."""

import re
from collections.abc import Callable, Iterator, Sequence

from runbooks.lines.filtering import Filter, Filtering, Flow, count, no_files, options
from runbooks.lines.refusal import LineRefused

_CHARS = 128 * 1024
_STYLES: dict[str, Callable[[str], bool]] = {"a": lambda _row: True, "t": bool, "n": lambda _row: False}
_BEGIN = re.compile(r"[^ \t\n]")
_WORD = re.compile(r"""(?:[^ \t\n'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+""", re.DOTALL)
FOR_EACH = "In a runbook, `foreach:` repeats a line for each."


def tac(words: Sequence[str]) -> Filter:
    """Read `tac`: the last line first."""
    no_files(words, options(words, "", {}).operands)

    def turned(flow: Flow) -> Filtering:
        yield from reversed(flow.held())
        return 0

    return turned


def rev(words: Sequence[str]) -> Filter:
    """Read `rev`: each line from its end on."""
    no_files(words, options(words, "", {}).operands)

    def turned(flow: Flow) -> Filtering:
        yield from (f"{row.removesuffix(chr(10))[::-1]}{chr(10) * row.endswith(chr(10))}" for row in flow.kept())
        return 0

    return turned


def nl(words: Sequence[str]) -> Filter:
    """Read `nl`, which numbers lines that are not empty, `nl -ba` and `-w`, `-s`, `-v`."""
    given = options(words, "b:w:s:v:", {"body-numbering=": "b", "number-width=": "w", "number-separator=": "s"})
    no_files(words, given.operands)
    style, between = given.last("-b", "t"), given.last("-s", "\t")
    width, first = count("nl", given.last("-w", "6"), least=1), count("nl", given.last("-v", "1"))
    if style not in _STYLES or width > 99:
        raise LineRefused("`nl` here knows `-b a`, `-b t` and `-b n`.", "For all lines, write `cat -n`.")

    def numbered(flow: Flow) -> Filtering:
        number = first
        for row in flow.lines():
            if _STYLES[style](row):
                yield f"{number:>{width}}{between}{row}\n"
                number += 1
            else:
                yield f"{' ' * (width + len(between))}{row}\n"
        return 0

    return numbered


def xargs(words: Sequence[str]) -> Filter:
    """Read `xargs`, `xargs -n1` and `xargs echo`: the words of the input, in rows of so many."""
    given = options(words, "+rn:P:I:", {"no-run-if-empty": "r", "max-args=": "n", "max-procs=": "P"})
    if given.operands[:1] not in ((), ("echo",)) or given.operands[1:2] in (("-n",), ("-e",)):
        raise LineRefused(f"`xargs` would start `{given.operands[0]}` for what it reads.", FOR_EACH)
    if "-I" in given:
        raise LineRefused(
            "`xargs -I` here fills names into a kubectl line.", "For a text, write `sed 's/.*/text & text/'`."
        )
    before = list(given.operands[1:])
    most = count("xargs", given.last("-n"), least=1) if "-n" in given else _CHARS

    def laid_out(flow: Flow) -> Filtering:
        row, rows, size = list(before), 0, 0
        for word in _words(flow.whole()):
            flow.check()
            if word is None:
                flow.complain("unmatched quote: quotes are special to xargs; take them out before, with tr -d")
                return 1
            row.append(word)
            size += len(word) + 1
            if len(row) - len(before) == most or size > _CHARS:
                yield f"{' '.join(row)}\n"
                row, rows, size = list(before), rows + 1, 0
        if len(row) > len(before) or not (rows or "-r" in given):
            yield f"{' '.join(row)}\n"
        return 0

    return laid_out


def _words(text: str) -> Iterator[str | None]:
    """Yield the words, their quotes taken off; None at a quote that is not closed."""
    at = 0
    while begin := _BEGIN.search(text, at):
        found = _WORD.match(text, begin.start())
        if found is None or text[found.end() : found.end() + 1] in {"'", '"'}:
            yield None
            return
        yield re.sub(
            r"\\(.)|'([^']*)'|\"([^\"]*)\"", lambda one: "".join(map(str, filter(None, one.groups()))), found[0]
        )
        at = found.end()
