"""What a line printed, cut to a size that can be kept, and passed through the redaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.access import Right, rule

LIMIT = 1024 * 1024
TIMED_OUT = 124
"""The exit code of a line that was stopped when its time was over, as coreutils' timeout has it."""
_FORBIDDEN = re.compile(
    r'cannot (?P<verb>\w+) resource "(?P<resource>[\w./-]+)" in API group "(?P<group>[\w.-]*)"'
    r'(?: in the namespace "(?P<namespace>[\w-]+)")?'
)
_SQL = {
    "canceling statement due to statement timeout": "Its time was over. Narrow it, or give it a longer `timeout`.",
    "ERROR:  permission denied for ": "Its user may not do that. Grant it the right; for statistics, `pg_monitor`.",
    "in a read-only transaction": "A diagnostic only reads. What changes something is a mitigation.",
    "ERROR:  relation ": "Is the connection the right one for that table, or does the table stand in another schema?",
}
"""What to do about PostgreSQL's commonest errors, by its words."""
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Printed:
    """What a program printed, or would have, before anything was done to it; `value` and `objects` as in Output."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    notes: tuple[str, ...] = ()
    value: float | None = None
    objects: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """An output to keep: the name of its file, its dates filled in, and its text."""

    name: str
    text: str


@dataclass(frozen=True)
class Output:
    """What a line printed, secrets taken out; `errors` are in the words of the program, `notes` in ours.

    `left_out` counts characters; `value` is there when the output is one number; `objects` are what was read of the
    cluster, for `runbooks.findings`. `saved` is there when the line or its step says so (`> logs-$(date +%F).txt`,
    `save_as`). `otherwise` is what the runbook says about a line that failed, when it did (`|| echo "DB not ready"`).
    `manual` says why a person has to run it, when this installation does not: nothing was run then.
    """

    line: str
    text: str
    errors: str
    exit_code: int
    took_ms: int
    left_out: int = 0
    notes: tuple[str, ...] = ()
    value: float | None = None
    objects: tuple[dict[str, Any], ...] = ()
    saved: Evidence | None = None
    otherwise: str = ""
    manual: str = ""

    @property
    def ok(self) -> bool:
        """Whether the line ended well; a grep that finds nothing has."""
        return not self.errors and self.exit_code in {0, 1}


def capped(text: str, *, keep_tail: bool, limit: int = LIMIT) -> tuple[str, int]:
    """Cut a text at a line's end; of logs the end is kept. Returns it and how many characters were left out."""
    if len(text) <= limit:
        return text, 0
    if keep_tail:
        kept = text[-limit:]
        kept = kept[kept.find("\n") + 1 :] if "\n" in kept[:-1] else kept
    else:
        kept = text[:limit]
        kept = kept[: kept.rfind("\n") + 1] or kept
    return kept, len(text) - len(kept)


def left_out_note(left_out: int, *, keep_tail: bool) -> str:
    """Say what is missing."""
    part = "beginning" if keep_tail else "end"
    return f"{left_out:,} characters at the {part} were left out. Narrow the line, with grep or --tail."


def number_in(text: str) -> float | None:
    """Return the number, if that is all an output says."""
    found = _NUMBER.fullmatch(text)
    return float(found[1]) if found else None


def _rule(found: re.Match[str]) -> str:
    """Say which rule is missing."""
    resource, _, part = found["resource"].partition("/")
    right = Right(found["verb"], found["group"], resource, part, namespace=found["namespace"] or "")
    return f"Muster may not {right.verb} {right.written} there. Add to its {right.place}: {rule([right])}."


def help_for(errors: str) -> Sequence[str]:
    """One sentence on what to do about the errors everybody meets."""
    first = errors.lower()
    if found := _FORBIDDEN.search(errors):
        return (_rule(found),)
    if "unable to connect" in first or "was refused - did you specify" in first:
        return ("The cluster cannot be reached. Is it up, and can Muster's machine reach its API server?",)
    if "(forbidden)" in first:
        return ("Muster may not do that there. Its rights are in the cluster's ClusterRole for Muster.",)
    if "must be logged in" in first or "(unauthorized)" in first:
        return ("The cluster does not know Muster. Renew its credentials.",)
    if "context was not found" in first or "invalid kube-config" in first or "invalid configuration" in first:
        return ("There is no usable kubeconfig. Set KUBECONFIG, or the cluster's kubeconfig in muster.yaml.",)
    return tuple(said for words, said in _SQL.items() if words in errors)[:1]
