"""What Slack calls people: users (`U…`, `W…`) and user groups (`S…`); a name like `SRE` only looks like one."""

import re

_ID = re.compile(r"[UWS](?=[A-Z]*[0-9]|[A-Z]{8})[A-Z0-9]+")
"""Slack's own have a digit; the few that are letters alone are longer than the names that people write in capitals."""


def is_id(who: str) -> bool:
    """Whether a user or a user group is called so."""
    return _ID.fullmatch(who) is not None


def is_user(who: str) -> bool:
    """Whether it is a user, who alone has direct messages."""
    return who[:1] in {"U", "W"} and is_id(who)


def is_group(who: str) -> bool:
    """Whether it is a user group."""
    return who[:1] == "S" and is_id(who)
