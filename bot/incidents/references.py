"""How people name an incident: `INC-7`, `inc7`, `#7`, `7`."""

import re

_REF = re.compile(r"(?:inc)?\s*[-_#]?\s*(\d{1,9})", re.IGNORECASE)


def number_of(ref: str) -> int | None:
    """Return the number that a reference names."""
    found = _REF.fullmatch(ref.strip())
    return int(found[1]) if found else None
