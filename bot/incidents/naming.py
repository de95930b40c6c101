"""How an incident's channel is called, and how a title is read."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

LONGEST_NAME = 80  # of a channel, in Slack
LONGEST_TITLE = 200
PREFIX = "incident-"
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Signs that turn the direction of what follows: a title must not turn the words around it."""


def channel_name(
    pattern: str, number: int, *, service: str, title: str, severity: str = "", began: datetime | None = None
) -> str:
    """Fill the runbook's pattern: `incident-…`, at most 80 characters (the title gives way), unique by its number."""
    if "{id}" not in pattern and "{number}" not in pattern:
        pattern = f"{PREFIX}{{id}}-{pattern.removeprefix(PREFIX)}"
    words = {"id": str(number), "number": f"{number:03}", "service": service, "severity": severity, "title": ""}
    if began is not None:
        words |= {"date": f"{began:%Y%m%d}", "day": f"{began:%Y-%m-%d}", "time": f"{began:%H%M}"}
    room = LONGEST_NAME - len(_filled(pattern, words)) - 2
    name = _filled(pattern, words | {"title": _shortened(_joined(title), room)})
    return name if len(name) <= LONGEST_NAME else _shortened(f"{PREFIX}{number}-{name.removeprefix(PREFIX)}")


def clean_title(text: str) -> tuple[str, bool]:
    """Return a title of one line and at most 200 characters, and whether it was cut; one nobody can see is none."""
    words = " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())
    words = words.translate(TURNING) if any(unicodedata.category(sign)[0] not in "CZ" for sign in words) else ""
    if len(words) <= LONGEST_TITLE:
        return words, False
    return words[: LONGEST_TITLE - 1].rstrip() + "…", True


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    name = _joined(re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], ""), pattern))
    return name if name.startswith(PREFIX) else PREFIX + name


def _joined(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_-]+", "-", plain)).strip("-_")


def _shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """Cut at a word's end, if that leaves more than half."""
    if len(name) <= longest:
        return name
    whole = name[: max(0, longest) + 1].rpartition("-")[0]
    return (whole if len(whole) > longest // 2 else name[: max(0, longest)]).rstrip("-_")
