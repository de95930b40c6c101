"""`> logs-$(date +%Y%m%d).txt`: an output kept as evidence, under a name and never in a file of this machine."""

import re
from datetime import datetime

from runbooks.lines.refusal import LineRefused

DATE = (
    r"(?:\$\(|`)\s*date(?: +-u| +--utc)?(?: +(?P<quote>['\"]?)\+(?P<format>(?:%[A-Za-z]|[0-9A-Za-z_:.-])+)(?P=quote))?"
    r"(?: +-u| +--utc)?\s*[)`]"
)
"""`$(date +%Y%m%d)`: the only other line that may stand inside a line, and only in the name after `>`."""
_LETTERS = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S", "j": "%j", "b": "%b", "a": "%a",
    "F": "%Y-%m-%d", "T": "%H-%M-%S", "R": "%H-%M", "D": "%m-%d-%y", "s": "%s", "Z": "UTC", "z": "+0000", "I": "%I",
    "p": "%p", "N": "000000000", "A": "%A", "B": "%B", "u": "%u", "V": "%V", "w": "%w", "e": "%d", "h": "%b",
}  # fmt: skip
_STAMP = re.compile(r"\{date:([^}]*)\}")
_NAME = re.compile(r"(?:\{date:[^}]*\}|\{item\}|[A-Za-z0-9._+@=:-])+")
_DEFAULT = "%Y%m%d-%H%M%S"


def date_pattern(found: re.Match[str]) -> str:
    """Write `$(date +%F)` as `{date:%Y-%m-%d}`."""
    written = found["format"] or _DEFAULT
    letters = re.findall(r"%([A-Za-z])", written)
    unknown = next((letter for letter in letters if letter not in _LETTERS), "")
    if unknown:
        raise LineRefused(f"`date` has no `%{unknown}` here.", f"Write `$(date +{_DEFAULT})`.")
    return f"{{date:{re.sub(r'%([A-Za-z])', lambda one: _LETTERS[one[1]], written)}}}"


def evidence(target: str) -> str:
    """Return the name pattern of a `>`'s target. Raises LineRefused for one that names a device or nothing."""
    name = target.rstrip("/").rpartition("/")[2]
    if target.startswith("/dev/") or not _NAME.fullmatch(name) or set(name) <= {"."}:
        raise LineRefused(
            f"`> {target}` is no name for evidence.", "Write a plain one, like `> logs-$(date +%Y%m%d-%H%M%S).txt`."
        )
    return name


def evidence_name(pattern: str, at: datetime, item: str = "") -> str:
    """Fill a `save_as` in: `logs-{date:%Y%m%d}.txt` becomes `logs-20261121.txt`."""

    def stamp(found: re.Match[str]) -> str:
        return at.strftime(found[1].replace("%s", str(int(at.timestamp()))))

    return _STAMP.sub(stamp, pattern).replace("{item}", item).replace("/", "-").replace(":", "-")
