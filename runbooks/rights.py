"""What a runbook's lines need to be allowed in the cluster: for its diagnostics, and for its mitigations."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from runbooks.compiling import TYPED, Compiled, LineRefused, Purpose, Usage, compiled, for_item, sent
from runbooks.http import proxied, service_of
from runbooks.kubectl.access import Right, of_request
from runbooks.kubectl.meant import CHOSEN
from runbooks.kubectl.rights import rights_of
from runbooks.kubectl.words import Failed
from runbooks.model import Diagnostic, Input, Mitigation, Runbook

_MOST = 64
_ELSEWHERE = "default"
_SPARE = {("list", "horizontalpodautoscalers"), ("list", "resourcequotas"), ("get", "namespaces"), ("get", "leases")}


@dataclass(frozen=True)
class Need:
    """A right, and the ids of the steps or mitigations that need it."""

    right: Right
    parts: tuple[str, ...]

    @property
    def spare(self) -> bool:
        """Whether lines work without it, and only say less: what a preview warns of, why a name is not found."""
        return (self.right.verb, self.right.resource) in _SPARE


def to_diagnose(runbook: Runbook, cluster: str = "") -> tuple[Need, ...]:
    """Return what the diagnostics need in a cluster; unnamed, it is the service's own."""
    return _needs((step.id, _of_step(step, runbook)) for step in runbook.diagnostics if _there(step, runbook, cluster))


def to_mitigate(runbook: Runbook, cluster: str = "") -> tuple[Need, ...]:
    """Return what the mitigations need there: to choose, preview, apply and follow them, and to take them back."""
    return _needs(
        (fix.id, _of_mitigation(fix, runbook)) for fix in runbook.mitigations if _there(fix, runbook, cluster)
    )


def elsewhere(runbook: Runbook) -> tuple[str, ...]:
    """Return the other clusters that lines ask; what a person does there needs no right of Muster's."""
    parts: list[Diagnostic | Mitigation] = [*runbook.diagnostics, *runbook.mitigations]
    asking = [part for part in parts if not (part.manual or part.tool)]
    return tuple(dict.fromkeys(part.cluster for part in asking if not _there(part, runbook, "")))


def _there(part: Diagnostic | Mitigation, runbook: Runbook, cluster: str) -> bool:
    own = runbook.kubernetes.cluster if runbook.kubernetes else ""
    return (part.cluster or own) == (cluster or own)


def beyond(needs: Iterable[Need], granted: Iterable[Need]) -> tuple[Need, ...]:
    """Leave out what others grant already."""
    known = [need.right for need in granted]
    return tuple(need for need in needs if not any(right.covers(need.right) for right in known))


def _needs(parts: Iterable[tuple[str, Iterable[Right]]]) -> tuple[Need, ...]:
    """Each right once, with all that need it; one for everything there makes one for a name needless."""
    found: dict[Right, list[str]] = {}
    for part, rights in parts:
        for right in rights:
            found.setdefault(right, []).append(part)
    wide = {right: [one for one in found if one != right and one.covers(right)] for right in found}
    for right, covering in wide.items():
        for one in covering[:1]:
            found[one] += found[right]
    return tuple(Need(right, tuple(dict.fromkeys(found[right]))) for right, covering in wide.items() if not covering)


def _of_step(step: Diagnostic, runbook: Runbook) -> Iterator[Right]:
    if step.automatic and (ready := _read(step.line, {}, Purpose.of(step, runbook))):
        yield from _of_line(ready, runbook)


def _of_mitigation(fix: Mitigation, runbook: Runbook) -> Iterator[Right]:
    if fix.manual:
        return
    for asked in fix.inputs.values():
        if asked.choices_from and (ready := _read(asked.choices_from, {}, replace(TYPED, variables=runbook.values))):
            yield from _of_line(ready, runbook)
    purpose = Purpose.of(fix, runbook)
    for values in _possible(fix.inputs):
        if ready := _read(sent(fix), values, purpose):
            yield from _of_line(ready, runbook)


def _possible(inputs: Mapping[str, Input]) -> Iterator[dict[str, str]]:
    """What may be chosen: each of the listed choices, else anything, which may stand for any name."""
    each = [one.choices or (CHOSEN,) for one in inputs.values()]
    for values in itertools.islice(itertools.product(*each), _MOST):
        yield dict(zip(inputs, values, strict=True))


def _read(line: str, values: Mapping[str, str], purpose: Purpose) -> Compiled | None:
    """A line that cannot be read needs nothing: `lint` says what is wrong with it."""
    try:
        return compiled(line, values, purpose)
    except (LineRefused, Usage):
        return None


def _of_line(ready: Compiled, runbook: Runbook) -> Iterator[Right]:
    if ready.each is not None:
        yield from _asked(ready.each, runbook)
    for one in _each(ready) if ready.repeated else [ready]:
        yield from _asked(one, runbook)


def _each(ready: Compiled) -> Iterator[Compiled]:
    """The line of a loop for each item; for what a listing prints, for any object of what it lists."""
    for item in ready.pipeline.items or [_item(ready.each)]:
        try:
            yield for_item(ready, item)
        except (LineRefused, Usage):
            continue


def _item(each: Compiled | None) -> str:
    """What a listing prints: `pods/NAME` with `-o name`, else a name."""
    command = each.command if each else None
    if command is None or command.flag("output") != "name" or not command.arguments:
        return CHOSEN
    return f"{command.arguments[0].partition('/')[0].partition(',')[0]}/{CHOSEN}"


def _asked(ready: Compiled, runbook: Runbook) -> tuple[Right, ...]:
    """What one line asks of the cluster: by kubectl's verbs, or of a Service through the API server."""
    target = runbook.kubernetes
    if ready.request is not None and (service := service_of(ready.request.url, target)):
        return (of_request(ready.request.method, proxied(ready.request.url, *service)[0]),)
    if ready.command is None:
        return ()
    namespace = target.namespace if target else _ELSEWHERE
    try:
        return rights_of(ready.command, namespace=namespace, folder=runbook.folder)
    except Failed:
        return ()
