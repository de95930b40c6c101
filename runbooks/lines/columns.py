"""Filters that show parts of lines, or all of them: `cut`, `cat`, `less`."""

import re
import sys
from collections.abc import Sequence

from runbooks.lines.filtering import Filter, Filtering, Flow, no_files, options
from runbooks.lines.refusal import LineRefused

_RANGE = re.compile(r"(\d*)(-?)(\d*)")
_END = sys.maxsize


def cat(words: Sequence[str]) -> Filter:
    """Read `cat`, which changes nothing, `cat -n`, `-b`, `-s`, and `-A`, `-v`, `-E`, `-T`: they show what is hidden."""
    long = {
        "number": "n",
        "number-nonblank": "b",
        "squeeze-blank": "s",
        "show-all": "A",
        "show-ends": "E",
        "show-tabs": "T",
    }
    given = options(words, "nubsAvETet", long)
    no_files(words, given.operands)
    letters = {option[1] for option, _ in given.pairs}
    letters |= {"v", "E"} if letters & {"A", "e"} else set()
    letters |= {"v", "T"} if letters & {"A", "t"} else set()
    return _shown(letters) if letters - {"u"} else _unchanged


def _shown(letters: set[str]) -> Filter:
    def shown(flow: Flow) -> Filtering:
        number, empty = 0, False
        for row in flow.kept():
            if "s" in letters and empty and row == "\n":
                continue
            empty = row == "\n"
            numbered = not empty if "b" in letters else "n" in letters
            number += numbered
            said = row.removesuffix("\n")
            said = _visible(said) if "v" in letters else said
            said = said.replace("\t", "^I") if "T" in letters else said
            end = "\n" if row.endswith("\n") else ""
            yield f"{number:>6}\t{said}" * numbered + said * (not numbered) + "$" * ("E" in letters and bool(end)) + end
        return 0

    return shown


def _visible(text: str) -> str:
    """Control characters as `^M`, and the bytes of others as `M-C`."""
    return "".join(char if char == "\t" or " " <= char <= "~" else "".join(map(_byte, char.encode())) for char in text)


def _byte(byte: int) -> str:
    meta, low = ("M-", byte - 128) if byte > 127 else ("", byte)
    return f"{meta}^{chr(low ^ 64)}" if low < 32 or low == 127 else f"{meta}{chr(low)}"


def _unchanged(flow: Flow) -> Filtering:
    yield from flow
    return 0


def pager(words: Sequence[str]) -> Filter:
    """Read `less` and `more`, with any options: nobody turns pages here, the whole output is kept."""
    no_files(words, [word for word in words[1:] if not word.startswith(("-", "+"))])
    return _unchanged


_CUT = {
    "delimiter=": "d", "fields=": "f", "characters=": "c", "bytes=": "b",
    "complement": "C", "output-delimiter=": "O", "only-delimited": "s",
}  # fmt: skip


def cut(words: Sequence[str]) -> Filter:
    """Read `cut -d, -f1,3-`, `cut -c1-10`, with -s and --complement."""
    given = options(words, "d:f:c:b:sCO:", _CUT)
    no_files(words, given.operands)
    chosen = [option for option in ("-f", "-c", "-b") if option in given]
    if len(chosen) != 1:
        raise LineRefused("`cut` wants one of -f and -c.", "Try `cut -d, -f1`.")
    delimiter, slices = given.last("-d", "\t"), _slices(given.last(chosen[0]), complement="-C" in given)
    if len(delimiter) != 1:
        raise LineRefused(f"`cut -d` takes one character, not `{delimiter}`.", "For blanks, try `awk '{print $2}'`.")

    between = given.last("-O", delimiter)
    begin, end = slices[-1] if slices else (0, 0)
    needed = begin if end == _END else end
    if chosen[0] != "-f" and {"-O", "-d", "-s"} & {option for option, _ in given.pairs}:
        raise LineRefused("`cut -c` has no delimiter.", "Write `cut -c` alone, or `cut -f`.")

    def row(line: str) -> str | None:
        if chosen[0] != "-f":
            return "".join(line[first:last] for first, last in slices)
        if delimiter not in line:
            return None if "-s" in given else line
        parts = line.split(delimiter, needed)
        return between.join(part.replace(delimiter, between) for first, last in slices for part in parts[first:last])

    def rows(flow: Flow) -> Filtering:
        yield from (f"{kept}\n" for line in flow.lines() if (kept := row(line)) is not None)
        return 0

    return rows


def _slices(asked: str, *, complement: bool) -> list[tuple[int, int]]:
    """Read `1,3-5,7-` into slices, in order and apart; or into those between them."""
    slices: list[tuple[int, int]] = []
    for first, last in sorted(_slice(part, asked) for part in asked.split(",")):
        if slices and first <= slices[-1][1]:
            slices[-1] = slices[-1][0], max(slices[-1][1], last)
        else:
            slices.append((first, last))
    if not complement:
        return slices
    edges = [0, *(edge for one in slices for edge in one), _END]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if first < last]


def _slice(part: str, asked: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(part)
    if found is None or not (found[1] or found[3]) or part.strip("-") in {"0", ""}:
        raise LineRefused(f"`cut` does not understand the fields `{asked}`.", "Write them as 1,3-5,7-.")
    if found[1] and found[3] and int(found[1]) > int(found[3]):
        raise LineRefused(f"`cut` has the range `{part}` the wrong way round.", f"Write `{found[3]}-{found[1]}`.")
    last = int(found[3]) if found[3] else _END if found[2] else int(found[1])
    return int(found[1] or 1) - 1, min(last, _END)
