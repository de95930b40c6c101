"""What the app may do: the scopes, events, commands and shortcuts its manifest declares."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.records import Json
from sandbox.slack.tables import ALL_SCOPES, EVENT_SCOPES, SCOPES

DEFAULT_COMMAND = {"command": "/incident", "description": "Run an incident", "usage_hint": "help"}


class Declared:
    """The app's manifest; without one it has every scope, every event, `/incident` and a Home tab."""

    def __init__(self, manifest: Mapping[str, Any] | None) -> None:
        self._manifest = manifest
        self.scopes = self._scopes()
        self.events = self._events()

    def _part(self, *path: str) -> Any:
        found: Any = self._manifest or {}
        for key in path:
            found = found.get(key) or {}
        return found

    def _scopes(self) -> tuple[str, ...]:
        if self._manifest is None:
            return ALL_SCOPES
        return tuple(sorted(self._part("oauth_config", "scopes").get("bot") or ()))

    def _events(self) -> frozenset[str]:
        if self._manifest is None:
            return frozenset(EVENT_SCOPES)
        return frozenset(self._part("settings", "event_subscriptions").get("bot_events") or ())

    @property
    def commands(self) -> list[Json]:
        if self._manifest is None:
            return [dict(DEFAULT_COMMAND)]
        return [dict(command) for command in self._part("features").get("slash_commands") or ()]

    @property
    def shortcuts(self) -> list[Json]:
        return [dict(shortcut) for shortcut in self._part("features").get("shortcuts") or ()]

    @property
    def has_home(self) -> bool:
        return self._manifest is None or bool(self._part("features", "app_home").get("home_tab_enabled"))

    @property
    def interactive(self) -> bool:
        return self._manifest is None or bool(self._part("settings", "interactivity").get("is_enabled"))

    def takes_command(self, command: str) -> bool:
        if "commands" not in self.scopes:
            return False
        return self._manifest is None or any(known["command"] == command for known in self.commands)

    def escapes(self, command: str) -> bool:
        """Tell whether @names typed after the command arrive as `<@U…|name>`."""
        if self._manifest is None:
            return True
        return any(known["command"] == command and known.get("should_escape") for known in self.commands)

    def takes_shortcut(self, callback_id: str) -> bool:
        return self._manifest is None or any(known["callback_id"] == callback_id for known in self.shortcuts)

    def hears(self, event: str, kind: str) -> bool:
        """Tell whether an event of a conversation of this kind (channels, groups, im) is subscribed and allowed."""
        scope = EVENT_SCOPES.get(event)
        return event in self.events and (scope is None or scope.format(kind) in self.scopes)

    def require(self, method: str, kind: str = "channels") -> None:
        """Raise missing_scope unless one of the method's scopes is granted."""
        wanted = alternatives(method, kind)
        if wanted and not set(wanted) & set(self.scopes):
            raise self.missing(wanted[0])

    def missing(self, needed: str) -> SlackError:
        return SlackError("missing_scope", needed=needed, provided=",".join(self.scopes))


def alternatives(method: str, kind: str) -> list[str]:
    """Return the scopes any one of which lets the method work on this kind of conversation."""
    wanted = [scope.format(kind) for scope in SCOPES.get(method, ())]
    if kind != "channels":  # only public channels have a `manage` scope
        wanted = [scope for scope in wanted if not scope.endswith(":manage")]
    return [scope for scope in wanted if scope != "channels:write"]
