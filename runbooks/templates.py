"""Texts with gaps: Jinja2 in its sandbox, where a missing value is a visible `[to fill in: name]`."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TEXT = 200_000
_MUCH = (nodes.Mul, nodes.Pow)
_NAMES = 20
_LOOPS = 2
"""So many loops in each other, so that a long timeline is written in a moment."""
FILTERS = (
    "abs", "capitalize", "count", "d", "default", "first", "float", "groupby", "int", "join", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "string",
    "sum", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
"""Jinja's filters that leave a text about as long as it is."""
_OTHERS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Macro, nodes.CallBlock)


class TemplateBroken(Exception):
    """A template cannot be read or filled in; `line` is its own line, from 1."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


class Gap(Undefined):
    """A value nobody gave: it shows where it is missing, and is false in an `if`."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"[to fill in: {(self._undefined_name or 'this').replace('_', ' ')}]"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Gap(name=name)

    __getitem__ = __getattr__


def _finalize(value: object) -> object:
    return "[to fill in: this]" if value is None else value


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    # Texts become mrkdwn and Markdown, whose values are escaped by who gives them; HTML is never made.
    made = ImmutableSandboxedEnvironment(
        undefined=Gap, finalize=_finalize, keep_trailing_newline=True, autoescape=False
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def render(text: str, values: Mapping[str, Any]) -> str:
    """Fill in a template; a value that is missing, None or empty text is a visible gap. Raises TemplateBroken."""
    try:
        filled = _environment().from_string(text).render(_given(values))
    except TemplateError as error:
        raise TemplateBroken(error.message or type(error).__name__, getattr(error, "lineno", 1) or 1) from error
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, SyntaxError) as error:
        raise TemplateBroken(str(error)) from error
    return filled[:MAX_TEXT]


def check(text: str) -> None:
    """Read a template, and fill it in with nothing; TemplateBroken says what is wrong with it."""
    try:
        read = _environment().parse(text)
    except TemplateError as error:
        raise TemplateBroken(error.message or type(error).__name__, getattr(error, "lineno", 1) or 1) from error
    except RecursionError:
        raise TemplateBroken("it is nested too deep") from None
    for problem, line in _unbounded(read):
        raise TemplateBroken(problem, line)
    render(text, {})


def _unbounded(read: nodes.Template) -> Iterator[tuple[str, int]]:
    """What could go on without end, or leads to other templates, and in which line."""
    for other in read.find_all(_OTHERS):
        yield "a template stands alone: it knows no macros and no other templates", other.lineno
    for product in read.find_all(_MUCH):
        yield "a template does not multiply", product.lineno
    for call in read.find_all(nodes.Call):
        yield "a template calls nothing; use a filter, such as {{ title | upper }}", call.lineno
    names = [one.lineno for one in read.find_all((nodes.Assign, nodes.AssignBlock))]
    if len(names) > _NAMES:
        yield f"a template sets no more than {_NAMES} names", names[_NAMES]
    yield from _deep(read, 0)


def _deep(inside: nodes.Node, loops: int) -> Iterator[tuple[str, int]]:
    for one in inside.iter_child_nodes():
        around = loops + isinstance(one, nodes.For)
        if around > _LOOPS:
            yield "loops stand in loops in loops", one.lineno
            return
        yield from _deep(one, around)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is None or empty, in lists of records too, so that it shows as a gap by its name."""
    return {name: _inside(value) for name, value in values.items() if value is not None and value != ""}


def _inside(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _given(value)
    if isinstance(value, (list, tuple)):
        return [_inside(one) for one in value]
    return value
