"""Inviting: people at once, user groups and e-mail addresses as soon as Slack says who they are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.ids import is_group
from bot.outbox.slack import Refused, Slack

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""People in one `conversations.invite`, by its documentation."""
THERE = {"already_in_channel", "cant_invite_self"}


@dataclass
class Directory:
    """Who is behind an e-mail address or a user group; addresses are remembered, groups change every shift."""

    slack: Slack
    known: dict[str, str] = field(default_factory=dict)

    async def person(self, address: str) -> str:
        """Return the user with this e-mail address."""
        if address not in self.known:
            answer = await self.slack.ask("users.lookupByEmail", email=address)
            self.known[address] = str(answer["user"]["id"])
        return self.known[address]

    async def people(self, name: str) -> list[str]:
        """Return the users behind one name."""
        if "@" in name:
            return [await self.person(name)]
        answer = await self.slack.ask("usergroups.users.list", usergroup=name)
        return [str(user) for user in answer.get("users") or []]


async def invite(directory: Directory, channel: str, names: Sequence[str]) -> list[str]:
    """Invite everybody; return a sentence for each who could not be."""
    direct = [name for name in names if "@" not in name and not is_group(name)]
    others = [name for name in names if name not in direct]
    first, *found = await asyncio.gather(
        _invited(directory.slack, channel, direct), *(_behind(directory, name) for name in others)
    )
    problems = [problem for _, some in (first, *found) for problem in some]
    people = [person for members, _ in found for person in members if person not in direct]
    return problems + await _invite(directory.slack, channel, list(dict.fromkeys(people)))


async def _invited(slack: Slack, channel: str, people: Sequence[str]) -> tuple[list[str], list[str]]:
    return [], await _invite(slack, channel, people)


async def _behind(directory: Directory, name: str) -> tuple[list[str], list[str]]:
    try:
        people = await directory.people(name)
    except Refused as refused:
        return [], [f"Slack does not know who {name} is ({refused.error}). Check `people` in muster.yaml."]
    return people, [] if people else [f"Nobody is in the user group {name}. Add somebody to it in Slack."]


async def _invite(slack: Slack, channel: str, people: Sequence[str]) -> list[str]:
    problems: list[str] = []
    for start in range(0, len(people), AT_ONCE):
        problems += await _invite_some(slack, channel, people[start : start + AT_ONCE])
    return problems


async def _invite_some(slack: Slack, channel: str, people: Sequence[str]) -> list[str]:
    """Invite; where one of them hinders the others, learn who, and invite the others all the same."""
    try:
        await slack.ask("conversations.invite", channel=channel, users=",".join(people))
    except Refused as refused:
        if len(people) > 1:
            await _invite_in_spite(slack, channel, people)
        return _problems(refused, people)
    return []


async def _invite_in_spite(slack: Slack, channel: str, people: Sequence[str]) -> None:
    try:
        await slack.ask("conversations.invite", channel=channel, users=",".join(people), force=True)
    except Refused as refused:
        if refused.error not in THERE:
            log.warning("nobody could be invited", channel=channel, error=refused.error)


def _problems(refused: Refused, people: Sequence[str]) -> list[str]:
    each = [(one.get("user"), one.get("error")) for one in refused.answer.get("errors") or [] if one.get("user")]
    failed = each or [(person, refused.error) for person in people]
    return [_problem(user, error) for user, error in failed if error not in THERE]


def _problem(user: str | None, error: str | None) -> str:
    return f"<@{user}> could not be invited ({error}). Ask somebody else, or invite them by hand."
