"""Only this machine's programs and the page itself are answered: no other site's page, by whatever name it came."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

OWN: Final = frozenset({"127.0.0.1", "localhost", "::1"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def own_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a name that another site may have pointed here, and what another site's page sends."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in OWN:
        raise web.HTTPForbidden(text="The sandbox answers to 127.0.0.1 and localhost alone.\n")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Another site's page may not use the sandbox.\n")
    return await handler(request)
