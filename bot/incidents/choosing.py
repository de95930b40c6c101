"""Which diagnostics a person means: a phase, a scenario's checks, or steps, by id or title and however spelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_args

from bot.incidents.refusals import NoSuchStep, NothingToRun
from bot.words import loose, meant
from runbooks.model import Diagnostic, Phase, Runbook, Scenario

One = TypeVar("One", Diagnostic, Scenario)
PHASES: tuple[Phase, ...] = get_args(Phase)
NAMED = 12
"""So many names a person reads in an answer."""


@dataclass(frozen=True)
class Chosen:
    """What shall run, and as what it was asked for."""

    steps: Sequence[Diagnostic]
    phase: str = ""
    scenario: str = ""


def chosen(runbook: Runbook, words: str | Sequence[str]) -> Chosen:
    """Read what a person asks for. Told: NothingToRun, NoSuchStep with the nearest names."""
    whole = words if isinstance(words, str) else " ".join(words)
    for phase in PHASES:
        if whole.strip().lower() == phase:
            if not (found := runbook.of_phase(phase)):
                raise NothingToRun(service=runbook.name, phase=phase)
            return Chosen(found, phase=phase)
    if step := _named(whole, runbook.diagnostics):
        return Chosen([step])
    if scenario := _named(whole, runbook.scenarios):
        return checks_of(scenario, runbook)
    steps = [_step(one, runbook) for one in whole.replace(",", " ").split()]
    return Chosen(list(dict.fromkeys(steps)))


def checks_of(scenario: Scenario, runbook: Runbook) -> Chosen:
    """Return what a scenario looks at, evidence first. Told: NothingToRun."""
    ids = dict.fromkeys([*scenario.first, *scenario.check])
    steps = [step for id_ in ids if (step := runbook.diagnostic(id_)) is not None]
    if not steps:
        raise NothingToRun(service=runbook.name, phase=f"check for “{scenario.name}”")
    return Chosen(steps, scenario=scenario.id)


def _step(word: str, runbook: Runbook) -> Diagnostic:
    if found := _named(word, runbook.diagnostics):
        return found
    names = [*(one.id for one in runbook.diagnostics), *(one.id for one in runbook.scenarios)]
    more = " … `/incident runbook` shows them all." if len(names) > NAMED else "."
    has = f"It has {', '.join(f'`{one}`' for one in names[:NAMED]) or 'none'}{more}"
    raise NoSuchStep(service=runbook.name, step=word, meant=meant(word, names, has))


def _named(text: str, known: Iterable[One]) -> One | None:
    wanted = loose(text)
    return next((one for one in known if wanted and wanted in {loose(one.id), loose(one.name)}), None)
