"""One run of one command: what it asks, what it prints, what it saw."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbooks.kubectl.applying import applied
from runbooks.kubectl.connection import JSON, TABLE, Answer, Cluster, Query
from runbooks.kubectl.discovery import Resource, Types, types_of
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.read_ahead import ReadAhead
from runbooks.kubectl.sink import Sink
from runbooks.kubectl.words import Command, Failed

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"
EXPIRED = 410
NO_DRY_RUN = "does not support dry run"
COMPUTED = (
    "a webhook of the cluster allows no dry run: this preview was computed by Muster, and the webhook may still change"
    " or refuse it"
)


class Denied(Exception):
    """The API server answered with an error; `status` is its Status object."""

    def __init__(self, code: int, status: Mapping[str, Any]) -> None:
        super().__init__(str(status.get("message", "")))
        self.code = code
        self.status = status
        self.reason = str(status.get("reason") or "")
        self.message = str(status.get("message") or "")

    @property
    def words(self) -> str:
        """What kubectl prints about it."""
        if self.reason == "Invalid" or self.code == 422:
            details = self.status.get("details") or {}
            if details.get("kind"):
                return f'The {details["kind"]} "{details.get("name", "")}" is invalid: {_causes(self)}'
            return f"The request is invalid: {self.message}"
        if self.code == 401:
            return "error: You must be logged in to the server (Unauthorized)"
        if self.reason:
            return f"Error from server ({self.reason}): {self.message}"
        return f"Error from server: {self.message}"


def _causes(denied: Denied) -> str:
    """kubectl's checkErr: one cause behind the sentence, several in a list."""
    causes = (denied.status.get("details") or {}).get("causes") or []
    told: list[str] = []
    for cause in causes:
        line = f"{cause['field']}: {cause['message']}" if cause.get("field") else str(cause.get("message"))
        if line not in told:
            told.append(line)
    if len(told) == 1:
        return told[0]
    return "".join(f"\n* {line}" for line in told) or denied.message


