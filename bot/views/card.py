"""The card: an incident at a glance, pinned in its channel and edited in place."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, SectionBlock, UserSelectElement
from slack_sdk.models.blocks.basic_components import MarkdownTextObject

from bot.store.tables import Incident, Status
from bot.views import actions
from bot.views.message import Message, context, cut, escaped, header, message, section, when
from bot.views.people import person
from runbooks.model import Severity

LONGEST_IMPACT = 300
"""A phone shows the whole card; the rest stands in the updates."""
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


def card(incident: Incident, severity: Severity | None, service: str) -> Message:
    """Show the incident; `service` is its name for people."""
    blocks: list[Block] = [
        header(f"{incident.ref} {incident.title}"),
        *_marks(incident),
        _facts(incident, severity, service),
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


def _facts(incident: Incident, severity: Severity | None, service: str) -> SectionBlock:
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
        ],
    )


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
    return who if who and who[0] in "UW" else None


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
