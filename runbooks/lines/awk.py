"""`awk` as people use it in a pipe: a small interpreter, with bounds on steps, memory and output."""

import re
from collections.abc import Iterator, Sequence

from runbooks.lines.awk_reading import Reader, Rule
from runbooks.lines.awk_running import Exit, Given, Next, Run, Unable, Value, split, true
from runbooks.lines.awk_running import text as written
from runbooks.lines.awk_tokens import HELP, unescaped
from runbooks.lines.filtering import Filter, Filtering, Flow, no_files, options
from runbooks.lines.refusal import LineRefused

_FAILED = 2
_ASSIGNS = re.compile(r"[A-Za-z_]\w*=")


def awk(words: Sequence[str]) -> Filter:
    """Read `awk -F, '$3 > 5 {print $1}'`; raises LineRefused for what awk could do beyond lines and numbers."""
    given = options(words, "F:v:", {"field-separator=": "F", "assign=": "v"})
    if not given.operands:
        raise LineRefused("`awk` has no program.", HELP)
    program, *files = given.operands
    later = [_assigned(operand) for operand in files if _ASSIGNS.match(operand)]
    no_files(words, [operand for operand in files if not _ASSIGNS.match(operand)])
    try:
        rules = Reader(program).rules()
    except RecursionError:
        raise LineRefused("`awk` has a program that is too deeply nested.", HELP) from None
    except IndexError:  # the reader asked for the word after the last one
        raise LineRefused("`awk` has a program that ends too early.", HELP) from None
    variables: dict[str, Value] = {
        "FS": _separator(given.last("-F", " ")),
        "OFS": " ",
        "ORS": "\n",
        "RS": "\n",
        "SUBSEP": "\x1c",
        "NR": 0.0,
        "FNR": 0.0,
    }
    variables |= dict(_assigned(one) for one in given.every("-v"))
    return lambda flow: _run(rules, Run(flow, dict(variables)), dict(later))


def _assigned(written: str) -> tuple[str, Value]:
    """Read `name=value`, of `-v` or, for what comes after BEGIN, beside the program."""
    if not _ASSIGNS.match(written):
        raise LineRefused(f"`awk -v {written}` sets nothing.", "Write `-v name=value`.")
    name, _, value = written.partition("=")
    return name, Given(unescaped(value))


def _separator(written: str) -> str:
    return "\t" if written == "t" else unescaped(written)


def _run(rules: Sequence[Rule], state: Run, later: dict[str, Value]) -> Filtering:
    try:
        code = yield from _through(rules, state, later)
    except (Unable, LineRefused, ArithmeticError, ValueError, RecursionError) as error:
        yield state.printed()
        state.flow.complain("division by zero" if isinstance(error, ZeroDivisionError) else str(error))
        return _FAILED
    return code


def _through(rules: Sequence[Rule], state: Run, later: dict[str, Value]) -> Filtering:
    code = 0
    try:
        _do(rules, state, "BEGIN")
        yield state.printed()
        state.variables |= later
        if any(rule.when != "BEGIN" for rule in rules):
            for line in _records(state.flow, written(state.get("RS"))):
                _line(rules, state, line)
                yield state.printed()
    except Exit as done:
        code = int(done.args[0])
    try:
        _do(rules, state, "END")
    except Exit as done:
        code = int(done.args[0])
    yield state.printed()
    return code & 0xFF


def _records(flow: Flow, separator: str) -> Iterator[str]:
    """Cut the input as RS says: at a text or a pattern; an empty one means empty lines."""
    if separator == "\n":
        yield from flow.lines()
        return
    text = flow.whole()
    if not separator:
        yield from (part for part in re.split(r"\n\n+", text.strip("\n")) if part)
        return
    parts = text.split(" ") if separator == " " else split(flow, text, separator)
    yield from parts[:-1] if parts and not parts[-1] else parts


def _do(rules: Sequence[Rule], state: Run, when: str) -> None:
    for rule in rules:
        if rule.when == when:
            rule.action(state)


def _line(rules: Sequence[Rule], state: Run, line: str) -> None:
    state.steps = 0
    state.step()
    count = _count(state)
    state.variables |= {"NR": count, "FNR": count}
    state.read(line)
    try:
        for rule in rules:
            if not rule.when and _chosen(rule, state):
                rule.action(state)
    except Next:
        return


def _count(state: Run) -> float:
    value = state.get("NR")
    return (value if isinstance(value, float) else 0.0) + 1


def _chosen(rule: Rule, state: Run) -> bool:
    if rule.test is None:
        return True
    if rule.until is None:
        return true(rule.test(state))
    if not state.ranges.get(id(rule)) and not true(rule.test(state)):
        return False
    state.ranges[id(rule)] = not true(rule.until(state))
    return True
