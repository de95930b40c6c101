"""What a workspace consists of: people, groups, channels, files, views, and what an app declares."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM_ID = "T0SANDBOX"
TEAM_NAME = "Sandbox"
TEAM_DOMAIN = "sandbox"
APP_ID = "A0MUSTER"
APP_NAME = "Muster"
BOT_ID = "B0MUSTER"
BOT_USER = "U0MUSTER"
COLORS = ("4a6fa5", "a5584a", "4aa56f", "8a4aa5", "a58f4a", "4a9fa5", "7a7a7a", "2f3e8f")


@dataclass
class Person:
    id: str
    name: str
    real_name: str
    title: str = ""
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False
    color: str = COLORS[0]

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()

    def as_slack(self, *, with_email: bool) -> Json:
        profile = {"real_name": self.real_name, "display_name": self.name, "title": self.title, "team": TEAM_ID}
        profile |= {"real_name_normalized": self.real_name, "display_name_normalized": self.name}
        profile |= {"image_48": "", "status_text": "", "status_emoji": ""}
        if self.is_bot:
            profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
        elif with_email:
            profile["email"] = self.email
        user = {"id": self.id, "team_id": TEAM_ID, "name": self.name, "deleted": self.deleted, "profile": profile}
        if self.deleted:
            return user | {"is_bot": self.is_bot, "is_app_user": False, "updated": 0}
        user |= {"real_name": self.real_name, "color": self.color, "tz": "Europe/Berlin", "tz_offset": 3600}
        user |= {"tz_label": "Central European Time", "is_admin": False, "is_owner": False, "is_primary_owner": False}
        user |= {"is_restricted": self.is_guest, "is_ultra_restricted": False, "is_bot": self.is_bot}
        return user | {"is_app_user": False, "is_email_confirmed": True, "updated": 0}

    def as_page(self) -> Json:
        avatar = {"initials": self.initials, "color": f"#{self.color}"}
        shown = {"id": self.id, "name": self.name, "real_name": self.real_name, "title": self.title, "avatar": avatar}
        return shown | {"is_bot": self.is_bot, "is_guest": self.is_guest, "deleted": self.deleted}


@dataclass
class Group:
    id: str
    handle: str
    name: str
    users: list[str]

    def as_slack(self, *, with_users: bool) -> Json:
        group: Json = {"id": self.id, "team_id": TEAM_ID, "is_usergroup": True, "name": self.name}
        group |= {"handle": self.handle, "description": "", "date_delete": 0, "user_count": len(self.users)}
        return group | ({"users": list(self.users)} if with_users else {})

    def as_page(self) -> Json:
        return {"id": self.id, "handle": self.handle, "name": self.name, "users": list(self.users)}


@dataclass
class Channel:
    id: str
    name: str
    created: int
    creator: str
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    ephemerals: dict[str, list[Json]] = field(default_factory=dict)
    pins: dict[str, Json] = field(default_factory=dict)
    bookmarks: list[Json] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Slack's `channel_type` of events: channel, group or im."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    @property
    def scope(self) -> str:
        """The scopes' word for this kind of conversation: channels, groups or im."""
        return {"im": "im", "group": "groups", "channel": "channels"}[self.kind]

    def is_seen_by(self, person: Person) -> bool:
        """Tell whether a person sees it: guests and private channels are strict."""
        return person.id in self.members or not (self.is_private or person.is_guest)

    def thread(self, ts: str) -> list[Json]:
        """Return the parent and its replies, oldest first."""
        return [m for m in self.messages.values() if m["ts"] == ts or m.get("thread_ts") == ts]

    def top_level(self) -> list[Json]:
        return [m for m in self.messages.values() if is_top_level(m)]

    def as_slack(self) -> Json:
        if self.is_im:
            other = next((m for m in self.members if m != BOT_USER), BOT_USER)
            return {"id": self.id, "created": self.created, "is_im": True, "user": other, "is_org_shared": False}
        shown: Json = {"id": self.id, "name": self.name, "name_normalized": self.name, "created": self.created}
        shown |= {"is_channel": not self.is_private, "is_group": self.is_private, "is_im": False, "is_mpim": False}
        shown |= {"is_private": self.is_private, "is_archived": self.is_archived, "is_general": self.name == "general"}
        shown |= {"is_shared": False, "is_org_shared": False, "is_ext_shared": False, "unlinked": 0}
        shown |= {"creator": self.creator, "is_member": BOT_USER in self.members, "context_team_id": TEAM_ID}
        shown |= {"topic": {"value": self.topic, "creator": "", "last_set": 0}, "previous_names": []}
        return shown | {"purpose": {"value": self.purpose, "creator": "", "last_set": 0}}


def is_top_level(message: Json) -> bool:
    """Tell whether a message stands in the channel itself (a thread's parent or a broadcast does too)."""
    thread = message.get("thread_ts")
    return thread is None or thread == message["ts"] or message.get("subtype") == "thread_broadcast"


@dataclass
class File:
    id: str
    name: str
    length: int
    created: int
    user: str
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    mimetype: str = "application/octet-stream"
    shared_in: list[str] = field(default_factory=list)
    complete: bool = False


@dataclass
class View:
    """A modal or a Home tab of one person, with what that person has put into its inputs."""

    id: str
    person: str
    payload: Json
    hash: str
    root: str
    previous: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)

    def as_slack(self) -> Json:
        shown: Json = {"id": self.id, "team_id": TEAM_ID, "app_id": APP_ID, "bot_id": BOT_ID, "hash": self.hash}
        shown |= {"callback_id": "", "private_metadata": "", "external_id": "", "close": None, "submit": None}
        shown |= {"clear_on_close": False, "notify_on_close": False, "title": None}
        shown |= self.payload
        shown |= {"root_view_id": self.root, "previous_view_id": self.previous, "app_installed_team_id": TEAM_ID}
        return shown | {"state": {"values": {block: dict(actions) for block, actions in self.state.items()}}}
