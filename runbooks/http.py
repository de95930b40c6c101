"""Send a curl line's request: over the network, or to a Service of the cluster through its API server's proxy."""

import asyncio
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

import aiohttp

from runbooks.compiling import LineRefused, Purpose, Usage, compiled
from runbooks.curl import Curl, filled_in
from runbooks.kubectl.connection import Cluster, Unreachable
from runbooks.model import Runbook, Target

BODY_LIMIT = 8 * 1024 * 1024
_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Printed:
    """What curl would have printed."""

    stdout: str
    stderr: str = ""
    exit_code: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    cut: bool = False


class _Failed(Exception):
    """curl: ({code}) {problem}"""

    def __init__(self, code: int, problem: str) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem


def allowed(url: str, runbook: Runbook | None) -> bool:
    """Whether an address stands in the runbook: only those are ever asked."""
    return runbook is not None and _plain(url) in {_plain(one) for one in _addresses(runbook)}


def _plain(url: str) -> tuple[str, str, int, str, str]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port, parts.path or "/", parts.query


def _addresses(runbook: Runbook) -> Collection[str]:
    found = [link.url for link in runbook.links]
    for step in runbook.diagnostics:
        if (step.run or step.http) and step.line.startswith("curl"):
            try:
                request = compiled(step.line, None, Purpose.of(step, runbook)).request
            except (LineRefused, Usage):
                continue
            found += [request.url] if request else []
    return found


def service_of(url: str, target: Target | None) -> tuple[str, str] | None:
    """Return namespace and name when a host is a Service of the runbook's namespace, else None."""
    host = urlsplit(url).hostname or ""
    if target is None:
        return None
    for name in target.services:
        inside = f"{name}.{target.namespace}"
        if host in {name, inside, f"{inside}.svc", f"{inside}.svc.cluster.local"}:
            return target.namespace, name
    return None


def proxied(url: str, namespace: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the API server's path and query that reach a Service's address."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    scheme = "https:" if parts.scheme == "https" else ""
    path = quote(unquote(parts.path or "/"), safe="/:@!$&'()*+,;=~-._")
    place = f"/api/v1/namespaces/{namespace}/services/{scheme}{name}:{port}/proxy{path}"
    return place, parse_qsl(parts.query, keep_blank_values=True)


async def send(request: Curl, *, cluster: Cluster | None, target: Target | None, timeout: float) -> Printed:
    """Send it and print the answer as curl does; a broken world is curl's exit code and words."""
    began = time.monotonic()
    seconds = min(timeout, request.max_time or timeout)
    try:
        async with asyncio.timeout(seconds):
            answer = await _answer(request, cluster, target, seconds)
    except TimeoutError:
        return Printed("", f"curl: (28) Operation timed out after {int(seconds * 1000)} milliseconds\n", 28)
    except _Failed as error:
        return Printed("", f"curl: ({error.code}) {error.problem}\n", error.code)
    except Unreachable as error:
        return Printed("", f"curl: (7) {error}\n", 7)
    return _printed(request, answer, time.monotonic() - began)


async def _answer(request: Curl, cluster: Cluster | None, target: Target | None, seconds: float) -> _Answer:
    service = service_of(request.url, target)
    if service is not None and cluster is not None:
        return await _through(cluster, request, *service, seconds)
    try:
        return await _over_the_network(request)
    except aiohttp.ClientError as error:
        raise _spoken(error, request.url) from error
    except (OSError, ValueError) as error:
        raise _Failed(7, f"Failed to connect to {urlsplit(request.url).hostname}: {error}") from error


async def _through(cluster: Cluster, request: Curl, namespace: str, name: str, seconds: float) -> _Answer:
    path, query = proxied(request.url, namespace, name)
    answer = await cluster.ask(request.method, path, query, accept="*/*", body=request.body, timeout=seconds)
    said = answer.json
    if not answer.ok and isinstance(said, dict) and said.get("kind") == "Status":
        raise _Failed(7, f"The API server could not reach service {name}: {said.get('message', answer.status)}")
    headers = tuple((str(key), str(value)) for key, value in answer.headers.items())
    return _Answer(answer.status, answer.text[:BODY_LIMIT], headers, cut=len(answer.text) > BODY_LIMIT)


async def _over_the_network(request: Curl) -> _Answer:
    url = request.url
    async with aiohttp.ClientSession(auto_decompress=True, trust_env=True) as session:
        for _hop in range(_HOPS):
            async with session.request(
                request.method, url, headers=list(request.headers), data=request.body, allow_redirects=False
            ) as response:
                after = urljoin(url, response.headers.get("Location", url))
                if not (request.follow and response.status in _REDIRECTS):
                    return await _read(response)
                if _plain(after)[:3] != _plain(url)[:3] and _plain(after)[1] != _plain(url)[1]:
                    raise _Failed(47, f"The answer leads to another host, {urlsplit(after).hostname}")
                url = after
    raise _Failed(47, f"Maximum ({_HOPS}) redirects followed")


async def _read(response: aiohttp.ClientResponse) -> _Answer:
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > BODY_LIMIT:
            break
    headers = tuple((key, value) for key, value in response.headers.items())
    text = bytes(data[:BODY_LIMIT]).decode("utf-8", "replace")
    return _Answer(response.status, text, headers, response.reason or "", cut=len(data) > BODY_LIMIT)


def _printed(request: Curl, answer: _Answer, seconds: float) -> Printed:
    if request.fail and answer.status >= HTTPStatus.BAD_REQUEST:
        return Printed("", f"curl: (22) The requested URL returned error: {answer.status}\n", 22)
    said = []
    if request.show_headers:
        said = [f"HTTP/1.1 {answer.status} {answer.reason or _reason(answer.status)}"]
        said += [*(f"{name}: {value}" for name, value in answer.headers), "", ""]
    values = {
        "http_code": f"{answer.status:03}",
        "response_code": f"{answer.status:03}",
        "time_total": f"{seconds:.6f}",
        "size_download": str(len(answer.text.encode())),
        "content_type": next((value for name, value in answer.headers if name.lower() == "content-type"), ""),
        "url_effective": request.url,
    }
    body = answer.text if request.show_body else ""
    notes = (f"The answer was longer than {BODY_LIMIT // 1024 // 1024} MiB and was cut.",) if answer.cut else ()
    return Printed("\n".join(said) + body + filled_in(request.write_out, values), notes=notes)


def _reason(status: int) -> str:
    return next((one.phrase for one in HTTPStatus if one == status), "")


def _spoken(error: aiohttp.ClientError, url: str) -> _Failed:
    """A failure to connect, with curl's exit codes (https://curl.se/docs/manpage.html#EXIT)."""
    host, port = urlsplit(url).hostname, urlsplit(url).port or (443 if url.startswith("https") else 80)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _Failed(6, f"Could not resolve host: {host}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return _Failed(60, f"The certificate of {host} cannot be trusted")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _Failed(7, f"Failed to connect to {host} port {port}: Couldn't connect to server")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return _Failed(52, "Empty reply from server")
    return _Failed(56, f"The connection to {host} broke: {type(error).__name__}")
