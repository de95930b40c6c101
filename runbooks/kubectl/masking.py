"""Secrets within objects: a template prints a value without the name that tells what it is."""

import re
from functools import lru_cache
from typing import Any

from runbooks.redaction import MASK
from runbooks.secret_shapes import FLAG, NAME, named

_NAME = re.compile(rf"(?i){NAME}")
_FLAG = re.compile(rf"(?i){FLAG}")


def masked(one: Any) -> Any:
    """A copy: without values whose key, `name` beside them, or flag in front of them means a secret."""
    if isinstance(one, list):
        return [MASK if _word(flag, word) else masked(word) for flag, word in zip([None, *one], one, strict=False)]
    if not isinstance(one, dict):
        return one
    return {
        key: MASK if _secret(one.get("name") if key == "value" else key, value) else masked(value)
        for key, value in one.items()
    }


def _secret(name: Any, value: Any) -> bool:
    return isinstance(name, str) and isinstance(value, str) and _tells(name) and named(name, value)


def _word(flag: Any, word: Any) -> bool:
    both = isinstance(flag, str) and isinstance(word, str)
    return both and not word.startswith("-") and _FLAG.fullmatch(flag) is not None and named(flag, word)


@lru_cache(4096)
def _tells(name: str) -> bool:
    return _NAME.fullmatch(name.rpartition("/")[2]) is not None
