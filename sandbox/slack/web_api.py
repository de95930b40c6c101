"""`/api/METHOD`: who calls, may they, is Slack well, and the method's answer."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.slack.arguments import Arguments, read_arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.methods import METHODS
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from sandbox.slack.faults import Fault
    from sandbox.slack.workspace import Workspace

APP_TOKEN_METHODS = {"apps.connections.open", "auth.test"}
NO_TOKEN_METHODS = {"api.test"}


async def call(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Answer one Web API call and write it down."""
    method = request.match_info["method"]
    try:
        given = await read_arguments(request)
    except SlackError as error:
        return web.json_response(error.answer())
    token = _token(request, given)
    log = workspace.calls.begin(method, given, time.time())
    fault = workspace.faults.take(method)
    try:
        response = await _faulty(fault) if fault and fault.status != "lost" else None
        if response is None:
            response, log["answer"] = _answered(workspace, method, token, given)
    except ConnectionAbortedError:
        return _hang_up(request)
    finally:
        log["ended"] = time.time()
    log["status"] = response.status
    return _hang_up(request) if fault and fault.status == "lost" else response


def _token(request: web.Request, given: Json) -> str:
    """Take the token out of the header or of the arguments."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header else str(given.pop("token", ""))


async def _faulty(fault: Fault) -> web.Response:
    if fault.status == "hang":
        await asyncio.get_running_loop().create_future()
    if fault.status == 0:
        raise ConnectionAbortedError
    if fault.status == 429:
        return limited(fault.retry_after)
    if isinstance(fault.status, int):
        return web.Response(status=fault.status, text="<html><body>Something went wrong</body></html>")
    return web.json_response({"ok": False, "error": fault.status})


def limited(seconds: int) -> web.Response:
    answer = {"ok": False, "error": "ratelimited"}
    return web.json_response(answer, status=429, headers={"Retry-After": str(seconds)})


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection so that the caller gets no answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _answered(workspace: Workspace, method: str, token: str, given: Json) -> tuple[web.Response, Json]:
    try:
        _authorize(workspace, method, token, given)
        wait = workspace.rate_limits.wait(method, given)
        if wait:
            return limited(wait), {"ok": False, "error": "ratelimited"}
        answer = {"ok": True} | METHODS[method](workspace, Arguments(given))
    except SlackError as error:
        answer = error.answer()
    headers = {"X-OAuth-Scopes": ",".join(workspace.declared.scopes)} if token == workspace.bot_token else None
    return web.json_response(answer, headers=headers), answer


def _authorize(workspace: Workspace, method: str, token: str, given: Json) -> None:
    if method not in METHODS:
        raise SlackError("unknown_method", req_method=method)
    if method in NO_TOKEN_METHODS:
        return
    if not token:
        raise SlackError("not_authed")
    if token not in {workspace.bot_token, workspace.app_token}:
        raise SlackError("invalid_auth")
    if token == workspace.app_token and method not in APP_TOKEN_METHODS:
        raise SlackError("not_allowed_token_type")
    if token == workspace.bot_token and method == "apps.connections.open":
        raise SlackError("not_allowed_token_type")
    channel = workspace.channels.get(str(given.get("channel")))
    workspace.declared.require(method, channel.scope if channel else "channels")
