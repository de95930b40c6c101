"""A runbook's rights as Roles, ClusterRoles and their bindings, in YAML for `kubectl apply`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from runbooks.kubectl.access import Right
from runbooks.model import Runbook
from runbooks.rights import Need, beyond, elsewhere, to_diagnose, to_mitigate

ACCOUNT = ("muster", "muster")
"""The namespace and name of Muster's ServiceAccount, as in deploy/clusterrole.yaml."""
_API = "rbac.authorization.k8s.io"
_SHOWN = 3
_PLAIN = re.compile(r"[a-z][a-z0-9./-]*")
_YAML = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


@dataclass(frozen=True)
class _Rule:
    """A rule of a role: the product of its lists, and no more than was asked for."""

    group: str
    resources: tuple[str, ...]
    names: tuple[str, ...]
    verbs: tuple[str, ...]
    paths: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def roles(runbook: Runbook, cluster: str = "") -> str:
    """Write all roles of a runbook in a cluster: to diagnose, and what its mitigations need beyond that."""
    looking = to_diagnose(runbook, cluster)
    doing = beyond(to_mitigate(runbook, cluster), looking)
    where = f"in the cluster {cluster}" if cluster else "in the cluster"
    told = [f"# What {runbook.service}'s own lines need {where}, and no more: written by `muster lint --rights`."]
    if not cluster:
        told += [f"# `muster lint --rights --cluster {one}` writes those for there." for one in elsewhere(runbook)]
    documents = [*_documents(runbook, "diagnose", looking), *_documents(runbook, "mitigate", doing)]
    head = "\n".join(told if documents else [*told, "# They need nothing there."])
    return "\n---\n".join([head, *documents]) + "\n"


def _documents(runbook: Runbook, purpose: str, needs: Sequence[Need]) -> Iterator[str]:
    """A role and its binding for each namespace, and for the whole cluster."""
    name = f"muster-{runbook.service}-{purpose}"
    ordered = sorted(needs, key=lambda need: need.right.namespace)
    for namespace, some in groupby(ordered, key=lambda need: need.right.namespace):
        kind = "Role" if namespace else "ClusterRole"
        metadata = f"metadata: {{name: {name}{f', namespace: {namespace}' if namespace else ''}}}"
        head = f"apiVersion: {_API}/v1\nkind: {kind}"
        yield "\n".join([head, metadata, "rules:", *(line for one in _rules(some) for line in _written(one))])
        reference = f"roleRef: {{apiGroup: {_API}, kind: {kind}, name: {name}}}"
        place, account = ACCOUNT
        subjects = f"subjects: [{{kind: ServiceAccount, name: {account}, namespace: {place}}}]"
        yield "\n".join([f"{head}Binding", metadata, reference, subjects])


def _rules(needs: Iterable[Need]) -> list[_Rule]:
    """Put together what differs in its verbs, then in its types, then in its names."""
    rules = [_rule(need) for need in sorted(needs, key=lambda need: _order(need.right))]
    for field in ("verbs", "resources", "names"):
        merged: dict[object, _Rule] = {}
        for one in rules:
            key = _with(one, {"parts": (), "words": (), field: ()})
            known = merged.get(key)
            merged[key] = one if known is None else _both(known, one, field)
        rules = list(merged.values())
    return rules


def _order(right: Right) -> tuple[str, ...]:
    return right.path, right.group, right.resource, right.part, right.name, right.verb


def _rule(need: Need) -> _Rule:
    right = need.right
    if right.path:
        return _Rule("", (), (), (right.verb,), (right.path,), need.parts)
    names = (right.name,) if right.name else ()
    words = (right.word,) if right.word else ()
    return _Rule(right.group, (right.written,), names, (right.verb,), (), need.parts, words)


def _both(one: _Rule, two: _Rule, field: str) -> _Rule:
    parts, words = (tuple(dict.fromkeys((*x, *y))) for x, y in ((one.parts, two.parts), (one.words, two.words)))
    values = tuple(dict.fromkeys((*getattr(one, field), *getattr(two, field))))
    return _with(one, {"parts": parts, "words": words, field: values})


def _with(one: _Rule, changes: Mapping[str, Any]) -> _Rule:
    """Change fields that are named when it runs, which types cannot follow."""
    return replace(one, **changes)


def _written(one: _Rule) -> Iterator[str]:
    more = len(one.parts) - _SHOWN
    yield f"  # {', '.join(one.parts[:_SHOWN])}{f' and {more} more' if more > 0 else ''}"
    for word in one.words:
        yield f"  # unknown until asked: `kubectl api-resources` tells the group and the plural of {word}"
    if one.paths:
        yield f"  - nonResourceURLs: {_listed(one.paths)}"
    else:
        yield f"  - apiGroups: {_listed([one.group])}"
        yield f"    resources: {_listed(one.resources)}"
    if one.names:
        yield f"    resourceNames: {_listed(one.names)}"
    yield f"    verbs: {_listed(one.verbs)}"


def _listed(words: Iterable[str]) -> str:
    return f"[{', '.join(_word(one) for one in words)}]"


def _word(word: str) -> str:
    return word if _PLAIN.fullmatch(word) and word not in _YAML else f'"{word}"'
