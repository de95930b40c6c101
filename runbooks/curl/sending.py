"""A request over the network, in curl's way: no hop leaves the address, no answer grows beyond its bound."""

import errno
import ssl
import time
import zlib
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from runbooks.curl.reading import FORM, Curl

BODY_LIMIT = 8 * 1024 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_TO_GET = {301, 302, 303}
AGENT = "curl/8.5.0 (muster)"


class Failed(Exception):
    """curl: ({code}) {problem}"""

    def __init__(self, code: int, problem: str) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """What came back; `heads` are the header blocks of every hop, as curl prints them."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    sent: str = ""
    cut: bool = False
    size: int = 0
    values: dict[str, str] = field(default_factory=dict)
    unsent: tuple[str, ...] = ()


@dataclass
class Clock:
    """When what happened, in seconds since the beginning; the request fills it in as it goes."""

    began: float = field(default_factory=time.monotonic)
    at: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Note that something is done by now."""
        self.at[name] = time.monotonic() - self.began

    def tracing(self) -> aiohttp.TraceConfig:
        """Return what aiohttp calls when names are looked up, connections made and answers begin."""

        def marking(name: str) -> Any:
            async def marked(_session: object, _context: object, _parameters: object) -> None:
                self.mark(name)

            return marked

        config = aiohttp.TraceConfig()
        config.on_dns_resolvehost_end.append(marking("time_namelookup"))
        config.on_connection_create_end.append(marking("time_connect"))
        config.on_request_headers_sent.append(marking("time_pretransfer"))
        return config


async def over_the_network(request: Curl, clock: Clock) -> Answer:
    """Send a request and follow its redirects, if it asks for that. Raises Failed."""
    try:
        return await _followed(request, clock)
    except aiohttp.ClientError as error:
        raise spoken(error, request.url, clock) from error
    except (OSError, ValueError) as error:
        raise Failed(7, f"Failed to connect to {urlsplit(request.url).hostname}: {error}") from error


async def _followed(request: Curl, clock: Clock) -> Answer:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=request.connect_timeout)
    heads: tuple[str, ...] = ()
    async with aiohttp.ClientSession(
        auto_decompress=False, trust_env=True, timeout=timeout, trace_configs=[clock.tracing()]
    ) as session:
        for hop in range(request.hops + 1):
            answer, after = await _one(session, request, clock)
            heads += answer.heads
            if not (request.follow and after):
                return replace(answer, heads=heads, values={**answer.values, "num_redirects": str(hop)})
            _stay(request.url, after)
            method = request.method
            if answer.status in _TO_GET and method != "HEAD" and not request.keep_method:
                method = "GET"
            request = replace(request, url=after, method=method)
            if answer.status in _TO_GET:
                request = replace(request, body=None, headers=tuple(one for one in request.headers if one != FORM))
            clock.mark("time_redirect")
    raise Failed(47, f"Maximum ({request.hops}) redirects followed")


def _stay(here: str, there: str) -> None:
    """A hop stays on its host and port, or goes from http to https on it."""
    one, other = urlsplit(here), urlsplit(there)
    same = (one.scheme, one.port) == (other.scheme, other.port)
    secured = (one.scheme, other.scheme) == ("http", "https") and one.port in {None, 80} and other.port in {None, 443}
    if one.hostname != other.hostname or "@" in other.netloc:
        raise Failed(47, f"The answer leads to another host, {other.hostname}; write that address into the runbook")
    if not (same or secured):
        raise Failed(47, f"The answer leads to another port of {other.hostname}; write that address into the runbook")


async def _one(session: aiohttp.ClientSession, request: Curl, clock: Clock) -> tuple[Answer, str]:
    headers = {"User-Agent": AGENT, "Accept": "*/*"}
    headers |= {"Accept-Encoding": "deflate, gzip"} if request.compressed else {}
    kept = [
        (name, value) for name, value in headers.items() if name.lower() not in {n.lower() for n, _ in request.headers}
    ]
    async with session.request(
        request.method,
        request.url,
        headers=[*kept, *((name, value) for name, value in request.headers if value)],
        data=request.body,
        allow_redirects=False,
        skip_auto_headers=["Accept", "Accept-Encoding", "Content-Type", "User-Agent"],
    ) as response:
        clock.mark("time_starttransfer")
        data, size, cut = await _read(response, decompress=request.compressed)
        clock.mark("time_total")
        where = response.headers.get("Location", "") if response.status in _REDIRECTS else ""
        answer = _answer(response, data, size, cut=cut)
        return answer, urljoin(request.url, where) if where else ""


