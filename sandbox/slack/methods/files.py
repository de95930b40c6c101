"""`files.*`: the upload in three steps, and what becomes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import messages
from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import of_app
from sandbox.slack.errors import SlackError
from sandbox.slack.records import BOT_USER, File, Json
from sandbox.slack.uploads import as_slack, upload_url

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def get_upload_url(workspace: Workspace, given: Arguments) -> Json:
    name = given.required("filename")
    length = given.number("length", 0, 1 << 30)
    if length <= 0:
        raise SlackError("invalid_arguments")
    file = File(workspace.new_id("F"), name, length, workspace.now, BOT_USER, alt_text=given.text("alt_txt"))
    workspace.files[file.id] = file
    return {"upload_url": upload_url(workspace, file), "file_id": file.id}


def complete_upload(workspace: Workspace, given: Arguments) -> Json:
    named = given.structure("files", "invalid_arguments")
    if not isinstance(named, list) or not named:
        raise SlackError("invalid_arguments")
    files = [_uploaded(workspace, item) for item in named]
    places = [given.text("channel_id")] if given.has("channel_id") else given.ids("channels")
    channels = [of_app(workspace, place, unarchived=True) for place in places]
    for file, item in zip(files, named, strict=True):
        file.complete = True
        file.title = item.get("title") or file.name
    for channel in channels:
        for file in files:
            file.shared_in.append(channel.id)
        shown = [as_slack(workspace, file) for file in files]
        content = messages.by_app() | {"text": given.text("initial_comment"), "files": shown, "upload": False}
        messages.post(workspace, channel, content, thread=given.text("thread_ts"))
    return {"files": [as_slack(workspace, file) for file in files]}


def _uploaded(workspace: Workspace, item: Any) -> File:
    file = workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
    if file is None or file.content is None or file.complete:
        raise SlackError("file_not_found")
    return file


def _found(workspace: Workspace, given: Arguments) -> File:
    file = workspace.files.get(given.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return file


def info(workspace: Workspace, given: Arguments) -> Json:
    return {"file": as_slack(workspace, _found(workspace, given)), "comments": [], "response_metadata": {}}


def delete(workspace: Workspace, given: Arguments) -> Json:
    file = _found(workspace, given)
    if file.user != BOT_USER:
        raise SlackError("cant_delete_file")
    del workspace.files[file.id]
    for place in file.shared_in:
        channel = workspace.channels[place]
        for message in [m for m in channel.messages.values() if any(f["id"] == file.id for f in m.get("files", ()))]:
            message["files"] = [{"id": file.id, "mode": "tombstone"}]
            messages.show_again(workspace, channel, message)
    return {}


METHODS = {
    "files.completeUploadExternal": complete_upload,
    "files.delete": delete,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": info,
}
