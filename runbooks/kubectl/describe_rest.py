"""What describe says about a kind it has no words for: its own fields, titled, in order."""

import re
from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import named
from runbooks.kubectl.jsonpath import go_value
from runbooks.kubectl.running import Run

Thing = dict[str, Any]
ELSEWHERE = {f".metadata.{key}" for key in ("managedFields", "name", "namespace", "labels", "annotations")}
ACRONYMS = {"API", "URL", "UID", "OSB", "GUID"}


async def other_lines(_: Run, one: Thing) -> Lines:
    return [*named(one, always=True), *_fields(one, "", "")]


def _fields(content: Thing, space: str, place: str) -> Lines:
    lines: Lines = []
    for key in sorted(content):
        value, here = content[key], f"{place}.{key}"
        if here in ELSEWHERE:
            continue
        if isinstance(value, dict):
            lines += [f"{space}{titled(key)}:", *_fields(value, space + "  ", here)]
        elif isinstance(value, list):
            lines.append(f"{space}{titled(key)}:")
            for item in value:
                inner = space + "  "
                lines += _fields(item, inner, here) if isinstance(item, dict) else [f"{inner}{go_value(item)}"]
        else:
            lines.append(f"{space}{titled(key)}:\t{go_value(value)}")
    return lines


def titled(key: str) -> str:
    """`startedAt` is `Started At`, `apiVersion` is `API Version`."""
    if not re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*-?", key):
        return key
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+", key)
    return " ".join(part.upper() if part.upper() in ACRONYMS else part[:1].upper() + part[1:] for part in parts)
