"""What `muster doctor` finds out about the clusters: every right that the runbooks' lines need."""

from collections.abc import AsyncIterator, Iterator, Sequence

from bot import rights
from bot.doctor.finding import Finding, Level, first
from runbooks.connections import Connections
from runbooks.model import Runbook
from runbooks.rights import Need, beyond, elsewhere, to_diagnose, to_mitigate
from runbooks.running import Runner


async def clusters(lines: Connections, runbook: Runbook) -> AsyncIterator[Finding]:
    """Ask for every right that the runbook's lines need, in each cluster they are for."""
    for cluster in ("", *elsewhere(runbook)) if runbook.kubernetes else ():
        if cluster and not lines.knows_cluster(cluster):
            about = f"{runbook.service}: its lines for the cluster {cluster} are a person's to run."
            yield Finding("note", f"{about} Name it under clusters in muster.yaml to let Muster run them.")
            continue
        where = f"{runbook.service}, cluster {cluster}" if cluster else runbook.service
        try:
            async for finding in _asked(lines, runbook, cluster, where):
                yield finding
        except rights.NoAnswer as error:
            yield Finding("bad", f"{where}: the cluster does not answer: {first(str(error))}")


async def _asked(lines: Connections, runbook: Runbook, cluster: str, where: str) -> AsyncIterator[Finding]:
    """Ask one cluster for what diagnostics need, then for what mitigations need besides."""
    looking = to_diagnose(runbook, cluster)
    doing = beyond(to_mitigate(runbook, cluster), looking)
    parts: Sequence[tuple[Level, str, Sequence[Need]]]
    parts = (("bad", "diagnostics", looking), ("note", "mitigations", doing))
    for level, which, needs in parts:
        asked = await rights.ask(Runner(lines), runbook.at(cluster), needs)
        for finding in _rights(f"{where}: its {which}", level, needs, asked):
            yield finding


def _rights(whose: str, level: Level, needs: Sequence[Need], asked: rights.Asked) -> Iterator[Finding]:
    """Say what is missing and the rule to add, or that nothing is."""
    for need in asked.unserved:
        what = need.right.word or need.right.resource
        yield Finding("note", f"{whose}: the cluster has no {what}, so {rights.named(need.parts)} finds nothing.")
    if asked.denied and len(asked.denied) == len(needs):
        mend = "Apply what `muster lint --rights` writes (docs/deploying.md)"
        yield Finding(level, f"{whose} may do nothing in the cluster. {mend}.")
    elif asked.denied:
        level = "note" if all(need.spare for need in asked.denied) else level
        yield from (Finding(level, f"{whose}: {sentence}") for sentence in rights.sentences(asked.denied))
    elif needs:
        yield Finding("ok", f"{whose} may do all they need in the cluster ({len(needs)} rights).")
