"""Amounts of memory and disk as Kubernetes writes them, and the next sensible step up."""

import re

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([KMGTP]i?|k)?")
_SIZES = {"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15} | {
    f"{sign}i": 1024.0**power for power, sign in enumerate("KMGTP", start=1)
}


def bytes_of(text: str) -> float | None:
    """Read `512Mi` or `1.5G`; None where it is no amount."""
    found = _AMOUNT.fullmatch(text.strip())
    return float(found[1]) * _SIZES[found[2] or ""] if found else None


def written(amount: float) -> str:
    """Write an amount with the largest unit that leaves it whole: `512Mi`, `2Gi`."""
    for unit in ("Ti", "Gi", "Mi", "Ki"):
        if amount >= _SIZES[unit] and amount % _SIZES[unit] == 0:
            return f"{amount / _SIZES[unit]:.0f}{unit}"
    return f"{amount:.0f}"


def next_limit(text: str) -> str:
    """Return the next step up: the next power of two in MiB, `1Gi` after `768Mi`, `2Gi` after `1Gi`."""
    amount = bytes_of(text)
    if amount is None:
        return ""
    step = 64 * _SIZES["Mi"]
    while step <= amount:
        step *= 2
    return written(step)
