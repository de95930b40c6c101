"""PromQL read without a server: what cannot be asked, and what would ask for everything there is."""

import re
from collections.abc import Iterator

import promql_parser as promql

from runbooks.lines.refusal import LineRefused

MAX_LENGTH = 4000
MAX_DEPTH = 100
MAX_OPERATORS = 200
_COMPARING = {"==", "!=", ">", "<", ">=", "<="}
_GAP = re.compile(r"[\"']<[A-Za-z][A-Za-z0-9 _-]*>[\"']")
_GRAFANA = re.compile(r"\$__\w+|\[\$\w+\]|\"\$(?:\{\w+(?::\w+)?\}|[A-Za-z]\w+)\"|\$\{\w+(?::\w+)?\}")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
_ANYTHING = {".*", ".+", "(.*)", "(.+)"}


def check(expression: str) -> None:
    """Raise LineRefused for what Prometheus would not understand. A function that is newer than the parser passes."""
    if not _small(expression):
        raise LineRefused("The query is too long or too deeply nested.", "Make a recording rule of its parts.")
    if gap := _GAP.search(expression):
        raise LineRefused(f"{gap[0]} is a gap to fill in.", "Write the real name in its place.")
    if (variable := _GRAFANA.search(expression)) and "label_replace" not in expression:
        raise LineRefused(
            f"`{variable[0]}` is a variable of Grafana, and nothing fills it in here.",
            "Write its value: `[5m]` for an interval, a real name for a label.",
        )
    try:
        promql.parse(expression)
    except ValueError as error:
        why = str(error).strip()
        if not why.startswith("unknown function"):
            raise LineRefused(f"Prometheus would not understand the query: {why}.", _mend(why)) from error


def unquoted(expression: str) -> str:
    """Take the quotes off a query that was quoted for a shell: as a text of its own it would only be said back."""
    if len(expression) > MAX_LENGTH or not _STRING.fullmatch(expression):
        return expression
    inner = expression[1:-1]
    return re.sub(r'\\(["\\$`])', r"\1", inner) if expression.startswith('"') else inner


def _small(expression: str) -> bool:
    """The parser's stack and time grow with depth and operators, so these are bounded before it is asked."""
    if len(expression) > MAX_LENGTH:
        return False
    depth = deepest = 0
    bare = _STRING.sub("", expression)
    for char in bare:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    operators = len(re.findall(r"[-+*/%^=<>]|\b(?:and|or|unless)\b", bare))
    return deepest <= MAX_DEPTH and operators <= MAX_OPERATORS


def _mend(why: str) -> str:
    if "expected type matrix" in why or "expected type range vector" in why:
        return "Such a function wants a time, like `rate(x[5m])`."
    if "paren" in why or "brace" in why or "bracket" in why or "unexpected end" in why:
        return "Count its brackets, or try it in Prometheus first."
    if "'|'" in why:
        return "A query has no pipes; `topk(5, …)` gives the largest, `sort_desc(…)` an order."
    return "Try it in Prometheus first."


def warnings(expression: str) -> Iterator[str]:
    """Say what of a query would ask for more than anybody wants."""
    try:
        read = promql.parse(expression) if _small(expression) else None
    except ValueError:
        return
    if read is None:
        return
    if any(_anything(one) for one in _selectors(read)):
        yield "it asks for every metric there is; name one"
    elif _unbounded(read):
        yield 'it asks for every series of its metric; add a label like {namespace="…"}, or a sum or topk around it'


def _selectors(read: promql.Expr) -> Iterator[promql.VectorSelector]:
    if isinstance(read, promql.VectorSelector):
        yield read
    for child in _children(read):
        yield from _selectors(child)


def _children(read: promql.Expr) -> list[promql.Expr]:
    if isinstance(read, promql.BinaryExpr):
        return [read.lhs, read.rhs]
    if isinstance(read, promql.Call):
        return list(read.args)
    if isinstance(read, promql.MatrixSelector):
        return [read.vector_selector]
    if isinstance(read, promql.AggregateExpr | promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr):
        return [read.expr]
    return []


def _anything(selector: promql.VectorSelector) -> bool:
    """`{__name__=~".+"}`: no name, and nothing that narrows it down."""
    if selector.name or selector.matchers.or_matchers:
        return False
    return all(one.op == promql.MatchOp.Re and one.value in _ANYTHING for one in selector.matchers.matchers)


def _unbounded(read: promql.Expr) -> bool:
    if isinstance(read, promql.VectorSelector):
        return not (read.matchers.matchers or read.matchers.or_matchers)
    if isinstance(read, promql.AggregateExpr):
        return False
    if isinstance(read, promql.BinaryExpr):
        sides = [side for side in (read.lhs, read.rhs) if list(_selectors(side))]
        return str(read.op) not in _COMPARING and bool(sides) and all(_unbounded(side) for side in sides)
    return any(_unbounded(child) for child in _children(read))
