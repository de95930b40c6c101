"""What `curl -w` writes after the answer: `%{http_code} %{time_total}\\n`, as curl's manual has it."""

import re
from collections.abc import Mapping

from runbooks.lines.refusal import LineRefused

_VARIABLE = re.compile(r"%(?:\{(\w+)\}|header\{([A-Za-z0-9-]+)\}|(%))")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
TIMES = tuple(
    f"time_{name}"
    for name in "total namelookup connect appconnect pretransfer starttransfer redirect".split()  # noqa: SIM905  # a list of words
)
WRITE_OUT = frozenset(
    (
        *TIMES,
        *[
            "http_code",
            "response_code",
            "http_version",
            "content_type",
            "method",
            "scheme",
            "url",
            "url_effective",
            "redirect_url",
        ],
        *[
            "url",
            "url_effective",
            "size_download",
            "size_upload",
            "size_header",
            "speed_download",
            "num_redirects",
            "num_connects",
        ],
        *["remote_ip", "remote_port", "exitcode", "errormsg", "ssl_verify_result"],
    )
)


def write_out(written: str) -> str:
    """Check a format. Raises LineRefused."""
    if written.startswith("@"):
        raise LineRefused(
            f"`-w {written}` would read a file.",
            "Write the format into the line: `-w '%{http_code} %{time_connect} %{time_total}\\n'`.",
        )
    for name, _, _ in _VARIABLE.findall(written):
        if name and name not in WRITE_OUT:
            raise LineRefused(f"`curl -w` does not know %{{{name}}} here.", f"It knows {', '.join(sorted(WRITE_OUT))}.")
    return written


def filled_in(written: str, values: Mapping[str, str], headers: Mapping[str, str] | None = None) -> str:
    """Fill in `-w`'s text; a variable that has no value is empty."""

    def value(found: re.Match[str]) -> str:
        if found[3]:
            return "%"
        return values.get(found[1], "") if found[1] else (headers or {}).get(found[2].lower(), "")

    # The escapes first, as curl does: what a server says is never taken for one.
    return _VARIABLE.sub(value, _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), written))
