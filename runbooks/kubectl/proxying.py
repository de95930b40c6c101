"""A request to a Service of the cluster, through the API server's proxy, with headers and a body of its own."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from runbooks.kubectl.connection import Answer, Cluster, Query
from runbooks.kubectl.unreachable import Unreachable, spoken

_BROKEN = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
_OWN = {
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_FAMILIES = ("impersonate-", "proxy-", "x-remote-")
"""Headers by which a line could ask the API server itself as somebody else, or for more than its one request."""
Headers = Sequence[tuple[str, str]]


def kept_back(headers: Headers) -> list[str]:
    """Return the names of headers that the API server would take for itself, which are not sent."""
    return [name for name, _ in headers if name.lower() in _OWN or name.lower().startswith(_FAMILIES)]


async def forward(
    cluster: Cluster,
    method: str,
    path: str,
    query: Query,
    headers: Headers,
    body: str | None,
    timeout: float,
    most: int,
) -> Answer:
    """Send it as it is; of the answer's body `most` bytes are read, and one more. Raises Unreachable."""
    url = f"{cluster.host}{path}{'?' if query else ''}{urlencode(query, quote_via=quote)}"
    kept = [(name, value) for name, value in headers if name not in kept_back(headers)]
    data = None if body is None else body.encode()
    try:
        async with asyncio.timeout(timeout), cluster.room:
            used = dict(cluster.api.configuration.api_key)
            answer = await _answer(cluster, method, url, kept, data, most)
            if answer.status == HTTPStatus.UNAUTHORIZED and await cluster.renewed(used):
                answer = await _answer(cluster, method, url, kept, data, most)
            return answer
    except _BROKEN as error:
        raise Unreachable(spoken(error, cluster.host)) from error


async def _answer(cluster: Cluster, method: str, url: str, headers: Headers, data: bytes | None, most: int) -> Answer:
    settings, login = cluster.api.configuration, dict[str, str]()
    await cluster.api.update_params_for_auth(login, [], ["BearerToken"], url, method, None)
    rest = cluster.api.rest_client
    if rest.pool_manager is None:
        rest.pool_manager = rest._create_pool_manager()  # noqa: SLF001  # as its own first request does
    async with rest.pool_manager.request(
        method,
        URL(url, encoded=True),
        headers=[*headers, *login.items()],
        data=data,
        allow_redirects=False,
        skip_auto_headers=["Accept", "Content-Type", "User-Agent"],
        proxy=settings.proxy or None,
        proxy_headers=settings.proxy_headers,
        server_hostname=settings.tls_server_name or None,
    ) as response:
        read = bytearray()
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > most:
                break
        return Answer(response.status, bytes(read[: most + 1]).decode("utf-8", "replace"), response.headers)
