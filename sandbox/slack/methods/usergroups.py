"""`usergroups.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def list_groups(workspace: Workspace, given: Arguments) -> Json:
    with_users = given.flag("include_users")
    return {"usergroups": [group.as_slack(with_users=with_users) for group in workspace.groups.values()]}


def list_users(workspace: Workspace, given: Arguments) -> Json:
    group = workspace.groups.get(given.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS = {"usergroups.list": list_groups, "usergroups.users.list": list_users}
