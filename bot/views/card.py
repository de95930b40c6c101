"""The card: an incident at a glance, pinned in its channel and edited in place."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, SectionBlock, UserSelectElement
from slack_sdk.models.blocks.basic_components import MarkdownTextObject

from bot.ids import is_user
from bot.store.tables import Incident, Role, Status
from bot.views import actions
from bot.views.message import Message, context, cut, escaped, header, message, section, when
from bot.views.people import ROLES, person
from runbooks.model import Severity

LONGEST_IMPACT = 300
"""A phone shows the whole card; the rest stands in the updates."""
OTHERS = (Role.COMMUNICATIONS, Role.SCRIBE)
DATE = "{date_short_pretty} {time}"
BUTTONS = (
    ("Acknowledge", actions.ACKNOWLEDGE),
    ("Post update", actions.POST_UPDATE),
    ("Diagnose", actions.DIAGNOSE),
    ("Mitigate", actions.MITIGATE),
    ("Escalate", actions.ESCALATE),
    ("Resolve", actions.RESOLVE),
)
EMOJI = {
    Status.INVESTIGATING: ":mag:",
    Status.IDENTIFIED: ":bulb:",
    Status.MONITORING: ":eyes:",
    Status.RESOLVED: ":white_check_mark:",
    Status.CANCELLED: ":no_entry_sign:",
}


def card(incident: Incident, severity: Severity | None, service: str, now: datetime | None = None) -> Message:
    """Show the incident; `service` is its name for people. With `now`, what should be over by then is marked."""
    blocks: list[Block] = [
        header(f"{incident.ref} {incident.title}"),
        *_marks(incident),
        _facts(incident, severity, service, now),
    ]
    blocks.append(section(f"*Impact*\n{escaped(cut(incident.impact, LONGEST_IMPACT)) or 'not known yet'}"))
    if severity and severity.meaning:
        blocks.append(context(f"{escaped(severity.key)}: {escaped(severity.meaning)}"))
    if incident.status.open:
        blocks += [_buttons(incident), _commander(incident)]
    else:
        blocks += [*_outcome(incident), _afterwards(incident)]
    return message(summary(incident), blocks)


def summary(incident: Incident) -> str:
    """Say the incident in one line: for notifications, screen readers and lists."""
    drill = "Drill: " if incident.drill else ""
    return f"{drill}{incident.ref} {incident.severity} {incident.status}: {escaped(incident.title)}"


def topic(incident: Incident, service: str) -> str:
    """Say the incident in a channel's topic (250 characters)."""
    drill = "DRILL · " if incident.drill else ""
    facts = f"{incident.severity} · {incident.status} · {escaped(service)} · {escaped(incident.title)}"
    return cut(f"{drill}{incident.ref} · {facts}", 250)


def _marks(incident: Incident) -> list[Block]:
    marks = []
    if incident.drill:
        marks.append(":mortar_board: This is a drill")
    if incident.private:
        marks.append(":lock: Private: do not speak of it elsewhere")
    return [context(*marks)] if marks else []


def _facts(incident: Incident, severity: Severity | None, service: str, now: datetime | None) -> SectionBlock:
    due = when(incident.next_update_at) if incident.next_update_at else "none"
    colour = f"{severity.emoji} " if severity and severity.emoji else ""
    return section(
        "",
        fields=[
            f"*Severity*\n{colour}{escaped(incident.severity)}",
            f"*Status*\n{EMOJI[incident.status]} {incident.status}",
            f"*Service*\n{escaped(service)}",
            f"*Commander*\n{person(incident.commander)}",
            f"*Started*\n{when(incident.started_at, DATE)}",
            f"*Next update due*\n{due}",
            *_over(incident, now),
            *(
                f"*{ROLES[role].capitalize()}*\n{person(holder)}"
                for role in OTHERS
                if (holder := incident.holder(role))
            ),
        ],
    )


def _over(incident: Incident, now: datetime | None) -> list[str]:
    """Say by when it should be over, and whether that has passed."""
    if incident.resolve_by is None:
        return []
    late = ":warning: " if now and now >= incident.resolve_by else ""
    return [f"*Resolve by*\n{late}{when(incident.resolve_by, DATE)}{' (passed)' if late else ''}"]


def _buttons(incident: Incident) -> ActionsBlock:
    return ActionsBlock(
        block_id=f"card:{incident.id}",
        elements=[_button(incident, label, action) for label, action in BUTTONS],
    )


def _button(incident: Incident, label: str, action: str) -> ButtonElement:
    first = action == actions.ACKNOWLEDGE and incident.acknowledged_at is None
    return ButtonElement(
        text=label,
        action_id=action,
        value=str(incident.id),
        style="primary" if first else None,
        confirm=_sure() if action == actions.ESCALATE else None,
    )


def _sure() -> ConfirmObject:
    return ConfirmObject(
        title="Escalate?",
        text="The runbook's next contact is mentioned and invited to this channel.",
        confirm="Escalate",
        deny="Not yet",
    )


def _commander(incident: Incident) -> SectionBlock:
    return SectionBlock(
        block_id=actions.role_block(incident.id or 0),
        text=MarkdownTextObject(text="*Commander*: decides and delegates"),
        accessory=UserSelectElement(
            action_id=actions.ROLE_COMMANDER, placeholder="Choose a person", initial_user=_user(incident.commander)
        ),
    )


def _user(who: str | None) -> str | None:
    return who if who and is_user(who) else None


def _outcome(incident: Incident) -> list[Block]:
    parts = [("Root cause", incident.root_cause), ("Fix", incident.fix)]
    return [section(f"*{name}*\n{escaped(cut(text, LONGEST_IMPACT))}") for name, text in parts if text]


def _afterwards(incident: Incident) -> ActionsBlock:
    wanted = [("Reopen", actions.REOPEN)]
    if incident.status is Status.RESOLVED:
        wanted.insert(0, ("Postmortem", actions.POSTMORTEM))
    return ActionsBlock(
        block_id=f"card:{incident.id}",
        elements=[ButtonElement(text=label, action_id=action, value=str(incident.id)) for label, action in wanted],
    )
