"""Words written as a line again, for a person to read and for a shell to understand."""

import shlex
from collections.abc import Sequence

_SPECIAL = frozenset('"$`\\!')
"""What keeps a meaning between double quotes (POSIX, 2.2.3), or has one in an interactive shell."""


def written(words: Sequence[str]) -> str:
    """Quote as few words as possible; a word that holds single quotes (SQL does) between double ones, if it may."""
    return " ".join(f'"{one}"' if "'" in one and not _SPECIAL & set(one) else shlex.quote(one) for one in words)
