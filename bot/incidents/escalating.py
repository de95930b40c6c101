"""Escalating: the next one on the runbook's list is called into the channel, by a person or by the clock, once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import BadInput
from bot.incidents.escalation import Rung, due_at, held_off, merged, next_rung, rung_named
from bot.incidents.refusals import NobodyLeft, NobodyToCall
from bot.incidents.telling import Telling, number
from bot.store.store import Change
from bot.store.tables import DueKind, Entry, Kind
from bot.views import people
from bot.views.message import escaped


async def escalate(telling: Telling, change: Change, words: str = "") -> str:
    """Call who is named, else the next whom nobody has called; return what the one who asked is told."""
    incident = change.incident
    rungs = telling.ladder(incident)
    if not rungs:
        raise NobodyToCall(service=telling.runbook(incident).name, ref=incident.ref)
    called = await _called(change)
    if words.strip():
        return _call(telling, change, _before_its_time(_wanted(telling, change, rungs, words)))
    rung = next_rung(rungs, called)
    if rung is None:
        raise NobodyLeft(ref=incident.ref, last=rungs[-1].callees[-1].name)
    return _call(telling, change, _before_its_time(merged([rung], called)))


async def plan(telling: Telling, change: Change) -> None:
    """Have the clock call each level at its time, counted from now; who is called at once is called at once."""
    await change.nothing_due(DueKind.ESCALATE)
    called = await _called(change)
    now: list[Rung] = []
    for rung in telling.ladder(change.incident):
        if rung.level is None or not rung.left(called):
            continue
        at = due_at(rung.level, change.now, telling.hours)
        if at > change.now:
            change.due(DueKind.ESCALATE, at, subject=rung.key)
        elif not held_off(rung.level.unless, change.incident):
            now.append(rung)
    if now:
        _call(telling, change, merged(now, called))


async def on_time(telling: Telling, change: Change, levels: Collection[str]) -> bool:
    """Call the levels whose time has come, unless it has come so far meanwhile; whether anybody was called."""
    called = await _called(change)
    now: list[Rung] = []
    for rung in telling.ladder(change.incident):
        if rung.level is None or rung.key not in levels or not rung.left(called):
            continue
        if held_off(rung.level.unless, change.incident):
            continue
        if rung.level.business_hours and not telling.hours.is_open(change.now):
            change.due(DueKind.ESCALATE, telling.hours.opening(change.now), subject=rung.key)
            continue
        now.append(rung)
    if now:
        _call(telling, change, merged(now, called))
    return bool(now)


async def not_mitigated(telling: Telling, change: Change) -> None:
    """What seemed mended is not: the levels that this has held off count anew, from now."""
    if change.incident.mitigated_at is None:
        return
    change.incident.mitigated_at = None
    called = await _called(change)
    due = {row.subject for row in await change.due_of(number(change.incident)) if row.kind is DueKind.ESCALATE}
    for rung in telling.ladder(change.incident):
        if rung.level and rung.level.unless == "mitigated" and rung.key not in due and rung.left(called):
            change.due(DueKind.ESCALATE, due_at(rung.level, change.now, telling.hours), subject=rung.key)


async def escalate_if_possible(telling: Telling, change: Change) -> None:
    """Call the next contact; when there is none, say so in the channel and go on."""
    try:
        await escalate(telling, change)
    except (NobodyLeft, NobodyToCall):
        telling.say(change, f"nobody-left/{number(change.incident)}", people.nobody_left(change.incident))
        change.write(Kind.ESCALATION, "Nobody is left to call")


def since_opened(entries: Sequence[Entry]) -> list[Entry]:
    """Return the calls since the incident was last opened, in order."""
    calls: list[Entry] = []
    for entry in sorted(entries, key=lambda one: one.id or 0):
        if entry.kind is Kind.REOPENED:
            calls.clear()
        if entry.kind is Kind.ESCALATION and "called" in entry.detail:
            calls.append(entry)
    return calls


def called_at(entries: Sequence[Entry]) -> dict[str, datetime]:
    """Return when everybody was last called, by who they are."""
    return {str(one): entry.at for entry in since_opened(entries) for one in entry.detail["called"]}


async def _called(change: Change) -> set[str]:
    """Return who has been called since the incident was last opened."""
    return set(called_at(await change.entries(number(change.incident))))


def _call(telling: Telling, change: Change, rung: Rung) -> str:
    """Mention and invite them, with the state in three lines, and record it; return what the asker is told."""
    incident = change.incident
    who = people.listed([people.mention(one.slack_id) if one.slack_id else escaped(one.name) for one in rung.callees])
    text = telling.text(change, "escalation", contact=who, say=escaped(rung.say) or "your help is needed.")
    reached = [people.Reached(one.name, one.role, one.reach, one.slack_id is not None) for one in rung.callees]
    level = rung.key if rung.level else ""
    telling.say(change, "escalation", people.called(text, reached, level=level, drill=incident.drill))
    telling.invite(change, [one.slack_id for one in rung.callees if one.slack_id])
    names = ", ".join(one.name + (f" ({one.role})" if one.role else "") for one in rung.callees)
    detail = {"level": level, "called": [one.key for one in rung.callees]}
    change.write(Kind.ESCALATION, f"Called {f'{level}: ' if level else ''}{names}", detail=detail)
    return people.is_called(incident, reached, [one.slack_id for one in rung.callees])


def _before_its_time(rung: Rung) -> Rung:
    """Leave out what a level says at its time, such as "nobody has answered in an hour": it is somebody who calls."""
    return replace(rung, say="") if rung.level and rung.level.after else rung


def _wanted(telling: Telling, change: Change, rungs: Sequence[Rung], words: str) -> Rung:
    runbook = telling.runbook(change.incident)
    found = rung_named(rungs, runbook, telling.people.resolve, words)
    if found is None:
        names = ", ".join(dict.fromkeys([rung.key for rung in rungs] + [one.name for one in runbook.contacts]))
        raise BadInput(
            f"{runbook.name} has nobody called `{escaped(words.strip()[:60])}` on its list. It has {escaped(names)}."
        )
    return found
