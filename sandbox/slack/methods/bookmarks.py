"""`bookmarks.*`: the links at the top of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app, tell_changed
from sandbox.slack.errors import SlackError
from sandbox.slack.limits import BOOKMARKS
from sandbox.slack.records import APP_ID, BOT_USER, Channel, Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def add(workspace: Workspace, given: Arguments) -> Json:
    channel = of_app(workspace, given.required("channel_id"), unarchived=True)
    if given.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if len(channel.bookmarks) >= BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark: Json = {"id": workspace.new_id("Bk"), "channel_id": channel.id, "type": "link"}
    bookmark |= {"title": given.required("title"), "link": _link(given), "emoji": given.text("emoji")}
    bookmark |= {"icon_url": "", "entity_id": None, "rank": str(len(channel.bookmarks)), "app_id": APP_ID}
    bookmark |= {"date_created": workspace.now, "date_updated": 0, "last_updated_by_user_id": BOT_USER}
    channel.bookmarks.append(bookmark)
    tell_changed(workspace, channel)
    return {"bookmark": bookmark}


def _link(given: Arguments) -> str:
    link = given.required("link")
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    return link


def _found(workspace: Workspace, given: Arguments) -> tuple[Channel, Json]:
    channel = of_app(workspace, given.required("channel_id"), unarchived=True)
    named = given.required("bookmark_id")
    bookmark = next((b for b in channel.bookmarks if b["id"] == named), None)
    if bookmark is None:
        raise SlackError("not_found")
    return channel, bookmark


def edit(workspace: Workspace, given: Arguments) -> Json:
    channel, bookmark = _found(workspace, given)
    if given.has("link"):
        bookmark["link"] = _link(given)
    for part in ("title", "emoji"):
        if given.has(part):
            bookmark[part] = given.text(part)
    bookmark["date_updated"] = workspace.now
    tell_changed(workspace, channel)
    return {"bookmark": bookmark}


def remove(workspace: Workspace, given: Arguments) -> Json:
    channel, bookmark = _found(workspace, given)
    channel.bookmarks.remove(bookmark)
    tell_changed(workspace, channel)
    return {}


def list_bookmarks(workspace: Workspace, given: Arguments) -> Json:
    return {"bookmarks": of_app(workspace, given.required("channel_id")).bookmarks}


METHODS = {
    "bookmarks.add": add,
    "bookmarks.edit": edit,
    "bookmarks.list": list_bookmarks,
    "bookmarks.remove": remove,
}
