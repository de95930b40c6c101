"""Numbers with their unit, as people read them: percent, milliseconds, gibibytes."""

from runbooks.promql import shown

NO_BREAK = "\N{NO-BREAK SPACE}"
_BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def scaled(most: float, unit: str) -> tuple[float, str]:
    """Return by what to multiply numbers of a unit, the largest of which is given, and what they are then called."""
    if unit == "ratio":
        return 100.0, "%"
    if unit == "seconds":
        return (1000.0, "ms") if 0 < abs(most) < 1 else (1.0, "s")
    if unit == "bytes":
        power = next((at for at in range(len(_BYTES)) if abs(most) < 1024 ** (at + 1)), len(_BYTES) - 1)
        return 1.0 / 1024**power, _BYTES[power]
    return 1.0, unit


def measured(value: float, unit: str, *, exactly: bool = False) -> str:
    """Write a value with its unit, which stays on its line: `6.2 %`, `310 ms`, `1.2 s`, `3.8 GiB`, `12 lines`.

    `exactly` is for a limit: 99.95 % is not 100 %.
    """
    factor, word = scaled(value, unit)
    word = word.removesuffix("s") if value == 1 and word in {"lines", "connections", "pods"} else word
    said = f"{value * factor:.10g}" if exactly else _three(value * factor)
    return f"{said}{NO_BREAK}{word}" if word else said


def _three(value: float) -> str:
    """Keep three figures that count; one reads no more at night."""
    return shown(float(f"{value:.3g}") if abs(value) < 1000 else value)
