"""Every Web API method the pretend Slack knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods import (
    auth,
    bookmarks,
    chat,
    conversations,
    files,
    history,
    pins,
    reactions,
    usergroups,
    users,
    views,
)
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

Method = Callable[["Workspace", Arguments], Json]

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **bookmarks.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **usergroups.METHODS,
    **users.METHODS,
    **views.METHODS,
}
