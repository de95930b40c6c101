"""The manifest: Slack would take it, and it asks for exactly the scopes and events that the code uses."""

import ast
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.views import actions
from commands.verb import COMMAND

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())
SOURCES = sorted(path for package in ("bot", "commands") for path in (ROOT / package).rglob("*.py"))

# Each Web API method and the scopes it needs for public and private channels and direct messages
# (docs.slack.dev/reference/methods); of several that would do, those that Muster asks for.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": ("channels:manage", "groups:write"),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.setPurpose": ("channels:manage", "groups:write"),
    "conversations.setTopic": ("channels:manage", "groups:write"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "pins.add": ("pins:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
EVENTS = {
    "app_home_opened": (),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
}
FAMILY = r"(?:auth|bookmarks|chat|conversations|files|pins|reactions|usergroups|users|views|canvases|team|search|dnd)"
OUR_OWN = {"files.upload"}
"""bot.outbox's name for the three calls of today's upload."""


def words(limit: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": limit}


def thing(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "additionalProperties": False,
        "properties": properties,
    }


def some(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most, "uniqueItems": True}


YES = {"type": "boolean"}
NUMBER = {"type": "integer"}
# The parts of Slack's manifest schema (github.com/slackapi/manifest-schema, 1.0.0) that Muster's manifest uses.
SCHEMA = thing(
    "_metadata display_information features oauth_config settings",
    _metadata=thing("major_version", major_version=NUMBER, minor_version=NUMBER),
    display_information=thing(
        "name",
        name=words(35),
        description=words(140),
        long_description=words(4000, 175),
        background_color={"type": "string", "pattern": "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"},
    ),
    features=thing(
        "bot_user",
        app_home=thing("", home_tab_enabled=YES, messages_tab_enabled=YES, messages_tab_read_only_enabled=YES),
        bot_user=thing("display_name", display_name=words(80), always_online=YES),
        shortcuts=some(
            thing(
                "name type callback_id description",
                name=words(24),
                type={"enum": ["message", "global"]},
                callback_id=words(255),
                description=words(150),
            ),
            10,
        ),
        slash_commands=some(
            thing(
                "command description",
                command={**words(32, 2), "pattern": "^/"},
                description=words(2000),
                usage_hint=words(1000),
                should_escape=YES,
            ),
            50,
        ),
    ),
    oauth_config=thing("scopes", scopes=thing("bot", bot=some(words(50), 255))),
    settings=thing(
        "event_subscriptions",
        event_subscriptions=thing("bot_events", bot_events=some(words(50), 100)),
        interactivity=thing("is_enabled", is_enabled=YES),
        org_deploy_enabled=YES,
        socket_mode_enabled=YES,
        token_rotation_enabled=YES,
    ),
)


def methods_used() -> set[str]:
    """Return every Web API method that the code names: as a text, or as a method of slack_sdk's client."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(rf"{FAMILY}(?:\.[a-zA-Z]+)+", node.value):
                    found.add(node.value)
            elif isinstance(node, ast.Attribute) and re.fullmatch(rf"{FAMILY}_\w+", node.attr):
                family, _, rest = node.attr.partition("_")
                found.add(f"{family}.{rest.replace('_', '.')}")
    return found - OUR_OWN


def events_heard() -> set[str]:
    """Return every event that a command listens to by name."""
    found: set[str] = set()
    for path in (ROOT / "commands").glob("*.py"):
        found |= set(re.findall(r'app\.event\("(\w+)"\)', path.read_text()))
    return found


def test_slack_would_take_it() -> None:
    jsonschema.validate(MANIFEST, SCHEMA)


@pytest.mark.parametrize("method", sorted(methods_used()))
def test_every_method_used_is_known_with_its_scopes(method: str) -> None:
    assert method in SCOPES, f"add {method} to the table, and its scopes to manifest.yaml"


def test_the_scopes_are_those_used_and_no_other() -> None:
    wanted = {scope for method in methods_used() for scope in SCOPES.get(method, ())}
    wanted |= {scope for event in events_heard() for scope in EVENTS[event]}
    assert sorted(MANIFEST["oauth_config"]["scopes"]["bot"]) == sorted(wanted | {"commands"})


def test_the_events_are_those_heard_and_no_other() -> None:
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == events_heard()


def test_the_command_and_the_shortcuts_are_those_registered() -> None:
    features = MANIFEST["features"]
    assert [one["command"] for one in features["slash_commands"]] == [COMMAND]
    assert all(one["should_escape"] for one in features["slash_commands"]), "mentions must arrive with their ids"
    kinds = {one["callback_id"]: one["type"] for one in features["shortcuts"]}
    assert kinds == {actions.DECLARE_INCIDENT: "global", actions.DECLARE_FROM_MESSAGE: "message"}
