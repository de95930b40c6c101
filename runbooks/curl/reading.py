"""A curl line read: one request and what of the answer is printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

from runbooks.curl.writing import write_out
from runbooks.lines.filtering import Options, options
from runbooks.lines.refusal import LineRefused

_SHORT = "sSfIivkLgN46#qX:H:d:D:o:w:m:A:u:e:b:G"
_LONG = {
    "silent": "s",
    "show-error": "S",
    "fail": "f",
    "fail-with-body": "B",
    "head": "I",
    "include": "i",
    "verbose": "v",
    "insecure": "k",
    "location": "L",
    "request=": "X",
    "header=": "H",
    "data=": "d",
    "data-raw=": "R",
    "data-ascii=": "d",
    "data-binary=": "a",
    "dump-header=": "D",
    "disable": "q",
    "progress-bar": "#",
    "data-urlencode=": "U",
    "json=": "J",
    "get": "G",
    "output=": "o",
    "write-out=": "w",
    "max-time=": "m",
    "connect-timeout=": "C",
    "max-redirs=": "M",
    "user-agent=": "A",
    "user=": "u",
    "referer=": "e",
    "cookie=": "b",
    "compressed": "Z",
    "url=": "Y",
    "retry=": "T",
    "retry-delay=": "T",
    "retry-max-time=": "T",
    "retry-connrefused": "N",
    "retry-all-errors": "N",
    "no-progress-meter": "N",
    "no-buffer": "N",
    "globoff": "g",
    "ipv4": "4",
    "ipv6": "6",
    "http1.1": "N",
    "http2": "N",
}
_DATA = {"-d", "-R", "-a", "-U", "-J"}
READING = {"GET", "HEAD"}
_METHOD = re.compile(r"[A-Za-z]{1,20}")
_METHODS = {"x-http-method-override", "x-http-method", "x-method-override"}
"""Headers by which some servers take a GET for another method; to many, `_` and `-` are one sign."""
_FILES = "would read or write a file, and there are none"
_BEYOND = {
    **dict.fromkeys(("-O", "--remote-name"), (_FILES, "`> name.txt` at the end keeps the output as evidence.")),
    **dict.fromkeys(
        ("-F", "--form", "-T", "--upload-file"), (_FILES, "Write a `manual:` step, or `-d` with the data.")
    ),
    **dict.fromkeys(("-K", "--config", "-n", "--netrc", "-c", "--cookie-jar"), (_FILES, "Leave it out.")),
    **dict.fromkeys(("--cacert", "-E", "--cert", "--key"), (_FILES, "Ask the Service inside, by its name, over http.")),
    **dict.fromkeys(("-x", "--proxy", "--resolve", "--connect-to"), ("would ask another machine", "Leave it out.")),
}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
_HOPS = 50


@dataclass(frozen=True)
class Curl:
    """One request over HTTP."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    fail: bool = False
    fail_with_body: bool = False
    follow: bool = False
    show_headers: bool = False
    show_body: bool = True
    write_out: str = ""
    max_time: float | None = None
    connect_timeout: float | None = None
    verbose: bool = False
    keep_method: bool = False
    compressed: bool = False
    mute: bool = False
    hops: int = _HOPS

    @property
    def changes(self) -> bool:
        """Whether the request may change something."""
        return self.method not in READING or any(name.lower().replace("_", "-") in _METHODS for name, _ in self.headers)


def curl(words: Sequence[str]) -> Curl:
    """Read `curl -fsS -H 'Accept: …' http://…`; raises LineRefused."""
    for word in words[1:]:
        if beyond := _BEYOND.get(word):
            raise LineRefused(f"`curl {word}` {beyond[0]}.", beyond[1])
    given = options(words, _SHORT, _LONG)
    _refuse(given)
    addresses = [*given.every("-Y"), *given.operands]
    if len(addresses) != 1:
        raise LineRefused(f"`curl` wants one address, and has {len(addresses)}.", "Write one address in a line.")
    head, data = "-I" in given, _data(given)
    address = _address(addresses[0])
    if data and ("-G" in given or head):
        address, data = f"{address}{'&' if urlsplit(address).query else '?'}{data}", None
    return Curl(
        url=address,
        method=_method(given.last("-X", "HEAD" if head else "GET" if data is None else "POST")),
        headers=_headers(given, with_data=data is not None),
        body=data,
        fail="-f" in given or "-B" in given,
        fail_with_body="-B" in given,
        follow="-L" in given,
        show_headers="-D" in given or ((head or "-i" in given) and given.last("-o") != "/dev/null"),
        show_body=not head and given.last("-o") != "/dev/null",
        write_out=write_out(given.last("-w")),
        max_time=_seconds("-m", given),
        connect_timeout=_seconds("-C", given),
        verbose="-v" in given,
        keep_method="-X" in given,
        compressed="-Z" in given,
        mute="-s" in given and "-S" not in given,
        hops=int(given.last("-M")) if re.fullmatch(r"\d{1,2}", given.last("-M")) else _HOPS,
    )


