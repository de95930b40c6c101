"""`-o custom-columns=NAME:.metadata.name,…`."""

from collections.abc import Iterable
from typing import Any

from runbooks.kubectl.jsonpath import JsonPath, go_value
from runbooks.kubectl.jsonpath_reading import BadTemplate, relaxed
from runbooks.kubectl.tables import columns
from runbooks.kubectl.words import Failed


class CustomColumns:
    """Headers and paths, read once."""

    def __init__(self, spec: str, *, headers: bool = True) -> None:
        if not spec:
            raise Failed("error: custom-columns format specified but no custom columns given\n")
        self.shown = headers
        self.headers: list[str] = []
        self.paths: list[JsonPath] = []
        for part in spec.split(","):
            header, colon, path = part.partition(":")
            if not colon or (":" in path and not path.startswith((".", "{", "m"))):
                raise Failed(f"error: unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>\n")
            self.headers.append(header)
            self.paths.append(_path(path))

    def text(self, objects: Iterable[dict[str, Any]]) -> tuple[str, str]:
        """The table, and the error that cut it short (empty: none)."""
        rows = [self.headers] if self.shown else []
        problem = ""
        for one in objects:
            try:
                rows.append([_cell(path.values(one)) for path in self.paths])
            except BadTemplate as error:
                problem = f"error: {error}\n"
                break
        return columns(rows), problem


def _path(written: str) -> JsonPath:
    try:
        return JsonPath(relaxed(written))
    except BadTemplate as error:
        raise Failed(f"error: {error}\n") from error


def _cell(values: list[Any]) -> str:
    return ",".join(go_value(value) for value in values) or "<none>"
