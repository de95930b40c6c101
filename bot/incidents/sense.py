"""What a run of diagnostics says together: findings, the scenario, the severity it looks like, what to press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.incidents.runs import Around, Output, findings, headline
from bot.store.tables import Diagnosis, Incident, RunState, StepOutput
from bot.views import diagnosis as views
from bot.views.signs import PHASES
from runbooks.meaning import Looks, looks_like, matching, ranked, worse
from runbooks.model import Diagnostic, Mitigation, Runbook, Scenario
from runbooks.signs.finding import Finding
from runbooks.signs.remedies import act_of, all_inputs

MANUAL = "manual"


@dataclass(frozen=True)
class Sense:
    """What outputs mean together; `scenarios` are those that match, the most telling first."""

    findings: Sequence[Finding] = ()
    scenarios: Sequence[Scenario] = ()
    looks: Looks | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unchanged: bool = False
    """Whether somebody has looked for a recent rollout, and there was none: then going back comes last."""


def sense(runbook: Runbook, outputs: Sequence[StepOutput], chosen: str = "") -> Sense:
    """Read outputs together; a scenario that a person has chosen stands first."""
    found = [Finding.read(one) for output in outputs for one in output.findings]
    numbers = {output.step: output.value for output in outputs if output.value is not None}
    fitting = matching(runbook, found, numbers)
    own = runbook.scenario(chosen) if chosen else None
    scenarios = [own, *(one for one in fitting if one is not own)] if own else fitting
    looks = looks_like(runbook, numbers, fitting[0] if fitting else None)
    best = ranked(found)
    looked = any("recent-rollout" in step.find for one in outputs if (step := runbook.diagnostic(one.step)))
    unchanged = looked and not any(one.recent for one in found)
    return Sense(best, scenarios, looks, all_inputs(best), unchanged)


def understood(step: Diagnostic, output: Output, around: Around) -> StepOutput:
    """Say what an output means."""
    found = findings(step, output, around)
    level, line = headline(step, output, found)
    return StepOutput(
        diagnosis=0,
        step=step.id,
        title=step.name,
        line=output.line or step.line,
        level=level,
        headline=line,
        text=output.text,
        errors=output.errors,
        exit_code=output.exit_code,
        took_ms=output.took_ms,
        value=output.value,
        findings=[one.kept() for one in found],
    )


def by_hand(step: Diagnostic, why: str = "") -> StepOutput:
    """Show a step that a person does; `why` says why Muster does not."""
    text = why or step.help
    return StepOutput(
        diagnosis=0, step=step.id, title=step.name, line=step.line, level=MANUAL, headline=step.line, text=text
    )


def title_of(row: Diagnosis, runbook: Runbook | None = None) -> str:
    """Name a run for people."""
    chosen = runbook.scenario(row.scenario) if runbook and row.scenario else None
    return f"Checks for “{chosen.name}”" if chosen else PHASES.get(row.phase, "Diagnostics")


def shown(incident: Incident, row: Diagnosis, outputs: Sequence[StepOutput], runbook: Runbook) -> views.Summary:
    """Return all that a summary shows; what to press comes when every step has answered."""
    done = row.state is RunState.DONE
    said = sense(runbook, outputs, row.scenario)
    return views.Summary(
        title=title_of(row, runbook),
        by=row.by,
        steps=_steps(row, outputs, runbook),
        state=row.state,
        findings=[views.Told(one.level, one.text, one.recent) for one in said.findings],
        scenario=_scenario(said, chosen=bool(row.scenario)) if done else None,
        severity=_severity(incident, said, runbook) if done else None,
        suggestions=suggestions(runbook, said) if done else (),
    )


def _steps(row: Diagnosis, outputs: Sequence[StepOutput], runbook: Runbook) -> list[views.Step]:
    known = {output.step: output for output in outputs}
    waiting = "interrupted" if row.state is RunState.INTERRUPTED else "running"
    steps = []
    for id_ in row.steps:
        step, output = runbook.diagnostic(id_), known.get(id_)
        title = step.name if step else id_
        if output is None:
            steps.append(views.Step(title, waiting))
            continue
        told = bool(output.findings) and output.level in {"bad", "warning"}
        level = "ok" if output.by else output.level
        steps.append(views.Step(title, level, output.headline, told))
    return steps


def _scenario(said: Sense, *, chosen: bool) -> views.Matched | None:
    if not said.scenarios:
        return None
    best, *others = said.scenarios
    return views.Matched(
        id=best.id,
        title=best.name,
        advice=best.advice,
        first=best.first,
        causes=best.causes if chosen else (),
        look_for=best.look_for if chosen else (),
        others=[one.name for one in others[:2]],
        link=best.link,
        chosen=chosen,
    )


def _severity(incident: Incident, said: Sense, runbook: Runbook) -> views.Worse | None:
    looks = said.looks
    if looks is None or incident.drill or not incident.status.open:
        return None
    if not worse(runbook, looks.severity, incident.severity):
        return None
    return views.Worse(looks.severity.key, looks.why, incident.severity)


def suggestions(runbook: Runbook, said: Sense) -> list[views.Suggestion]:
    """Return what to press, in order: what comes first, the scenario's fixes, then what the findings name."""
    best = said.scenarios[0] if said.scenarios else None
    named = [id_ for one in said.findings for id_ in one.mitigations]
    ids = dict.fromkeys([*(best.first if best else ()), *(best.try_ if best else ()), *named])
    known = [one for id_ in ids if (one := runbook.mitigation(id_)) is not None]
    if said.unchanged:
        known.sort(key=lambda one: act_of(one) == "undo")
    return [_suggestion(one, said.inputs.get(one.id, {})) for one in known]


def _suggestion(one: Mitigation, given: Mapping[str, Any]) -> views.Suggestion:
    known = {name: one.inputs[name] for name in given if name in one.inputs}  # the runbook may have renamed one since
    values = ", ".join(f"{wanted.label or name}: {given[name]}" for name, wanted in known.items())
    return views.Suggestion(one.id, one.name, one.about, values, one.line if one.manual else "")
