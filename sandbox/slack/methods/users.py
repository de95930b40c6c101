"""`users.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.records import Json, Person

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def _shown(workspace: Workspace, person: Person) -> Json:
    return person.as_slack(with_email="users:read.email" in workspace.declared.scopes)


def info(workspace: Workspace, given: Arguments) -> Json:
    person = workspace.person(given.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": _shown(workspace, person)}


def list_users(workspace: Workspace, given: Arguments) -> Json:
    items, metadata = given.page(workspace.people.values())
    members = [_shown(workspace, person) for person in items]
    return {"members": members, "cache_ts": workspace.now, "response_metadata": metadata}


def lookup_by_email(workspace: Workspace, given: Arguments) -> Json:
    email = given.required("email").lower()
    people = (p for p in workspace.people.values() if not p.deleted and not p.is_bot)
    person = next((person for person in people if person.email == email), None)
    if person is None:
        raise SlackError("users_not_found")
    return {"user": _shown(workspace, person)}


METHODS = {"users.info": info, "users.list": list_users, "users.lookupByEmail": lookup_by_email}
