"""The one door to Kubernetes: raw requests through the official client, our errors instead of the SDK's."""

import asyncio
import json
import time
from codecs import getincrementaldecoder
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.dynamic import DynamicClient
from kubernetes.aio.dynamic.exceptions import DynamicApiError

from runbooks.kubectl.kubeconfig import configure
from runbooks.kubectl.sink import Sink
from runbooks.kubectl.unreachable import TooLarge, Unreachable, spoken

JSON = "application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
SIZE_LIMIT = 64 * 1024 * 1024
TRIES = 10
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What the API server answered, whatever its status; `left_out` counts the bytes before a text's kept tail."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The server's Warning headers, without code and agent."""
        listed = self.headers.getall("Warning", []) if hasattr(self.headers, "getall") else []
        return tuple(one.split('"', 1)[1].rsplit('"', 1)[0].replace('\\"', '"') for one in listed if '"' in one)


@dataclass
class Cluster:
    """One cluster; at most `at_once` requests are under way."""

    api: ApiClient
    namespace: str
    room: asyncio.Semaphore
    known: dict[str, Any] = field(default_factory=dict)
    login: tuple[str | None, str | None] = (None, None)
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def open(cls, *, kubeconfig: str | None = None, context: str | None = None, at_once: int = 16) -> "Cluster":
        """Read the configuration and ask nothing yet; without a kubeconfig file it is the pod's own account."""
        configuration = type.__call__(Configuration)
        configuration.retries = None
        namespace = await configure(configuration, kubeconfig, context)
        configuration.connection_pool_maxsize = at_once
        return cls(
            api=ApiClient(configuration=configuration),
            namespace=namespace,
            room=asyncio.Semaphore(at_once),
            login=(kubeconfig, context),
        )

    async def close(self) -> None:
        await self.api.close()  # type: ignore[no-untyped-call]  # the SDK is untyped

    @property
    def host(self) -> str:
        return str(self.api.configuration.host).rstrip("/")

    async def ask(
        self,
        method: str,
        path: str,
        query: Query = (),
        *,
        accept: str = JSON,
        body: Any = None,
        content_type: str | None = None,
        timeout: float = 30.0,
        tail: int = 0,
    ) -> Answer:
        """Send one request and read its whole answer; Unreachable when none comes within `timeout` seconds.

        With `tail`, only so many bytes at the end are kept (or a few more): a log may be endless. With a negative one,
        a longer text is left alone.
        """
        sent = _Request(method, path, tuple(query), accept, body, content_type, tail)
        try:
            async with asyncio.timeout(timeout), self.room:
                return await self._answer(sent, timeout)
        except _BROKEN as error:
            raise Unreachable(spoken(error, self.host)) from error

    async def pour(self, path: str, query: Query, into: Sink, *, timeout: float) -> Answer:
        """Pass a text on as it comes; what is left in the answer is a refusal, or nothing."""
        sent = _Request("GET", path, tuple(query), "*/*", None, None)
        decoder = getincrementaldecoder("utf-8")("replace")
        response = None
        try:
            async with asyncio.timeout(timeout), self.room:
                response = await self._patiently(sent, timeout)
                try:
                    async for chunk in response.content.iter_any():
                        await into.put(decoder.decode(chunk))
                finally:
                    response.close()
                return Answer(response.status, decoder.decode(b"", final=True), response.headers)
        except DynamicApiError as error:
            return _refusal(error)
        except _BROKEN as error:
            if response is not None and isinstance(error, TimeoutError):
                raise Unreachable(f"error: the log had not ended after {timeout:g} s") from error
            raise Unreachable(spoken(error, self.host)) from error

    async def stream(self, path: str, query: Query = (), *, timeout: float = 30.0) -> AsyncGenerator[str, None]:
        """Lines of a watch, until the server ends it or `timeout` seconds have passed; StreamRefused for an error."""
        sent = _Request("GET", path, tuple(query), JSON, None, None)
        until = asyncio.get_running_loop().time() + timeout
        try:
            async with asyncio.timeout_at(until):
                response = await self._patiently(sent, timeout)
            try:
                lines = _lines(response)
                while (line := await _next(lines, until)) is not None:
                    yield line
            finally:
                response.close()
        except TimeoutError:
            return
        except DynamicApiError as error:
            raise StreamRefused(_refusal(error)) from error
        except _BROKEN as error:
            raise Unreachable(spoken(error, self.host)) from error

    async def _answer(self, sent: "_Request", timeout: float) -> Answer:
        try:
            response = await self._patiently(sent, timeout)
        except DynamicApiError as error:
            return _refusal(error)
        text, left_out = await _read(response, sent.tail)
        return Answer(response.status, text, response.headers, left_out)

    async def _patiently(self, sent: "_Request", timeout: float) -> aiohttp.ClientResponse:
        """Ask again when a busy server says when, as client-go does; what it said where that is too late."""
        until = time.monotonic() + timeout
        for _ in range(TRIES):
            try:
                return await self._open(sent, timeout)
            except DynamicApiError as error:
                pause = _pause(sent, error)
                if pause is None or time.monotonic() + pause >= until:
                    raise
            await asyncio.sleep(pause)
        return await self._open(sent, timeout)

    async def _open(self, sent: "_Request", timeout: float) -> aiohttp.ClientResponse:
        used = dict(self.api.configuration.api_key)
        try:
            return await self._send(sent, timeout)
        except DynamicApiError as error:
            if error.status != HTTPStatus.UNAUTHORIZED or not await self.renewed(used):
                raise
        return await self._send(sent, timeout)

    async def renewed(self, used: Mapping[str, str]) -> bool:
        """Log in anew when a token is over, as those of `aws eks get-token` are after minutes; False for the same one.

        A request that was refused with 401 did nothing, so whoever has a new token may send it again.
        """
        async with self.renewing:
            if self.api.configuration.api_key == used:
                fresh = type.__call__(Configuration)
                await configure(fresh, *self.login)
                self.api.configuration.api_key = fresh.api_key
            return bool(self.api.configuration.api_key != used)

    async def _send(self, sent: "_Request", timeout: float) -> aiohttp.ClientResponse:
        response: aiohttp.ClientResponse = await DynamicClient(self.api).request(  # type: ignore[no-untyped-call]  # the SDK is untyped
            sent.method,
            sent.path,
            body=sent.body,
            query_params=list(sent.query),
            header_params={"Accept": sent.accept},
            content_type=sent.content_type,
            _request_timeout=timeout,
            serialize=False,
        )
        return response


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    accept: str
    body: Any
    content_type: str | None
    tail: int = 0


