"""`{replicas}` in a line: where a chosen value goes, as part of one word."""

import re
from collections.abc import Mapping, Sequence

_PLACEHOLDER = re.compile(r"(?<![{.$])\{([a-z][a-z0-9_]*)\}")
_JSONPATH = {"end"}


def placeholders(line: str) -> set[str]:
    """Return the names a line uses; jsonpath's `{end}` is none."""
    return set(_PLACEHOLDER.findall(line)) - _JSONPATH


def filled(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put values into words that were read before: a value is part of one word, whatever it holds."""
    return tuple(_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), word) for word in words)
