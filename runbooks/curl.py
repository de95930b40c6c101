"""A curl line read: one request and what of the answer is printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from runbooks.lines.filtering import Options, options
from runbooks.lines.refusal import LineRefused

_SHORT = "sSfIivkLX:H:d:o:w:m:A:"
_LONG = {
    "silent": "s",
    "show-error": "S",
    "fail": "f",
    "head": "I",
    "include": "i",
    "verbose": "v",
    "location": "L",
    "request=": "X",
    "header=": "H",
    "data=": "d",
    "data-raw=": "d",
    "output=": "o",
    "write-out=": "w",
    "max-time=": "m",
    "user-agent=": "A",
}
READING = {"GET", "HEAD"}
_VARIABLE = re.compile(r"%\{(\w+)\}")
WRITE_OUT = {"http_code", "response_code", "time_total", "size_download", "content_type", "url_effective"}


@dataclass(frozen=True)
class Curl:
    """One request over HTTP."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    fail: bool = False
    follow: bool = False
    show_headers: bool = False
    show_body: bool = True
    write_out: str = ""
    max_time: float | None = None

    @property
    def changes(self) -> bool:
        """Whether the request may change something."""
        return self.method not in READING


def curl(words: Sequence[str]) -> Curl:
    """Read `curl -fsS -H 'Accept: …' http://…`; raises LineRefused."""
    given = options(words, _SHORT, _LONG)
    if len(given.operands) != 1:
        raise LineRefused(f"`curl` wants one address, and has {len(given.operands)}.", "Write one address in a line.")
    if "-k" in given:
        raise LineRefused("`curl -k` would trust anybody.", "Leave `-k` out.")
    if any(value.startswith("@") for value in given.every("-d")):
        raise LineRefused("`curl -d @…` would read a file, and there are none.", "Write the data into the line.")
    if given.last("-o", "/dev/null") not in {"/dev/null", "-"}:
        raise LineRefused("`curl -o` would write a file, and there are none.", "Only `-o /dev/null` is known.")
    head, data = "-I" in given, given.every("-d")
    return Curl(
        url=_address(given.operands[0]),
        method=given.last("-X", "HEAD" if head else "POST" if data else "GET").upper(),
        headers=_headers(given, with_data=bool(data)),
        body="&".join(data) if data else None,
        fail="-f" in given,
        follow="-L" in given,
        show_headers=head or "-i" in given or "-v" in given,
        show_body=not head and given.last("-o") != "/dev/null",
        write_out=_write_out(given.last("-w")),
        max_time=_seconds(given.last("-m")) if "-m" in given else None,
    )


def _address(text: str) -> str:
    address = text if "://" in text else f"http://{text}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise LineRefused(f"`{text}` is no http address.", "Write it as http://host:port/path.")
    if re.search(r"[{}\[\]<>\s]", f"{parts.hostname}{parts.path}") and not parts.netloc.startswith("["):
        raise LineRefused(f"`{text}` has a gap to fill in.", "Write the real name in its place.")
    try:
        _ = parts.port
    except ValueError:
        raise LineRefused(f"`{text}` has a port that is no number.", "Write it as http://host:8080/path.") from None
    return address if parts.path else address.replace(parts.netloc, f"{parts.netloc}/", 1)


def _headers(given: Options, *, with_data: bool) -> tuple[tuple[str, str], ...]:
    headers = []
    for written in given.every("-H"):
        name, colon, value = written.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name) or not value.isprintable():
            raise LineRefused(f"`-H '{written}'` is no header.", "Write it as `-H 'Accept: text/plain'`.")
        headers.append((name, value.strip()))
    if "-A" in given:
        headers.append(("User-Agent", given.last("-A")))
    if with_data and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return tuple(headers)


def _write_out(written: str) -> str:
    for name in _VARIABLE.findall(written):
        if name not in WRITE_OUT:
            raise LineRefused(f"`curl -w` does not know %{{{name}}} here.", f"It knows {', '.join(sorted(WRITE_OUT))}.")
    return written


def filled_in(written: str, values: dict[str, str]) -> str:
    """Fill in `-w`'s text: `%{http_code}\\n`."""
    return _VARIABLE.sub(lambda found: values[found[1]], written).replace("\\n", "\n").replace("\\t", "\t")


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", text) or float(text) == 0:
        raise LineRefused(f"`curl -m` wants seconds, not `{text}`.")
    return float(text)
