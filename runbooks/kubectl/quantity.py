"""Kubernetes quantities: `500m`, `1Gi`, `2e3`."""

import math
import re
from fractions import Fraction
from functools import lru_cache

SUFFIXES = {
    "": Fraction(1), "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "k": Fraction(10**3),
    "M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12), "P": Fraction(10**15), "E": Fraction(10**18),
    "Ki": Fraction(2**10), "Mi": Fraction(2**20), "Gi": Fraction(2**30), "Ti": Fraction(2**40), "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
}  # fmt: skip
WRITTEN = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))(?:[eE]([+-]?[0-9]{1,2})|([numkKMGTPE]i?)?)"
)
BAD = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


class BadQuantity(ValueError):
    """That text is no quantity; the words are the API's."""


@lru_cache(maxsize=4096)
def quantity(text: str) -> Fraction:
    """The exact amount."""
    parts = WRITTEN.fullmatch(text)
    if parts is None or (parts.group(3) or "") not in SUFFIXES:
        raise BadQuantity(BAD)
    number, exponent, suffix = parts.groups()
    return Fraction(number) * (Fraction(10) ** int(exponent) if exponent else SUFFIXES[suffix or ""])


def canonical(text: str) -> str:
    """As the API server writes it: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`."""
    amount = quantity(text)
    if amount == 0:
        return "0"
    suffix = (WRITTEN.fullmatch(text) or re.match("", "")).group(3) or ""  # type: ignore[union-attr]
    if suffix.endswith("i") and amount.denominator == 1:
        return _binary(int(amount))
    return _decimal(amount)


def _binary(amount: int) -> str:
    for suffix in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        size = int(SUFFIXES[suffix])
        if amount % size == 0:
            return f"{amount // size}{suffix}"
    return str(amount)


def _decimal(amount: Fraction) -> str:
    for suffix in ("E", "P", "T", "G", "M", "k", "", "m", "u", "n"):
        parts = amount / SUFFIXES[suffix]
        if parts.denominator == 1:
            return f"{parts.numerator}{suffix}"
    return f"{math.ceil(amount / SUFFIXES['n'])}n"


def total(amounts: list[str]) -> str:
    """Their sum, in the notation of the first that is not zero."""
    whole = sum((quantity(one) for one in amounts), Fraction(0))
    first = next((one for one in amounts if quantity(one)), "0")
    if whole == 0:
        return "0"
    return _binary(int(whole)) if first.endswith("i") and whole.denominator == 1 else _decimal(whole)
