"""How people are named in messages, and what is said when somebody is called or takes on a role."""

from slack_sdk.models.blocks import Block

from bot.store.tables import Incident, Role
from bot.views.message import Message, context, escaped, message, section

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
    if _is_id(who):
        return f"<!subteam^{who}>" if who.startswith("S") else f"<@{who}>"
    return escaped(who)


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


def called(text: str, *, role: str, reach: str, mentioned: bool, drill: bool = False) -> Message:
    """Tell the next contact, with the state in three lines, and how else to reach them."""
    blocks: list[Block] = [section(text)]
    more = [escaped(part) for part in (role, reach) if part]
    if not mentioned:
        more.insert(0, "Not found in Slack: call them")
    if drill:
        more.insert(0, DRILL)
    if more:
        blocks.append(context(" · ".join(more)))
    return message(text, blocks)


def nobody_left(incident: Incident) -> Message:
    """Tell that the runbook's list is at its end."""
    text = (
        f":warning: Nobody has written an update on {incident.ref}, and everybody on the runbook's list has been "
        "called. Post an update, or call somebody by phone."
    )
    return message(text, [section(text)])


def _is_id(who: str) -> bool:
    return who[:1] in {"U", "W", "S"} and who.isalnum() and who.isupper()
