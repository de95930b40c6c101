"""Amounts of CPU and memory as Kubernetes writes them: `500m`, `2`, `512Mi`, `1G`."""

import re

_SCALES = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
}  # fmt: skip
_AMOUNT = re.compile(r"^([+-]?\d+(?:\.\d*)?)([numkMGT]|[KMGT]i)?$")


def amount(text: str | float) -> float:
    """Read a quantity in cores or bytes; ValueError when it is none."""
    match = _AMOUNT.match(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no quantity")
    return float(match[1]) * _SCALES[match[2] or ""]
