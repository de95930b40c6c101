"""Who may do what: everybody but guests may look and respond, unless muster.yaml names who responds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import BadInput, NotAllowed
from bot.ids import is_group
from bot.incidents.telling import People
from bot.views.people import person as mention

LEVELS = ("responder", "approver", "admin")
"""Whoever may do more may do less, too."""
WORDS = {
    "member": ("look at incidents as a guest", "a responder to invite you to the incident's channel"),
    "responder": ("respond to incidents", "an admin to add you to `responder` in muster.yaml"),
    "approver": ("approve that", "one of the approvers that muster.yaml names"),
    "admin": ("change how Muster works", "one of the admins that muster.yaml names"),
}


@dataclass(frozen=True)
class Member:
    """What Slack knows of a person."""

    id: str
    name: str = ""
    email: str = ""
    zone: str = "UTC"
    guest: bool = False
    gone: bool = False
    """Deactivated: Slack keeps the account, and nobody reads for it."""
    bot: bool = False


class Directory(Protocol):
    """Where Slack's people and groups are looked up."""

    async def member(self, person: str) -> Member:
        """Return a person; what Slack does not tell stays empty."""
        ...

    async def group(self, group: str) -> Collection[str]:
        """Return the people of a user group; nobody if Slack does not tell."""
        ...


class Permission:
    """Answers whether a person may do something."""

    def __init__(self, named: Mapping[str, Sequence[str]], people: People, directory: Directory) -> None:
        self._named = {
            level: [people.resolve(name) or name for name in named[level]] for level in LEVELS if named.get(level)
        }
        self._directory = directory

    async def may(self, person: str, level: str) -> bool:
        """Whether the person may act at that level; the empty level is for everybody, `member` for all but guests."""
        if not level:
            return True
        member = await self._directory.member(person)
        if level == "member":
            return not member.guest or await self.may(person, "responder")
        wanted = _who(self._named, level)
        groups = [await self._directory.group(one) for one in wanted or () if is_group(one)]
        return allowed(member, wanted, groups)

    async def require(self, person: str, level: str) -> None:
        """Raise NotAllowed, with whom to ask."""
        if not await self.may(person, level):
            what, who = WORDS.get(level, (f"act as {level}", "an admin"))
            raise NotAllowed(what=what, who=who)

    async def require_of(self, person: str) -> None:
        """Refuse to give work to somebody who could not do it; tell whom to choose instead."""
        member = await self._directory.member(person)
        who = mention(person)
        if member.gone or member.bot:
            what = "is an app" if member.bot else "has left this workspace"
            raise BadInput(f"{who} {what}, so nothing was changed. Choose somebody who is here.")
        if not await self.may(person, "responder"):
            raise BadInput(f"{who} may not respond to incidents, so nothing was changed. Choose somebody else.")


def allowed(member: Member, wanted: Collection[str] | None, groups: Sequence[Collection[str]]) -> bool:
    """Whether a member is among those named, by id, e-mail or group; if nobody is named, all but guests are."""
    if wanted is None:
        return not member.guest
    named = member.id in wanted or (bool(member.email) and member.email.lower() in {one.lower() for one in wanted})
    return named or any(member.id in group for group in groups)


def _who(named: Mapping[str, Sequence[str]], level: str) -> list[str] | None:
    """Return everybody at that level or above; None: nobody is named, so it is open to all but guests.

    A higher level that names nobody is as open as the one below it.
    """
    at = LEVELS.index(level) if level in LEVELS else len(LEVELS) - 1
    own = next((named[one] for one in reversed(LEVELS[: at + 1]) if named.get(one)), None)
    if own is None:
        return None
    return list(dict.fromkeys([*own, *(who for one in LEVELS[at:] for who in named.get(one, ()))]))
