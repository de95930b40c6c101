"""The addresses of the pretend Slack: `/api`, `/link`, `/files`, `/people`, `/archives`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.slack import people_api, response_urls, uploads, web_api

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def routes(workspace: Workspace, *, base_url: Callable[[], str]) -> list[web.RouteDef]:
    """Return the routes of a front server; `base_url` gives its address once it listens."""
    workspace.base_url = base_url

    def about(handler: Callable[[Workspace, web.Request], Awaitable[web.StreamResponse]]) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(workspace, request)

        return handle

    return [
        web.route("*", "/api/{method}", about(web_api.call)),
        web.get("/link/", about(_socket)),
        web.post("/link/response/{key}", about(response_urls.receive)),
        web.post("/files/upload/v1/{file}", about(uploads.receive)),
        web.get("/files/{team:T[A-Z0-9]+}-{file}/{name}", about(uploads.serve)),
        web.get("/archives/{channel}/{message}", about(_archives)),
        web.get("/people/live", about(people_api.live)),
        web.get("/people/{what}", about(_see)),
        web.post("/people/{what}", about(_act)),
    ]


_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _socket(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    return await workspace.delivery.sockets.serve(request)


async def _see(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    return await people_api.answer(workspace, request, people_api.READS)


async def _act(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    return await people_api.answer(workspace, request, people_api.ACTS)


async def _archives(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Lead a permalink to the page: a message of the channel, or its thread."""
    channel, message = request.match_info["channel"], request.match_info["message"].removeprefix("p")
    thread = request.query.get("thread_ts")
    raise web.HTTPFound(f"/#{channel}/thread/{thread}" if thread else f"/#{channel}/{message[:-6]}.{message[-6:]}")
