"""How people are named in messages, and what is said when somebody is called or takes on a role."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ids import is_group, is_id
from bot.store.tables import Incident, Role
from bot.views.message import Message, context, cut, escaped, message, section

NOBODY = "nobody yet"
DRILL = ":mortar_board: This is a drill"
ROLES = {
    Role.COMMANDER: "commander",
    Role.COMMUNICATIONS: "communications lead",
    Role.SCRIBE: "scribe",
}
DUTIES = {
    Role.COMMANDER: "Decides and delegates. Ask them before you change anything.",
    Role.COMMUNICATIONS: "Writes the updates. Tell them what you find.",
    Role.SCRIBE: "Keeps the timeline. Mark what matters with :pushpin:.",
}


def person(who: str | None, nobody: str = NOBODY) -> str:
    """Mention a user or a user group; an e-mail address or a name is shown as it is."""
    if not who:
        return nobody
    if is_id(who):
        return f"<!subteam^{who}>" if is_group(who) else f"<@{who}>"
    return escaped(who)


def mention(who: str | None, nobody: str = NOBODY) -> str:
    """Mention somebody so that they are told, also by an e-mail address, which the outbox looks up."""
    return f"<@{who}>" if who and "@" in who else person(who, nobody)


def to(who: str | None, words: str) -> str:
    """Address a sentence to somebody, so that they are told; where nobody is known, it is said to all who read."""
    return f"{mention(who)}: {words}" if who else words[:1].upper() + words[1:]


def listed(names: Sequence[str]) -> str:
    """Write `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def asker(who: str | None) -> str:
    """Mention who did something; nobody means Muster itself."""
    return person(who, nobody="Muster")


def role_taken(incident: Incident, role: Role, by: str | None) -> Message:
    """Tell that somebody has a role now."""
    holder = incident.holder(role)
    given = "" if by == holder else f", assigned by {asker(by)}"
    text = f"{person(holder)} is now *{ROLES[role]}* of {incident.ref}{given}."
    return message(text, [section(text), context(DUTIES[role])])


def acknowledged(incident: Incident, by: str | None, after: str) -> Message:
    """Tell that somebody is on it."""
    command = f" and is *{ROLES[Role.COMMANDER]}*" if by and incident.commander == by else ""
    text = f":eyes: {asker(by)} acknowledged {incident.ref} after {after}{command}."
    return message(text, [section(text)])


@dataclass(frozen=True)
class Reached:
    """Who is called, and how else they are reached."""

    name: str
    role: str
    reach: str
    mentioned: bool


def called(text: str, reached: Sequence[Reached], *, level: str = "", drill: bool = False) -> Message:
    """Tell whom is called, with the state in three lines, and how else to reach them."""
    marks = [DRILL] if drill else []
    short = level.replace("level ", "")
    named = any(one.role.startswith(short) for one in reached)
    marks += [f"Level: {escaped(cut(short, 100))}"] if level and not named else []
    several = len(reached) > 1
    lines = [line for one in reached[:9] if (line := _reached(one, several))]
    more = [" · ".join(marks)] if marks else []
    if len(lines) == 1 and more:
        more = [f"{more[0]} · {lines[0]}"]
    else:
        more += lines
    return message(text, [section(text), *([context(*more)] if more else [])])


def _reached(one: Reached, several: bool) -> str:
    facts = [] if one.mentioned else ["Not found in Slack: call them"]
    facts += [escaped(cut(part, 200)) for part in (one.role, one.reach) if part]
    name = [f"*{escaped(cut(one.name, 80))}*"] if several and facts else []
    return " · ".join(name + facts)


def is_called(incident: Incident, reached: Sequence[Reached], ids: Sequence[str | None]) -> str:
    """Answer who asked for somebody: who is called, and whom to call by hand."""
    here = [person(id_) for id_ in ids if id_]
    told = [f"{listed(here)} {'are' if len(here) > 1 else 'is'} called into {incident.ref}'s channel."] if here else []
    for one in reached:
        if not one.mentioned:
            name = escaped(one.name)
            how = escaped(one.reach) or "the runbook does not say how"
            told.append(f"{name} is not known in Slack. Call {name}: {how}.")
    return " ".join(told)


def nobody_left(incident: Incident) -> Message:
    """Tell that the runbook's list is at its end."""
    text = (
        f":warning: Nobody has written an update on {incident.ref}, and everybody on the runbook's list has been "
        "called. Post an update, or call somebody by phone."
    )
    return message(text, [section(text)])
