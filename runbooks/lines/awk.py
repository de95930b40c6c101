"""`awk` as people use it in a pipe: a small interpreter, with bounds on steps, memory and output."""

import re
from collections.abc import Sequence

from runbooks.lines.awk_reading import Reader, Rule
from runbooks.lines.awk_running import Exit, Given, Next, Run, Stopped, Value, true
from runbooks.lines.awk_tokens import ESCAPES, HELP
from runbooks.lines.filtering import Filter, Filtered, lines, no_files, options
from runbooks.lines.refusal import LineRefused

_FAILED = 2


def awk(words: Sequence[str]) -> Filter:
    """Read `awk -F, '$3 > 5 {print $1}'`; raises LineRefused for what awk could do beyond lines and numbers."""
    given = options(words, "F:v:", {"field-separator=": "F", "assign=": "v"})
    if not given.operands:
        raise LineRefused("`awk` has no program.", HELP)
    program, *files = given.operands
    no_files(words, files)
    try:
        rules = Reader(program).rules()
    except RecursionError:
        raise LineRefused("`awk` has a program that is too deeply nested.", HELP) from None
    variables: dict[str, Value] = {
        "FS": _separator(given.last("-F", " ")),
        "OFS": " ",
        "ORS": "\n",
        "NR": 0.0,
        "FNR": 0.0,
    }
    for assigned in given.every("-v"):
        name, sign, value = assigned.partition("=")
        if not sign or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise LineRefused(f"`awk -v {assigned}` sets nothing.", "Write `-v name=value`.")
        variables[name] = Given(_unescaped(value))
    return lambda text: _run(rules, Run(dict(variables)), text)


def _separator(written: str) -> str:
    return "\t" if written == "t" else _unescaped(written)


def _unescaped(written: str) -> str:
    return re.sub(r"\\(.)", lambda one: ESCAPES.get(one[1], one[0]), written)


def _run(rules: Sequence[Rule], state: Run, text: str) -> Filtered:
    errors, code = "", 0
    try:
        code = _through(rules, state, text)
    except (Stopped, LineRefused, ArithmeticError, ValueError, RecursionError) as error:
        why = "division by zero" if isinstance(error, ZeroDivisionError) else str(error)
        errors, code = f"awk: {why}\n", _FAILED
    return Filtered("".join(state.said), code, errors)


def _through(rules: Sequence[Rule], state: Run, text: str) -> int:
    code = 0
    try:
        _do(rules, state, "BEGIN")
        if any(rule.when != "BEGIN" for rule in rules):
            for line in lines(text):
                _line(rules, state, line)
    except Exit as done:
        code = int(done.args[0])
    try:
        _do(rules, state, "END")
    except Exit as done:
        code = int(done.args[0])
    return code & 0xFF


def _do(rules: Sequence[Rule], state: Run, when: str) -> None:
    for rule in rules:
        if rule.when == when:
            rule.action(state)


def _line(rules: Sequence[Rule], state: Run, line: str) -> None:
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