def _answer(response: aiohttp.ClientResponse, data: bytes, size: int, *, cut: bool) -> Answer:
    raw = tuple((key.decode("latin-1"), value.decode("utf-8", "replace")) for key, value in response.raw_headers)
    version = f"{response.version.major}.{response.version.minor}" if response.version else "1.1"
    first = f"HTTP/{version} {response.status} {response.reason or ''}"
    head = "\r\n".join([first, *(f"{name}: {value}" for name, value in raw), "", ""])
    asked = response.request_info
    sent = "".join(f"{name}: {value}\r\n" for name, value in asked.headers.items())
    peer = (
        response.connection.transport.get_extra_info("peername")
        if response.connection and response.connection.transport
        else None
    )
    values = {
        "http_version": version,
        "remote_ip": str(peer[0]) if peer else "",
        "remote_port": str(peer[1]) if peer else "",
        "size_header": str(len(head.encode())),
        "redirect_url": urljoin(str(response.url), response.headers["Location"])
        if "Location" in response.headers
        else "",
        "url_effective": str(asked.url),
        "method": asked.method,
        "num_connects": "1",
    }
    said = f"{asked.method} {asked.url.raw_path_qs} HTTP/1.1\r\n{sent}\r\n"
    return Answer(response.status, data.decode("utf-8", "replace"), raw, (head,), said, cut, size, values)


async def _read(response: aiohttp.ClientResponse, *, decompress: bool) -> tuple[bytes, int, bool]:
    """Read at most BODY_LIMIT bytes, also of what a small answer unpacks to."""
    encoding = response.headers.get("Content-Encoding", "").lower() if decompress else ""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "deflate"} else None
    data, size = bytearray(), 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        try:
            data += unpack.decompress(chunk, BODY_LIMIT + 1 - len(data)) if unpack else chunk
        except zlib.error as error:
            raise Failed(61, f"Error while processing content unencoding: {error}") from error
        if len(data) > BODY_LIMIT:
            return bytes(data[:BODY_LIMIT]), size, True
    return bytes(data), size, False


def spoken(error: aiohttp.ClientError, url: str, clock: Clock) -> Failed:
    """A failure to connect, with curl's exit codes (https://curl.se/docs/manpage.html#EXIT)."""
    host, port = urlsplit(url).hostname, urlsplit(url).port or (443 if url.startswith("https") else 80)
    after = f"after {round((time.monotonic() - clock.began) * 1000)} ms"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failed(6, f"Could not resolve host: {host}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Failed(60, f"SSL certificate problem: the certificate of {host} cannot be trusted")
    if isinstance(error, aiohttp.ClientConnectorSSLError | aiohttp.ClientSSLError | ssl.SSLError):
        return Failed(35, f"TLS connect error: {getattr(error, 'reason', None) or host}")
    if isinstance(error, aiohttp.ConnectionTimeoutError | aiohttp.ServerTimeoutError):
        return Failed(28, f"Connection timed out {after}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Failed(7, f"Failed to connect to {host} port {port} {after}: Couldn't connect to server")
    return _broken(error)


def _broken(error: aiohttp.ClientError) -> Failed:
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Failed(52, "Empty reply from server")
    if isinstance(error, aiohttp.ClientPayloadError):
        return Failed(18, "transfer closed with outstanding read data remaining")
    if isinstance(error, aiohttp.ClientOSError) and error.errno in {errno.ECONNRESET, errno.EPIPE}:
        return Failed(56, "Recv failure: Connection reset by peer")
    if isinstance(error, aiohttp.ClientResponseError):
        return Failed(1, "Received HTTP/0.9 when not allowed")
    if isinstance(error, aiohttp.InvalidURL):
        return Failed(3, "URL using bad/illegal format or missing URL")
    return Failed(56, f"The connection broke: {type(error).__name__}")


def reason(status: int) -> str:
    """The words that go with a status."""
    return next((one.phrase for one in HTTPStatus if one == status), "")
