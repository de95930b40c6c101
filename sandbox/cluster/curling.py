"""`curl` in a container: it asks the application itself, or a Service of its namespace."""

import getopt
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.cluster.calling import Call, Ran

METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)
METERED = "100 {size:5d}  100 {size:5d}    0     0  {speed:5d}      0 --:--:-- --:--:-- --:--:-- {speed:5d}\n"
NOTHING = f"{METER}  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n"
SHORT = "sSfIiLkvgNX:d:H:o:w:m:u:A:x:e:b:"
LONG = {
    "silent": "s", "show-error": "S", "fail": "f", "head": "I", "include": "i", "location": "L", "insecure": "k",
    "verbose": "v", "request=": "X", "data=": "d", "data-raw=": "d", "data-binary=": "d", "header=": "H",
    "output=": "o", "write-out=": "w", "max-time=": "m", "connect-timeout=": "m", "user=": "u", "retry=": "m",
    "url=": "url",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What curl was asked for."""

    flags: dict[str, str]
    host: str
    path: str

    @property
    def method(self) -> str:
        given = "HEAD" if "I" in self.flags else "POST" if "d" in self.flags else "GET"
        return self.flags.get("X", given)


def curl(call: Call) -> Ran:
    """Ask one URL; `-f` fails on an error status, without `-s` the meter goes to stderr."""
    try:
        wanted = _wanted(call.words[1:])
    except getopt.GetoptError as problem:
        return Ran("", f"curl: option {problem.opt}: {problem.msg}\n", 2)
    if not wanted.host:
        return Ran("", "curl: no URL specified!\n", 2)
    flags = wanted.flags
    answer = call.ask(wanted.method, wanted.host, wanted.path, flags.get("d", "").encode())
    if answer is None:
        why = f"(7) Failed to connect to {wanted.host} after 0 ms: Couldn't connect to server"
        return _failed(flags, why, 7, _written(flags, 0, 0.0))
    status, body, took = answer
    if status >= 400 and "f" in flags:
        why = f"(22) The requested URL returned error: {status}"
        return _failed(flags, why, 22, _written(flags, status, took))
    size = len(body)
    head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n" if flags.keys() & {"I", "i"} else ""
    said = "" if "o" in flags else head + ("" if "I" in flags else body.decode(errors="replace"))
    return Ran(
        said + _written(flags, status, took), "" if "s" in flags else METER + METERED.format(size=size, speed=size * 80)
    )


def _wanted(words: Sequence[str]) -> Wanted:
    """Read curl's words. Raises getopt.GetoptError."""
    given, rest = getopt.gnu_getopt(list(words), SHORT, list(LONG))
    known = {f"--{name.rstrip('=')}": letter for name, letter in LONG.items()}
    flags = {known.get(name, name.lstrip("-")): value for name, value in given}
    url = flags.get("url") or next(iter(rest), "")
    host, _, path = url.rpartition("://")[2].partition("/")
    return Wanted(flags, host, f"/{path}")


def _failed(flags: dict[str, str], why: str, code: int, written: str) -> Ran:
    """Fail: `-s` says nothing, unless `-S` wants the reason."""
    meter = "" if "s" in flags else NOTHING
    return Ran(written, meter + (f"curl: {why}\n" if "S" in flags or "s" not in flags else ""), code)


def _written(flags: dict[str, str], status: int, took: float) -> str:
    """Fill in the format of `-w`."""
    text = flags.get("w", "").replace("\\n", "\n").replace("\\t", "\t")
    values = {"http_code": f"{status:03d}", "response_code": f"{status:03d}", "time_total": f"{took:.6f}"}
    for name, value in values.items():
        text = text.replace(f"%{{{name}}}", value)
    return text
