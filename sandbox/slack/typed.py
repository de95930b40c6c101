"""What Slack makes of the text a person types: escapes, mentions, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

_KEPT = re.compile(r"<([@#])([UCW][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"(?<![<|\w])https?://[^\s<>|]*[^\s<>|.,;:!?)\]]")
_BROADCAST = re.compile(r"(?<![\w<!])@(here|channel|everyone)\b")


def mangled(workspace: Workspace, text: str, *, names: bool = True, labels: bool = False) -> str:
    """Return typed text as it arrives: `names` turns @sam into `<@U0SAM>`, `labels` into `<@U0SAM|sam>`."""
    kept: list[str] = []

    def keep(token: str) -> str:
        kept.append(token)
        return f"\x00{len(kept) - 1}\x00"

    text = _KEPT.sub(lambda found: keep(_token(workspace, found, labels=labels)), text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _LINK.sub(lambda found: keep(f"<{found[0]}>"), text)
    if names:
        text = _mentions(workspace, text, labels=labels)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)


def _token(workspace: Workspace, found: re.Match[str], *, labels: bool) -> str:
    """Return a mention the composer already made, with or without its label."""
    if found[3]:
        group = workspace.groups.get(found[3])
        return f"<!subteam^{found[3]}|@{group.handle}>" if group and labels else f"<!subteam^{found[3]}>"
    if found[1] == "@":
        person = workspace.person(found[2])
        return f"<@{found[2]}|{person.name}>" if person and labels else f"<@{found[2]}>"
    channel = workspace.channels.get(found[2])
    return f"<#{found[2]}|{channel.name if channel and labels else ''}>"


def _mentions(workspace: Workspace, text: str, *, labels: bool) -> str:
    tokens: dict[str, str] = {}
    for person in workspace.people.values():
        if not person.deleted:
            token = f"<@{person.id}|{person.name}>" if labels else f"<@{person.id}>"
            tokens |= {f"@{person.name}": token, f"@{person.real_name.lower()}": token}
    for group in workspace.groups.values():
        tokens[f"@{group.handle}"] = f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    for channel in workspace.channels.values():
        if not channel.is_im:
            tokens[f"#{channel.name}"] = f"<#{channel.id}|{channel.name if labels else ''}>"
    for word in sorted(tokens, key=len, reverse=True):
        found = re.compile(rf"(?<![\w<@#|]){re.escape(word)}(?![\w-])", re.IGNORECASE)
        text = found.sub(tokens[word], text)
    return _BROADCAST.sub(r"<!\1>", text)
