"""The order of versions, `sort -V`: as gnulib's filevercmp has it.

https://www.gnu.org/software/coreutils/manual/html_node/Version_002dsort-ordering-rules.html
"""

import re

_SUFFIX = re.compile(r"(?:\.[A-Za-z~][A-Za-z0-9~]*)*$")
_END, _TILDE, _OTHERS = -1, -2, 256


def compare_versions(one: str, other: str) -> int:
    """Return less than, equal to or more than 0."""
    if one == other:
        return 0
    for special in ("", ".", ".."):
        if special in (one, other):
            return -1 if one == special else 1
    if (one[0] == ".") is not (other[0] == "."):
        return -1 if one[0] == "." else 1
    stems = _stem(one), _stem(other)
    return _parts(*stems) or _parts(one, other)


def _stem(text: str) -> str:
    found = _SUFFIX.search(text, 1)
    return text[: found.start()] if found else text


def _parts(one: str, other: str) -> int:
    i = j = 0
    while i < len(one) or j < len(other):
        while (i < len(one) and not _digit(one[i])) or (j < len(other) and not _digit(other[j])):
            difference = _order(one, i) - _order(other, j)
            if difference:
                return difference
            i, j = i + 1, j + 1
        first, i = _number(one, i)
        second, j = _number(other, j)
        if first != second:
            return first - second
    return 0


def _digit(char: str) -> bool:
    return "0" <= char <= "9"


def _number(text: str, at: int) -> tuple[int, int]:
    end = at
    while end < len(text) and _digit(text[end]):
        end += 1
    digits = text[at:end].lstrip("0")
    # Longer than what int() reads: such a number is larger than every shorter one, and that is what counts.
    return (int(digits[:4000]) if digits else 0), end


def _order(text: str, at: int) -> int:
    if at >= len(text):
        return _END
    char = text[at]
    if _digit(char):
        return 0
    if char.isascii() and char.isalpha():
        return ord(char)
    return _TILDE if char == "~" else ord(char) + _OTHERS