@dataclass
class Run:
    """The command, its cluster, and what it has printed so far.

    `folder` is where the manifests of `apply -f` lie; `uids` (`pod/web-1` -> uid) are all that a delete may hit;
    with `whole`, a table's rows bring their objects along. `retry`: seconds until an eviction that a disruption budget
    forbade is asked for again.
    """

    command: Command
    cluster: Cluster
    now: datetime
    timeout: float = 30.0
    dry_run: bool = False
    folder: Path | None = None
    whole: bool = False
    ahead: ReadAhead | None = None
    uids: Mapping[str, str] | None = None
    retry: float = 5.0
    sink: Sink | None = None
    out: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    objects: list[dict[str, Any]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    changed: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    exit_code: int = 0

    @property
    def namespace(self) -> str:
        return self.command.namespace or self.cluster.namespace

    @property
    def all_namespaces(self) -> bool:
        return bool(self.command.flag("all-namespaces"))

    def say(self, text: str) -> None:
        self.out.append(text + "\n")

    def warn(self, text: str) -> None:
        self.errors.append(text + "\n")

    def fail(self, text: str, exit_code: int = 1) -> None:
        """Print an error and go on; the command still ends badly."""
        self.failures.append(len(self.errors))
        self.warn(text)
        self.exit_code = exit_code

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    async def types(self, *, fresh: bool = False) -> Types:
        return await types_of(self.cluster, fresh=fresh, timeout=self.timeout)

    async def read(self, path: str, query: Query = (), *, accept: str = JSON) -> dict[str, Any]:
        """GET one document; Denied when the server says no."""
        return self._accepted(await self._get(path, query, accept))

    async def read_text(self, path: str, query: Query = (), *, tail: int = 0) -> str:
        """GET a text; with `tail` its end, and a note that tells how much before it was left out."""
        answer = await self._get(path, query, "*/*", tail)
        if not answer.ok:
            self._accepted(answer)
        if answer.left_out:
            self.note(f"{answer.left_out:,} bytes at the beginning were left out: ask for less, with --tail or --since")
        return answer.text

    async def pass_text(self, path: str, query: Query, sink: Sink) -> None:
        """GET a text, and pass it on as it comes; a short one that was asked for ahead, at once."""
        if sink.mixed:
            await sink.put("".join(self.errors))
            self.errors.clear()
        answer = None if self.ahead is None else await self.ahead.short(path, query)
        if answer is None:
            answer = await self.cluster.pour(path, query, sink, timeout=self.timeout)
        if not answer.ok:
            self._accepted(answer)
        await sink.put(answer.text)

    async def _get(self, path: str, query: Query, accept: str, tail: int = 0) -> Answer:
        if self.ahead is not None:
            return await self.ahead.get(path, query, accept, tail)
        return await self.cluster.ask("GET", path, query, accept=accept, timeout=self.timeout, tail=tail)

    async def read_list(self, path: str, query: Query = (), *, accept: str = JSON) -> dict[str, Any]:
        """GET a list to its end, page by page, as one."""
        page = await self.read(path, query, accept=accept)
        rows = "rows" if page.get("kind") == "Table" else "items"
        whole = page
        while token := (page.get("metadata") or {}).get("continue"):
            try:
                page = await self.read(path, [*query, ("continue", token)], accept=accept)
            except Denied as error:
                if error.code != EXPIRED:
                    raise
                return await self.read(path, [pair for pair in query if pair[0] != "limit"], accept=accept)
            whole[rows] = [*(whole.get(rows) or []), *(page.get(rows) or [])]
        return whole

    async def change(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        content_type: str = JSON,
        manager: str = "",
        query: Query = (),
        before: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send one change (a dry run when the run or the line says so) and remember what was sent.

        `before` is what a patch goes into: where a webhook allows no dry run, a preview is computed from it.
        """
        if self.command.flag("dry-run") == "client":
            raise Failed("error: --dry-run=client is not run here for this verb; use --dry-run=server\n")
        asked = [("fieldManager", self.command.flag("field-manager") or manager)] if manager else []
        asked += query
        shown = "&".join(f"{key}={quote(value)}" for key, value in asked)
        self.sent += [f"{method} {path}?{shown}" if shown else f"{method} {path}", as_yaml(body)]
        if self.dry_run or self.command.flag("dry-run") == "server":
            asked.append(("dryRun", "All"))
        answer = await self.cluster.ask(method, path, asked, body=body, content_type=content_type, timeout=self.timeout)
        if self.dry_run and not answer.ok and NO_DRY_RUN in answer.text:
            self.warn(f"Warning: {COMPUTED}")
            return dict(body) if method in {"POST", "PUT"} else applied(dict(before or {}), body, content_type)
        return self._accepted(answer)

    async def ask_review(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST a question to the server: it answers and keeps nothing."""
        return self._accepted(await self.cluster.ask("POST", path, body=body, timeout=self.timeout))

    def _accepted(self, answer: Answer) -> dict[str, Any]:
        for warning in answer.warnings:
            if f"Warning: {warning}\n" not in self.errors:  # kubectl says each once
                self.warn(f"Warning: {warning}")
        document = answer.json
        if not answer.ok:
            raise Denied(answer.status, _status(answer, document))
        if not isinstance(document, dict):
            raise Failed(f"error: the server answered with {answer.text[:60]!r}, which is no JSON object\n")
        return document


# client-go's words for an answer that is no Status object (apimachinery, NewGenericServerResponse)
UNWORDED = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", ""),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", ""),
    409: ("Conflict", "the server reported a conflict"),
    410: ("Gone", "the server no longer has the requested resource"),
    415: ("UnsupportedMediaType", ""),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    429: ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: (
        "Timeout",
        "the server was unable to return a response in the time allotted, but may still be processing the request",
    ),
}


def _status(answer: Answer, document: Any) -> Mapping[str, Any]:
    if isinstance(document, dict) and document.get("kind") == "Status":
        return document
    text = answer.text.strip()[:300]
    reason, message = UNWORDED.get(answer.status, ("", ""))
    if answer.status >= 500 and not reason:
        reason = "InternalError"
        message = f"an error on the server ({json.dumps(text)}) has prevented the request from succeeding"
    return {"message": message or text or "unknown", "reason": reason}


def segment(name: str) -> str:
    """A name as one part of a path; kubectl refuses the same ones."""
    if name in {".", ".."}:
        raise Failed(f"error: invalid resource name \"{name}\": [may not be '{name}']\n")
    for bad in "/%":
        if bad in name:
            raise Failed(f"error: invalid resource name \"{name}\": [may not contain '{bad}']\n")
    return quote(name, safe="")


__all__ = ["JSON", "JSON_PATCH", "MERGE", "STRATEGIC", "TABLE", "Denied", "Resource", "Run", "segment"]
