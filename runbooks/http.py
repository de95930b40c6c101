"""Send a curl line's request: over the network, or to a Service of the cluster through its API server's proxy."""

import asyncio
from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from runbooks.compiling import LineRefused, Purpose, Usage, compiled
from runbooks.curl.reading import Curl
from runbooks.curl.sending import AGENT, BODY_LIMIT, Answer, Clock, Failed, over_the_network, reason
from runbooks.curl.writing import TIMES, filled_in
from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.proxying import forward, kept_back
from runbooks.kubectl.unreachable import Unreachable
from runbooks.model import Runbook, Target
from runbooks.outputs import Printed

_DOTS = {".", ".."}
_HELP = {
    6: "Muster's machine does not know that name. A Service is reached when `kubernetes.services` lists it.",
    7: "Nothing answers there: is it up, and is the port right?",
    28: "It did not answer in time: ask again, or look at what runs there.",
    60: "Muster's machine does not trust it: give it the CA (SSL_CERT_FILE), or ask the Service inside, over http.",
}
"""What to do about curl's commonest errors, by their codes."""


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
    path = _inside(parts.path or "/")
    place = f"/api/v1/namespaces/{namespace}/services/{scheme}{name}:{port}/proxy{path}"
    return place, parse_qsl(parts.query, keep_blank_values=True)


def _inside(path: str) -> str:
    """Take `.` and `..` out, as curl does: what is asked of a Service never leaves it, and a `%2F` stays one."""
    parts = [unquote(part) for part in path.split("/")]
    kept: list[str] = []
    for part in parts:
        if part == "..":
            del kept[max(len(kept) - 1, 1) :]
        elif part != ".":
            kept.append(quote(part, safe=":@!$&'()*+,;=~-._"))
    return "/".join([*kept, ""] if parts[-1] in _DOTS else kept)


async def send(request: Curl, *, cluster: Cluster | None, target: Target | None, timeout: float) -> Printed:
    """Send it and print the answer as curl does; a broken world is curl's exit code and words."""
    clock = Clock()
    seconds = min(timeout, request.max_time or timeout)
    service = service_of(request.url, target)
    try:
        async with asyncio.timeout(seconds):
            if service is not None and cluster is not None:
                answer = await _through(cluster, request, *service, seconds)
            else:
                answer = await over_the_network(request, clock)
    except TimeoutError:
        after = round(seconds * 1000)
        return _failed(request, Failed(28, f"Operation timed out after {after} milliseconds with 0 bytes received"))
    except Failed as error:
        return _failed(request, error)
    except Unreachable as error:
        return _failed(request, Failed(7, str(error)))
    clock.mark("time_total")
    return _printed(request, answer, clock)


def _failed(request: Curl, error: Failed) -> Printed:
    """`-s` keeps errors silent, and a note says them nevertheless; `-w` is written after a failure, too."""
    code = {"http_code": "000", "response_code": "000", "exitcode": str(error.code), "errormsg": error.problem}
    zero = dict.fromkeys((*TIMES, "size_download", "size_header", "num_redirects", "num_connects"), "0")
    said = filled_in(request.write_out, {**zero, **code, "url_effective": request.url, "url": request.url})
    words = f"curl: ({error.code}) {error.problem}\n"
    notes = (_HELP[error.code],) if error.code in _HELP else ()
    if request.mute:
        return Printed(said, "", error.code, (f"`curl -s` hides its errors: ({error.code}) {error.problem}.", *notes))
    return Printed(said, words, error.code, notes)


async def _through(cluster: Cluster, request: Curl, namespace: str, name: str, seconds: float) -> Answer:
    path, query = proxied(request.url, namespace, name)
    default = [("Accept", "*/*"), ("User-Agent", AGENT)]
    named = {name.lower() for name, _ in request.headers}
    headers = [*(pair for pair in default if pair[0].lower() not in named), *request.headers]
    answer = await forward(cluster, request.method, path, query, headers, request.body, seconds, BODY_LIMIT)
    refused = None if answer.ok else answer.json
    if isinstance(refused, dict) and refused.get("kind") == "Status":
        raise Failed(7, f"The API server could not reach service {name}: {refused.get('message', answer.status)}")
    said = tuple((str(key), str(value)) for key, value in answer.headers.items())
    head = "\r\n".join([f"HTTP/1.1 {answer.status} {reason(answer.status)}", *(f"{n}: {v}" for n, v in said), "", ""])
    text, cut = answer.text[:BODY_LIMIT], len(answer.text) > BODY_LIMIT
    kept = tuple(kept_back(request.headers))
    return Answer(answer.status, text, said, (head,), "", cut, len(answer.text.encode()), unsent=kept)


def _printed(request: Curl, answer: Answer, clock: Clock) -> Printed:
    failed = request.fail and answer.status >= HTTPStatus.BAD_REQUEST
    heads = "".join(answer.heads) if request.show_headers else ""
    body = answer.text if request.show_body and not (failed and not request.fail_with_body) else ""
    problem = f"The requested URL returned error: {answer.status}"
    values = {
        **{name: f"{clock.at.get(name, 0):.6f}" for name in TIMES},
        "http_code": f"{answer.status:03}",
        "response_code": f"{answer.status:03}",
        "size_download": str(answer.size if request.method != "HEAD" else 0),
        "size_upload": str(len((request.body or "").encode())),
        "speed_download": str(round(answer.size / max(clock.at["time_total"], 0.001))),
        "content_type": next((value for name, value in answer.headers if name.lower() == "content-type"), ""),
        "url_effective": request.url,
        "method": request.method,
        "url": request.url,
        "scheme": urlsplit(request.url).scheme.upper(),
        "exitcode": "22" if failed else "0",
        "errormsg": problem if failed else "",
        "ssl_verify_result": "0",
        **answer.values,
    }
    named = {name.lower(): value for name, value in answer.headers}
    notes: tuple[str, ...] = (
        (f"The answer was longer than {BODY_LIMIT // 1024 // 1024} MiB and was cut.",) if answer.cut else ()
    )
    notes += tuple(f"The API server takes `{name}` for itself: it was not sent." for name in answer.unsent)
    if failed and request.mute:
        notes += (f"`curl -s` hides its errors: (22) {problem}.",)
    errors = _talked(answer) if request.verbose else ""
    errors += f"curl: (22) {problem}\n" if failed and not request.mute else ""
    return Printed(heads + body + filled_in(request.write_out, values, named), errors, 22 if failed else 0, notes)


def _talked(answer: Answer) -> str:
    """What `-v` says on standard error: the request with `>`, the answer's headers with `<`."""
    asked = "".join(f"> {line}\n" for line in answer.sent.splitlines()) if answer.sent else ""
    return asked + "".join(f"< {line}\n" for head in answer.heads for line in head.splitlines())
