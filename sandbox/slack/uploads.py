"""Files: where they are uploaded to and read from."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.slack.records import TEAM_ID, File, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"}
HEADERS = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer",
}  # fmt: skip
TEXTS = {".md": "text/markdown", ".log": "text/plain", ".yaml": "text/plain", ".json": "application/json"}


def upload_url(workspace: Workspace, file: File) -> str:
    return f"{workspace.base_url().rstrip('/')}/files/upload/v1/{file.id}"


def mimetype(name: str) -> str:
    suffix = f".{name.rpartition('.')[2].lower()}"
    return TEXTS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def as_slack(workspace: Workspace, file: File) -> Json:
    address = f"{workspace.base_url().rstrip('/')}/files/{TEAM_ID}-{file.id}/{quote(file.name)}"
    kind = file.name.rpartition(".")[2].lower()
    shown: Json = {"id": file.id, "created": file.created, "timestamp": file.created, "name": file.name}
    shown |= {"title": file.title or file.name, "mimetype": file.mimetype, "filetype": kind, "user": file.user}
    shown |= {"pretty_type": kind.upper(), "size": len(file.content or b""), "mode": "hosted", "is_external": False}
    shown |= {"url_private": address, "url_private_download": address, "permalink": address, "is_public": False}
    shown |= {"channels": list(file.shared_in), "file_access": "visible", "alt_txt": file.alt_text}
    if file.mimetype.startswith("image/"):
        shown |= {"thumb_360": address, "thumb_720": address}
    elif file.mimetype.startswith("text/"):
        shown["preview"] = (file.content or b"")[:2000].decode(errors="replace")
    return shown


async def receive(workspace: Workspace, request: web.Request) -> web.Response:
    """Take a file's bytes: the raw body, or the first file of a multipart form."""
    file = workspace.files.get(request.match_info["file"])
    if file is None or file.content is not None:
        raise web.HTTPNotFound(text="no such upload")
    content = await _content(request)
    if len(content) != file.length:
        raise web.HTTPBadRequest(text=f"expected {file.length} bytes, got {len(content)}")
    file.content, file.mimetype = content, mimetype(file.name)
    return web.Response(text=f"OK - {len(content)}")


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    part = next((part for part in form.values() if isinstance(part, web.FileField)), None)
    return part.file.read() if part is not None else b""


async def serve(workspace: Workspace, request: web.Request) -> web.Response:
    """Give a file to a person who sees where it was shared, or to the app with its token.

    Only pictures and plain text open in the browser: anything else could run as a page of this server.
    """
    file = workspace.files.get(request.match_info["file"])
    if file is None or file.content is None:
        raise web.HTTPNotFound(text="no such file")
    if not _may_read(workspace, request, file):
        raise web.HTTPForbidden(text="sign in as somebody who may see this file (?as=…)")
    how = "inline" if file.mimetype in INLINE else "attachment"
    headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"} | HEADERS
    return web.Response(body=file.content, content_type=file.mimetype, headers=headers)


def _may_read(workspace: Workspace, request: web.Request, file: File) -> bool:
    """Tell whether the caller has the app's token and scope, or is a person (`as`) who sees the file."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return token == workspace.bot_token and "files:read" in workspace.declared.scopes
    person = workspace.people.get(request.query.get("as", ""))
    if person is None:
        return False
    places = [workspace.channels[place] for place in file.shared_in if place in workspace.channels]
    return person.id == file.user or any(place.is_seen_by(person) for place in places)
