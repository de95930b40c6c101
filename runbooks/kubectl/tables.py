"""Server-printed tables, laid out as kubectl lays them out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.jsonpath import go_value


@dataclass(frozen=True)
class Look:
    """Which columns and headers a table shows."""

    wide: bool = False
    namespaces: bool = False
    kind: str = ""
    labels: tuple[str, ...] = ()
    all_labels: bool = False
    headers: bool = True


def columns(rows: Sequence[Sequence[str]], *, least: int = 6, gap: int = 3, last: bool = False) -> str:
    """Rows in aligned columns: each as wide as its longest cell plus `gap`; the last unpadded unless `last`."""
    if not rows:
        return ""
    count = max(len(row) for row in rows)
    padded = count if last else count - 1
    widths = [max([least, *(len(row[at]) + gap for row in rows if at < len(row))]) for at in range(padded)]
    return "".join(
        "".join(
            cell.ljust(widths[at]) if at < padded and (last or at < len(row) - 1) else cell
            for at, cell in enumerate(row)
        )
        + "\n"
        for row in rows
    )


def cell(value: Any) -> str:
    """A cell as kubectl shows it: only its first line, escape signs made visible."""
    text = "" if value is None else go_value(value)
    cut = re.search(r"[\f\n\r]", text)
    if cut:
        text = text[: cut.start()] + "..."
    return text.replace("\x1b", "^[")


def table_rows(table: dict[str, Any], look: Look) -> tuple[list[str], list[list[str]]]:
    """The header and the cells of a Table."""
    definitions = table.get("columnDefinitions") or []
    shown = [at for at, one in enumerate(definitions) if look.wide or not one.get("priority")]
    named = next((at for at, one in enumerate(definitions) if one.get("format") == "name"), None)
    header = [str(definitions[at]["name"]).upper() for at in shown]
    rows = [_row(row, shown, named, look) for row in table.get("rows") or []]
    header += [label.rsplit("/", 1)[-1].upper() for label in look.labels]
    header += ["LABELS"] if look.all_labels else []
    return (["NAMESPACE"] if look.namespaces else []) + header, rows


def _row(row: dict[str, Any], shown: Iterable[int], named: int | None, look: Look) -> list[str]:
    metadata = (row.get("object") or {}).get("metadata") or {}
    cells = list(row.get("cells") or [])
    line = []
    for at in shown:
        text = cell(cells[at]) if at < len(cells) else ""
        line.append(f"{look.kind}/{text}" if look.kind and at == named else text)
    labels = metadata.get("labels") or {}
    line += [labels.get(label, "") for label in look.labels]
    line += [label_text(labels)] if look.all_labels else []
    return [metadata.get("namespace", ""), *line] if look.namespaces else line


def label_text(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>"
