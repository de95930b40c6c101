r"""The awk people use in a pipe: `{print $1, $NF}`, `-F:`, and before it a condition: `/re/`, `$3 > 5`, `NR > 1`."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runbooks.lines.filtering import Filter, Filtered, joined, lines, no_files, options
from runbooks.lines.patterns import Pattern, pattern
from runbooks.lines.refusal import LineRefused

_HELP = "It knows `'{print $1, $NF}'`, with `/text/`, `$3 > 5` or `NR > 1` before it."
_VALUE = r"\$(?:\d+|NF)|\$\(NF-\d+\)|NR|NF|-?\d+(?:\.\d+)?|\"(?:[^\"\\]|\\.)*\""
_PROGRAM = re.compile(r"\s*(?P<when>[^{]*?)\s*(?:\{\s*print\b(?P<what>[^{}]*?);?\s*\})?\s*")
_ITEM = re.compile(rf"\s*(,?)\s*({_VALUE})")
_LIKE = r"/(?:[^/\\]|\\.)*/"
_PART = re.compile(
    rf"\s*(?P<not>!?)\s*(?:(?P<re>{_LIKE})"
    rf"|(?P<left>{_VALUE})\s*(?P<sign>==|!=|>=|<=|>|<|!~|~)\s*(?:(?P<right>{_VALUE})|(?P<like>{_LIKE})))\s*"
)
_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,  # type: ignore[dict-item]  # both sides are numbers, or both are text
    "<": operator.lt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
}
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


@dataclass(frozen=True)
class _Row:
    """A line as awk sees it."""

    number: int
    line: str
    fields: tuple[str, ...]


Value = Callable[[_Row], str]
Test = Callable[[_Row], bool]


def awk(words: Sequence[str]) -> Filter:
    """Read `awk -F, '$3 > 5 {print $1}'`; raises LineRefused for what awk could do beyond that."""
    given = options(words, "F:", {})
    if not given.operands:
        raise LineRefused("`awk` has no program.", _HELP)
    program, *files = given.operands
    no_files(words, files)
    found = _PROGRAM.fullmatch(program)
    if found is None or not program.strip():
        raise LineRefused(f"`awk '{program}'` is more than is understood here.", _HELP)
    test, items = _condition(found["when"], program), _items(found["what"] or "", program)
    split = _splitter(given.last("-F", " "))

    def run(text: str) -> Filtered:
        rows = (_Row(number, line, tuple(split(line))) for number, line in enumerate(lines(text), 1))
        return Filtered(joined(["".join(item(row) for item in items) for row in rows if test(row)]))

    return run


def _splitter(separator: str) -> Callable[[str], Sequence[str]]:
    if separator == " ":
        return lambda line: line.split()
    plain = {"\\t": "\t", "t": "\t", "\\|": "|"}.get(separator, separator)
    if len(plain) == 1:
        return lambda line: line.split(plain) if line else []
    compiled = pattern([separator], "extended").compiled
    return lambda line: compiled.split(line) if line else []


def _items(what: str, program: str) -> list[Value]:
    if not what.strip():
        return [lambda row: row.line]
    said: list[Value] = []
    at = 0
    while at < len(what.rstrip()):
        found = _ITEM.match(what, at)
        if found is None or (found[1] and not said):
            raise LineRefused(f"`awk '{program}'` prints more than is understood here.", _HELP)
        if found[1]:
            said.append(lambda _row: " ")
        said.append(_value(found[2]))
        at = found.end()
    return said


def _value(written: str) -> Value:
    if written == "NR":
        return lambda row: str(row.number)
    if written == "NF":
        return lambda row: str(len(row.fields))
    if written.startswith('"'):
        text = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), written[1:-1])
        return lambda _row: text
    if not written.startswith("$"):
        return lambda _row: written
    if written == "$0":
        return lambda row: row.line
    if "NF" in written:
        back = int(written[5:-1]) if "-" in written else 0
        return lambda row: _nth(row, len(row.fields) - back)
    return lambda row: _nth(row, int(written[1:]))


def _nth(row: _Row, number: int) -> str:
    if number == 0:
        return row.line
    return row.fields[number - 1] if 0 < number <= len(row.fields) else ""


def _condition(when: str, program: str) -> Test:
    if not when.strip():
        return lambda _row: True
    tests = [[_test(part, program) for part in either.split("&&")] for either in when.split("||")]
    return lambda row: any(all(test(row) for test in every) for every in tests)


def _test(part: str, program: str) -> Test:
    found = _PART.fullmatch(part)
    if found is None:
        raise LineRefused(f"`awk '{program}'` has a condition that is not understood here.", _HELP)
    negated = bool(found["not"])
    if found["re"] is not None:
        matching = _matching(lambda row: row.line, found["re"])
        return lambda row: matching(row) is not negated
    left = _value(found["left"])
    if found["like"] is not None:
        matching, unlike = _matching(left, found["like"]), found["sign"] == "!~"
        return lambda row: matching(row) is not unlike
    if "~" in found["sign"]:
        raise LineRefused("`~` in `awk` wants a pattern between slashes.", _HELP)
    return _comparison(left, found["sign"], found["right"])


def _matching(value: Value, source: str) -> Test:
    compiled: Pattern = pattern([source[1:-1].replace("\\/", "/")], "extended")
    return lambda row: compiled.search(value(row))


def _comparison(left: Value, sign: str, written: str) -> Test:
    right, compare = _value(written), _COMPARE[sign]
    as_text = written.startswith('"')

    def test(row: _Row) -> bool:
        one, other = left(row), right(row)
        numbers = (_number(one), _number(other))
        if as_text or None in numbers:
            return compare(one, other)
        return compare(*numbers)

    return test


def _number(text: str) -> float | None:
    try:
        return float(text or "nan") if re.fullmatch(r"\s*[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?\s*", text) else None
    except ValueError:
        return None
