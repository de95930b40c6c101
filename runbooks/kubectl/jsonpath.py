"""A JSONPath template over an object, printed as kubectl prints it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from runbooks.kubectl import jsonpath_reading as steps
from runbooks.kubectl.jsonpath_reading import BadTemplate, Path, read_template

RESULTS_LIMIT = 200_000
LARGEST = 16 * 1024 * 1024


class JsonPath:
    """A template, read once; `missing` says whether absent keys are allowed."""

    def __init__(self, template: str, *, missing: bool = True) -> None:
        self.missing = missing
        self.paths = read_template(template)
        self.work = 0

    def results(self, document: Any) -> list[list[Any]]:
        """One list of values for each text and action."""
        self.work = 0
        found, _ = self._block(0, document, within=False)
        return found

    def values(self, document: Any) -> list[Any]:
        return [value for group in self.results(document) for value in group]

    def text(self, document: Any) -> str:
        parts, size = list[str](), 0
        for group in self.results(document):
            for at, value in enumerate(group):
                parts += [" " * (at > 0), printed(value)]
                size += len(parts[-1])
                if size > LARGEST:
                    raise BadTemplate(f"the template prints more than {LARGEST // 1024 // 1024} MiB")
        return "".join(parts)

    def _block(self, at: int, document: Any, *, within: bool) -> tuple[list[list[Any]], int]:
        """The results from path `at` to the end of this range, and where that is."""
        found: list[list[Any]] = []
        while at < len(self.paths):
            words = {step.name for step in self.paths[at] if isinstance(step, steps.Word)}
            if "end" in words:
                if not within:
                    raise BadTemplate("not in range, nothing to end")
                return found, at + 1
            results = self._walk([document], self.paths[at])
            at += 1
            if "range" in words:
                at = self._range(at, results, found)
            else:
                found.append(results)
        return found, at

    def _range(self, at: int, results: list[Any], found: list[list[Any]]) -> int:
        end = self._end(at)
        for value in results:
            found.extend(self._block(at, value, within=True)[0])
        return end

    def _end(self, at: int) -> int:
        """Behind the end of the range that begins at `at`; of one without an end, behind the last end in it."""
        depth, last = 1, at
        for place in range(at, len(self.paths)):
            words = {step.name for step in self.paths[place] if isinstance(step, steps.Word)}
            depth += ("range" in words) - ("end" in words)
            last = place + 1 if "end" in words else last
            if depth == 0:
                break
        return last

    def _walk(self, values: list[Any], path: Path) -> list[Any]:
        for step in path:
            values = self._step(values, step)
            self.work += len(values) + 1
            if self.work > RESULTS_LIMIT:
                raise BadTemplate(f"the template gives more than {RESULTS_LIMIT} results")
        return values

    def _step(self, values: list[Any], step: steps.Step) -> list[Any]:
        match step:
            case steps.Literal(value):
                return [value]
            case steps.Field(name):
                return self._field(values, name)
            case steps.Every():
                return [inner for value in values for inner in _inside(value)]
            case steps.Descent():
                return list(_below(values, RESULTS_LIMIT))
            case steps.Slice():
                return [inner for value in values if value is not None for inner in _cut(value, step)]
            case steps.Choice(paths):
                return [inner for path in paths for inner in self._walk(values, path)]
            case steps.Word(name) if name not in {"range", "end"}:
                raise BadTemplate(f"unrecognized identifier {name}")
            case steps.Filter():
                return [inner for value in values for inner in self._kept(value, step)]
        return values

    def _field(self, values: list[Any], name: str) -> list[Any]:
        if not values:
            return []
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if not found and not self.missing:
            raise BadTemplate(f"{name} is not found")
        return found

    def _kept(self, value: Any, step: steps.Filter) -> Iterable[Any]:
        if not isinstance(value, list):
            raise BadTemplate(f"{go_value(value)} is not array or slice and cannot be filtered")
        for inner in value:
            if step.operator == "exists":
                if self._exists(inner, step.left):
                    yield inner
                continue
            left, right = self._walk([inner], step.left), self._walk([inner], step.right)
            if len(left) > 1 or len(right) > 1:
                raise BadTemplate("can only compare one element at a time")
            if left and right and _compared(left[0], step.operator, right[0]):
                yield inner

    def _exists(self, inner: Any, path: Path) -> bool:
        try:
            return bool(self._walk([inner], path))
        except BadTemplate:
            return False


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _below(values: Sequence[Any], limit: int) -> Iterable[Any]:
    for value in values:
        inner = _inside(value)
        if inner:
            yield value
            yield from _below(inner, limit)


def _cut(value: Any, part: steps.Slice) -> list[Any]:
    if not isinstance(value, list):
        raise BadTemplate(f"{go_value(value)} is not array or slice")
    length = len(value)
    start = part.start or 0
    start += length if start < 0 else 0
    stop = length if part.stop is None else part.stop
    stop += length if stop < 0 or (stop == 0 and part.one) else 0
    if start == stop:
        return []
    if not 0 <= start < length:
        raise BadTemplate(f"array index out of bounds: index {start}, length {length}")
    if not 0 <= stop <= length:
        raise BadTemplate(f"array index out of bounds: index {stop - 1}, length {length}")
    if start > stop:
        raise BadTemplate(f"starting index {start} is greater than ending index {stop}")
    if part.step is not None and part.step <= 0:
        raise BadTemplate("step must be > 0")
    return value[start : stop : part.step or 1]


def _compared(left: Any, operator: str, right: Any) -> bool:
    if type(left) is not type(right):
        raise BadTemplate("incompatible types for comparison")
    if operator in {"==", "!="}:
        return bool(left == right) == (operator == "==")
    if operator not in {"<", ">", "<=", ">="}:
        raise BadTemplate(f"unrecognized filter operator {operator}")
    if not isinstance(left, str | int | float) or isinstance(left, bool):
        raise BadTemplate("invalid type for comparison")
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])


def printed(value: Any) -> str:
    """One result as text: maps and lists as compact JSON."""
    if isinstance(value, dict | list):
        return go_json(value)
    return plain(value)


def plain(value: Any) -> str:
    """A scalar as Go prints it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def go_json(value: Any, indent: int | None = None, *, ordered: bool = False) -> str:
    """JSON as Go's encoder writes it: sorted keys (unless they are `ordered`), `<>&` escaped."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, sort_keys=not ordered, ensure_ascii=False, indent=indent, separators=separators)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def go_value(value: Any) -> str:
    """A value as Go's `%v` prints it: `map[a:1 b:[x y]]`."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_value(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_value(one) for one in value) + "]"
    return "<nil>" if value is None else plain(value)


def go_syntax(value: Any) -> str:
    """A value as Go's `%#v` prints it."""
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key, ensure_ascii=False)}:{go_syntax(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{inside}}}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(go_syntax(one) for one in value) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "interface {}(nil)" if value is None else plain(value)
