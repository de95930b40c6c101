"""Escalating: the next one on the runbook's list is called into the channel."""

from bot.incidents.escalation import next_callee
from bot.incidents.refusals import NobodyLeft, NobodyToCall
from bot.incidents.telling import Telling, number
from bot.store.store import Change
from bot.store.tables import Kind
from bot.views import people
from bot.views.message import escaped


async def escalate(telling: Telling, change: Change) -> str:
    """Call the next contact with the state in three lines, and record it; return what the one who asked is told."""
    incident = change.incident
    everybody = telling.callees(incident)
    if not everybody:
        raise NobodyToCall(service=telling.runbook(incident).name, ref=incident.ref)
    callee = next_callee(everybody, await _called(change))
    if callee is None:
        raise NobodyLeft(ref=incident.ref, last=everybody[-1].name)
    who = people.person(callee.slack_id) if callee.slack_id else escaped(callee.name)
    text = telling.text(change, "escalation", contact=who, say=escaped(callee.say) or "your help is needed.")
    known = callee.slack_id is not None
    shown = people.called(text, role=callee.role, reach=callee.reach, mentioned=known, drill=incident.drill)
    telling.say(change, "escalation", shown)
    if callee.slack_id:
        telling.invite(change, [callee.slack_id])
    detail = {"to": callee.slack_id, "called": callee.key}
    change.write(Kind.ESCALATION, f"Called {callee.name}" + (f" ({callee.role})" if callee.role else ""), detail=detail)
    if callee.slack_id:
        return f"{who} is called into {incident.ref}'s channel."
    return f"{who} is not known in Slack. Call {who}: {escaped(callee.reach) or 'the runbook does not say how'}."


async def _called(change: Change) -> set[str]:
    """Return who has been called since the incident was last opened."""
    called: set[str] = set()
    for entry in sorted(await change.entries(number(change.incident)), key=lambda one: one.id or 0):
        if entry.kind is Kind.REOPENED:
            called.clear()
        if entry.kind is Kind.ESCALATION and "called" in entry.detail:
            called.add(str(entry.detail["called"]))
    return called


async def escalate_if_possible(telling: Telling, change: Change) -> None:
    """Call the next contact; when there is none, say so in the channel and go on."""
    try:
        await escalate(telling, change)
    except (NobodyLeft, NobodyToCall):
        telling.say(change, f"nobody-left/{number(change.incident)}", people.nobody_left(change.incident))
        change.write(Kind.ESCALATION, "Nobody is left to call")
