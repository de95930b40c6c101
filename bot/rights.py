"""Which rights of a runbook's lines are missing in its cluster, and the rules to add, in a phone's words."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from runbooks.kubectl.access import Right, rule
from runbooks.model import Runbook
from runbooks.rights import Need
from runbooks.running import Output, Runner

SHOWN = 3
_UNSERVED = "the server doesn't have a resource type"


class NoAnswer(Exception):
    """The cluster was asked for a right and did not answer: its own words."""


@dataclass(frozen=True)
class Asked:
    """What Muster may not do, and what nobody can because the cluster has no such type."""

    denied: tuple[Need, ...]
    unserved: tuple[Need, ...] = ()


async def ask(runner: Runner, runbook: Runbook, needs: Sequence[Need]) -> Asked:
    """Ask for one right, then the others side by side (each a review that changes nothing). Raises NoAnswer."""
    first = [await _answer(runner, runbook, need) for need in needs[:1]]
    answers = [*first, *await asyncio.gather(*(_answer(runner, runbook, need) for need in needs[1:]))]
    denied, unserved = [], []
    for need, answer in zip(needs, answers, strict=True):
        if _UNSERVED in answer.errors:
            unserved.append(need)
        elif answer.text.startswith("no"):
            denied.append(need)
    return Asked(tuple(denied), tuple(unserved))


async def _answer(runner: Runner, runbook: Runbook, need: Need) -> Output:
    answer = await runner.run_typed(need.right.line, runbook)
    if not answer.text.startswith(("yes", "no")):
        raise NoAnswer(answer.errors)
    return answer


def sentences(denied: Iterable[Need]) -> list[str]:
    """Say what is missing, which steps need it, and the rule to add; the most wanted first, and only a few."""
    ordered = sorted(denied, key=lambda need: (_object(need.right), need.right.verb))
    together = [list(some) for _, some in groupby(ordered, key=lambda need: _object(need.right))]
    together.sort(key=lambda some: (some[0].spare, -len(_parts(some))))
    told = [_sentence(some) for some in together[:SHOWN]]
    more = len(together) - SHOWN
    left = "1 more rule is" if more == 1 else f"{more} more rules are"
    return [*told, f"{left} missing: `muster lint --rights` writes them all."] if more > 0 else told


def named(parts: Sequence[str]) -> str:
    """Name the first step, and count the others: `usage` and 2 more."""
    more = len(parts) - 1
    return f"`{parts[0]}`{f' and {more} more' if more else ''}"


def _sentence(some: Sequence[Need]) -> str:
    rights = [need.right for need in some]
    what = str(replace(rights[0], verb=" or ".join(right.verb for right in rights)))
    lacks = f"can say less, without the right to {what}" if some[0].spare else f"may not {what}"
    return f"{named(_parts(some))} {lacks}. Add to the {rights[0].place}: {rule(rights)}."


def _object(right: Right) -> Right:
    return replace(right, verb="")


def _parts(some: Iterable[Need]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for need in some for part in need.parts))