def _refuse(given: Options) -> None:
    """Refuse what reaches beyond one request that says who asks."""
    if "-k" in given:
        raise LineRefused("`curl -k` would trust anybody.", "Leave `-k` out.")
    if "-u" in given:
        raise LineRefused(
            "`curl -u` would put a password into a line.", "Ask an address that needs none, or write a `manual:` step."
        )
    for option in ("-d", "-a", "-J"):
        if any(value.startswith("@") for value in given.every(option)):
            raise LineRefused("`curl -d @…` would read a file, and there are none.", "Write the data into the line.")
    if any("@" in value.partition("=")[0] for value in given.every("-U")) or given.last("-H").startswith("@"):
        raise LineRefused("`curl` with `@…` would read a file, and there are none.", "Write it into the line.")
    if "-b" in given and "=" not in given.last("-b"):
        raise LineRefused("`curl -b` would read a file, and there are none.", "Write it as `-b name=value`.")
    if given.last("-D", "-") != "-":
        raise LineRefused("`curl -D` would write a file, and there are none.", "Write `-D -`, or `-i`.")
    if given.last("-o", "/dev/null") not in {"/dev/null", "-"}:
        raise LineRefused(
            "`curl -o` would write a file, and there are none.",
            "Only `-o /dev/null` is known; `> name.txt` at the end keeps the output as evidence.",
        )


def _method(text: str) -> str:
    if not _METHOD.fullmatch(text):
        raise LineRefused(f"`curl -X {text}` is no method.", "Write GET, POST or the like.")
    return text.upper()


def _data(given: Options) -> str | None:
    parts = []
    for option, value in given.pairs:
        if option == "-U":
            name, sign, content = value.partition("=")
            parts.append(f"{name}{'=' if name else ''}{quote_plus(content)}" if sign else quote_plus(value))
        elif option in _DATA:
            parts.append(value)
    return ("" if "-J" in given else "&").join(parts) if parts else None


def _address(text: str) -> str:
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise LineRefused(f"`{text}` has a port that is no number.", "Write it as http://host:8080/path.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise LineRefused(f"`{text}` is no http address.", "Write it as http://host:port/path.")
    if re.search(r"[{}\[\]<>\s]", f"{parts.hostname}{parts.path}") and not parts.netloc.startswith("["):
        raise LineRefused(f"`{text}` has a gap to fill in.", "Write the real name in its place.")
    if re.search(r"\{[^{}]*,[^{}]*\}", parts.query) and "=" not in parts.query.partition("{")[2]:
        raise LineRefused(f"`{text}` stands for several addresses.", "Write one address in a line.")
    if re.search(r"(?i)(?:^|/|%2f)(?:\.|%2e){1,2}%2f|%2f(?:\.|%2e){1,2}(?:/|%2f|$)", parts.path):
        raise LineRefused(f"`{text}` leads to another path than it shows.", "Leave out the `..` beside its `%2F`.")
    if "@" in parts.netloc:
        raise LineRefused("The address holds a name or a password.", "Leave out what stands before the `@`.")
    address = address.partition("#")[0]
    return address if parts.path else address.replace(parts.netloc, f"{parts.netloc}/", 1)


def _headers(given: Options, *, with_data: bool) -> tuple[tuple[str, str], ...]:
    headers = []
    for written in given.every("-H"):
        name, colon, value = written.partition(":")
        if not colon or not _NAME.fullmatch(name) or not value.isprintable():
            raise LineRefused(f"`-H '{written}'` is no header.", "Write it as `-H 'Accept: text/plain'`.")
        headers.append((name, value.strip()))
    for option, name in (("-A", "User-Agent"), ("-e", "Referer"), ("-b", "Cookie")):
        if option in given and given.last(option).isprintable():
            headers.append((name, given.last(option)))
    named = {name.lower() for name, _ in headers}
    if "-J" in given:
        headers += [(name, "application/json") for name in ("Content-Type", "Accept") if name.lower() not in named]
    elif with_data and "content-type" not in named:
        headers.append(FORM)
    return tuple(headers)


def _seconds(option: str, given: Options) -> float | None:
    if option not in given:
        return None
    text = given.last(option)
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", text) or float(text) == 0:
        raise LineRefused(f"`curl {'-m' if option == '-m' else '--connect-timeout'}` wants seconds, not `{text}`.")
    return float(text)