_BROKEN = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


def _refusal(error: DynamicApiError) -> Answer:
    """The SDK raises on every status that is not 2xx; to us it is an answer."""
    return Answer(error.status, error.body or "", error.headers or {})


def _pause(sent: _Request, error: DynamicApiError) -> int | None:
    """The seconds of Retry-After of a 429; of a 5xx, too, where nothing is changed by asking again."""
    written = str((error.headers or {}).get("Retry-After", ""))
    busy = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and sent.method == "GET"
    return int(written) if (busy or error.status == HTTPStatus.TOO_MANY_REQUESTS) and written.isdecimal() else None


class StreamRefused(Exception):
    """The server answered a stream with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


async def _read(response: aiohttp.ClientResponse, tail: int = 0) -> tuple[str, int]:
    """The text, and how many bytes before its tail were left out. A reader who is cancelled hangs up."""
    data, left_out, done = bytearray(), 0, False
    try:
        async for chunk in response.content.iter_any():
            data += chunk
            if tail < 0 and len(data) > -tail:
                raise ValueError("the text is longer than is wanted")
            if tail > 0 and len(data) > 2 * tail:
                left_out += _shorten(data, tail)
            elif len(data) > SIZE_LIMIT:
                raise TooLarge
        done = True
    finally:
        if not done:
            response.close()
    if 0 < tail < len(data):
        left_out += _shorten(data, tail)
    return data.decode("utf-8", "replace"), left_out


async def _next(lines: AsyncIterator[str], until: float) -> str | None:
    """The next line. The limit holds here alone: one around a `yield` would cancel whatever its reader does by then."""
    async with asyncio.timeout_at(until):
        return await anext(lines, None)


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """Each line, however long: aiohttp's own reader gives up beyond 128 KiB, and an object may have more."""
    rest = b""
    async for chunk in response.content.iter_any():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")
        if len(rest) > SIZE_LIMIT:
            raise ValueError(f"one event is larger than {SIZE_LIMIT // 1024 // 1024} MiB")
    if rest:
        yield rest.decode("utf-8", "replace")


def _shorten(data: bytearray, tail: int) -> int:
    """Cut whole lines off the front until about `tail` bytes are left; returns how many went."""
    cut = data.find(b"\n", len(data) - tail) + 1 or len(data) - tail
    del data[:cut]
    return cut
