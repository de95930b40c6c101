"""The one door to Kubernetes: raw requests through the official client, our errors instead of the SDK's."""

import asyncio
import json
import os
import ssl
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yaml
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config
from kubernetes.aio.config.kube_config import KUBE_CONFIG_DEFAULT_LOCATION
from kubernetes.aio.dynamic import DynamicClient
from kubernetes.aio.dynamic.exceptions import DynamicApiError

from runbooks.kubectl.sink import Sink

JSON = "application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
SIZE_LIMIT = 64 * 1024 * 1024
Query = Sequence[tuple[str, str]]


class Unreachable(Exception):
    """No answer came from the cluster; the text is what kubectl says."""


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
        namespace = await _configure(configuration, kubeconfig, context)
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
                response = await self._open(sent, timeout)
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

    async def stream(self, path: str, query: Query = (), *, timeout: float = 30.0) -> AsyncIterator[str]:
        """Lines of a watch, until the server ends it or `timeout` seconds have passed; StreamRefused for an error."""
        sent = _Request("GET", path, tuple(query), JSON, None, None)
        try:
            async with asyncio.timeout(timeout):
                response = await self._open(sent, timeout)
                try:
                    async for line in response.content:
                        yield line.decode("utf-8", "replace").rstrip("\n")
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
            response = await self._open(sent, timeout)
        except DynamicApiError as error:
            return _refusal(error)
        text, left_out = await _read(response, sent.tail)
        return Answer(response.status, text, response.headers, left_out)

    async def _open(self, sent: "_Request", timeout: float) -> aiohttp.ClientResponse:
        used = dict(self.api.configuration.api_key)
        try:
            return await self._send(sent, timeout)
        except DynamicApiError as error:
            if error.status != HTTPStatus.UNAUTHORIZED or not await self._renewed(used):
                raise
        return await self._send(sent, timeout)

    async def _renewed(self, used: Mapping[str, str]) -> bool:
        """Log in anew when a token is over, as those of `aws eks get-token` are after minutes; False for the same one.

        A request that was refused with 401 did nothing, so whoever has a new token may send it again.
        """
        async with self.renewing:
            if self.api.configuration.api_key == used:
                fresh = type.__call__(Configuration)
                await _configure(fresh, *self.login)
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


class StreamRefused(Exception):
    """The server answered a stream with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


async def _configure(configuration: Configuration, kubeconfig: str | None, context: str | None) -> str:
    default = _default_file()
    try:
        if kubeconfig is None and default is None:
            load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]  # untyped SDK
            return _own_namespace()
        loader = await load_kube_config(  # type: ignore[no-untyped-call]  # the SDK is untyped
            config_file=kubeconfig or default,
            context=context,
            client_configuration=configuration,
            persist_config=False,
        )
    except (ConfigException, OSError, ValueError, yaml.YAMLError) as error:
        raise Unreachable(f"error: the kubeconfig cannot be used: {' '.join(str(error).split())}") from error
    user = getattr(loader, "_user", None)
    program = user.safe_get("exec") if user else None
    if program and not configuration.api_key and not configuration.cert_file:
        # The SDK only logs it, and would ask as nobody.
        raise Unreachable(f"Unable to connect to the server: getting credentials: exec: {program['command']} failed")
    return str((loader.current_context.get("context") or {}).get("namespace") or "default")


def _default_file() -> str | None:
    """The kubeconfig kubectl would read; None in a pod that has none, where the pod's own account counts."""
    default = Path(KUBE_CONFIG_DEFAULT_LOCATION.split(os.pathsep)[0]).expanduser()
    return str(default) if default.exists() or "KUBERNETES_SERVICE_HOST" not in os.environ else None


def _own_namespace() -> str:
    place = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return place.read_text(encoding="utf-8").strip() if place.exists() else "default"


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
                raise ValueError(f"the answer is larger than {SIZE_LIMIT // 1024 // 1024} MiB")
        done = True
    finally:
        if not done:
            response.close()
    if 0 < tail < len(data):
        left_out += _shorten(data, tail)
    return data.decode("utf-8", "replace"), left_out


def _shorten(data: bytearray, tail: int) -> int:
    """Cut whole lines off the front until about `tail` bytes are left; returns how many went."""
    cut = data.find(b"\n", len(data) - tail) + 1 or len(data) - tail
    del data[:cut]
    return cut


def spoken(error: BaseException, host: str) -> str:
    """A failure to connect, as kubectl says it."""
    place = urlsplit(host).netloc or host
    if isinstance(error, TimeoutError):
        reason = "request canceled (Client.Timeout exceeded while awaiting headers)"
        return f"Unable to connect to the server: net/http: {reason}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"Unable to connect to the server: dial tcp: lookup {urlsplit(host).hostname}: no such host"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is not trusted"
    if isinstance(error, ConnectionRefusedError | aiohttp.ClientConnectorError):
        return f"The connection to the server {place} was refused - did you specify the right host or port?"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return f"Unable to connect to the server: {place}: EOF"
    return f"Unable to connect to the server: {error}"
