"""Which rights a line needs in the cluster, as RBAC sees its requests: told from its words, without asking."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from runbooks.kubectl.access import Right, of_request
from runbooks.kubectl.describers import EVENTLESS
from runbooks.kubectl.meant import Line, Meant
from runbooks.kubectl.refusals import VITAL
from runbooks.kubectl.well_known import type_of
from runbooks.kubectl.words import Command

PUBLIC = re.compile(r"/(?:(?:apis?|openapi)(?:/.*)?|(?:healthz|livez|readyz|version)/?)")
"""Addresses that every account may read (system:discovery, system:public-info-viewer)."""
SCALED = {("apps", "deployments"), ("apps", "replicasets"), ("apps", "statefulsets"), ("", "replicationcontrollers")}
BESIDE = {
    ("apps", "deployments"): (("apps", "replicasets"),),
    ("apps", "replicasets"): (("", "pods"),),
    ("apps", "statefulsets"): (("", "pods"),),
    ("apps", "daemonsets"): (("", "pods"),),
    ("", "persistentvolumeclaims"): (("", "pods"),),
    ("", "services"): (("discovery.k8s.io", "endpointslices"),),
    ("", "namespaces"): (("", "resourcequotas"), ("", "limitranges")),
    ("networking.k8s.io", "ingresses"): (("discovery.k8s.io", "endpointslices"),),
}
"""What describe lists beside an object."""


def rights_of(command: Command, *, namespace: str, folder: Path | None = None) -> tuple[Right, ...]:
    """Every right the line may need, in the order of its requests; Failed where its manifests cannot be read.

    `namespace` is the runbook's own, for lines that name none. What everybody may (reviews of oneself, what the server
    serves) is left out; what a preview looks at to warn, and the delete that takes a create back, are in it.
    """
    where = "" if command.flag("all-namespaces") else command.namespace or namespace
    found = NEEDS[command.verb](Line(command, where, folder)) if command.verb in NEEDS else ()
    return tuple(dict.fromkeys(right for right in found if not PUBLIC.fullmatch(right.path)))


def _read(found: Iterable[Meant], part: str = "") -> Iterator[Right]:
    """Get each by name, else list; a name that is not there is asked about its namespace."""
    for one in found:
        named = one.name or one.chosen
        yield one.right("get" if named or part else "list", part)
        if named and one.namespace and one.namespace != "default":
            yield Right("get", "", "namespaces", name=one.namespace, namespace=one.namespace)


def _get(line: Line) -> Iterator[Right]:
    if raw := line.command.flag("raw"):
        yield of_request("GET", str(raw))
    else:
        yield from _read(line.meant(), str(line.command.flag("subresource") or ""))


def _describe(line: Line) -> Iterator[Right]:
    for one in line.meant():
        yield from _read([one])
        yield one.every().right("list")
        yield from (one.beside(*kind) for kind in BESIDE.get(one.kind, ()))
        if one.kind == ("", "nodes"):
            yield Right("get", "coordination.k8s.io", "leases", name=one.name, namespace="kube-node-lease")
            yield Right("list", "", "pods")
        if one.kind == ("networking.k8s.io", "ingresses"):
            yield replace(one.beside("", "services"), verb="get")
        if line.command.flag("show-events", True) and one.kind not in EVENTLESS:
            yield one.beside("", "events")


def _of_pods(line: Line, part: str, verbs: Sequence[str]) -> Iterator[Right]:
    """What `logs` and `exec` ask: the pod, or the pods of a workload or a selector, and a part of each."""
    pods = line.pods()
    if not line.command.arguments:
        yield pods.right("list")
    else:
        kind, slash, name = line.command.arguments[0].partition("/")
        one = line.one(type_of(kind if slash else "pods"), name if slash else kind)
        yield from _read([one])
        if one.kind == ("", "pods"):
            pods = one
        else:
            yield pods.right("list")
    yield from (pods.right(verb, part) for verb in verbs)


def _logs(line: Line) -> Iterator[Right]:
    yield from _of_pods(line, "log", ["get"])


def _exec(line: Line) -> Iterator[Right]:
    yield from _of_pods(line, "exec", ["get", "create"])


def _events(line: Line) -> Iterator[Right]:
    yield line.one(type_of("events")).right("list")


def _top(line: Line, plural: str) -> Iterator[Right]:
    named = line.command.arguments[:1]
    one = line.one(type_of(plural), *named)
    verb = "get" if named else "list"
    yield replace(one.right(verb), group="metrics.k8s.io")
    yield one.right(verb) if plural == "nodes" else one.every().right("list")


def _revisions(line: Line) -> Iterator[Right]:
    for one in line.meant():
        yield from _read([one])
        yield one.beside("apps", "replicasets" if one.resource.plural == "deployments" else "controllerrevisions")


def _followed(line: Line) -> Iterator[Right]:
    """Read each, and watch it."""
    found = line.meant()
    yield from _read(found)
    yield from (one.right("watch") for one in found)


def _patched(line: Line, found: Sequence[Meant] | None = None, part: str = "") -> Iterator[Right]:
    """Read each and patch it; the preview looks for what sets replicas again, and for quotas."""
    found = line.meant() if found is None else found
    yield from _read(found, "" if part == "scale" else part)
    for one in found:
        yield one.right("patch", part)
        if one.kind in SCALED and line.command.verb in {"scale", "patch", "apply", "set resources"}:
            yield one.beside("autoscaling", "horizontalpodautoscalers")
            yield one.beside("", "resourcequotas")


def _rolled(line: Line) -> Iterator[Right]:
    """Patch it, and follow the rollout."""
    yield from _patched(line)
    yield from (one.right("watch") for one in line.meant())


def _undone(line: Line) -> Iterator[Right]:
    yield from _revisions(line)
    yield from _rolled(line)


def _scaled(line: Line) -> Iterator[Right]:
    found = line.meant()
    yield from _patched(line, found, "scale")
    yield from (one.right("watch") for one in found)
    expected = (line.command.flag("current-replicas") or -1) >= 0
    for one in found:
        if expected or line.command.flag("timeout"):
            yield one.right("get", "scale")
        if expected:
            yield one.right("update", "scale")


def _set(line: Line) -> Iterator[Right]:
    arguments = _resources(line)
    found = line.meant(arguments[:-1] if line.command.verb == "set serviceaccount" else arguments)
    if line.command.flag("list"):
        yield from _read(found)
        return
    yield from _patched(line, found)
    yield from (one.right("watch") for one in found)
    if source := line.command.flag("from"):
        yield from _read(line.meant([str(source)]))


def _resources(line: Line) -> list[str]:
    """The arguments before `key=value` and `key-`."""
    return [one for one in line.command.arguments if not {"=", ":"} & set(one) and not one.endswith("-")]


def _labelled(line: Line) -> Iterator[Right]:
    found = line.meant(_resources(line))
    yield from _read(found) if line.command.flag("list") else _patched(line, found)


def _patch(line: Line) -> Iterator[Right]:
    yield from _patched(line, part=str(line.command.flag("subresource") or ""))


def _deleted(line: Line, found: Sequence[Meant] | None = None) -> Iterator[Right]:
    """The preview reads what will go; afterwards it is waited for."""
    found = line.meant() if found is None else found
    yield from _read(found)
    for one in found:
        yield one.right("delete")
        if line.command.flag("wait", True):
            yield one.right("get")
            yield one.right("watch")


def _created(line: Line, found: Sequence[Meant]) -> Iterator[Right]:
    """A name cannot limit a create; what was made can be taken back, unless it is nothing to delete."""
    for one in found:
        yield one.every().right("create")
        if one.resource.plural not in VITAL:
            yield from _deleted(line, [one])


def _create(line: Line) -> Iterator[Right]:
    yield from _created(line, line.meant())


def _create_of(plural: str) -> "Rights":
    def found(line: Line) -> Iterator[Right]:
        if source := line.command.flag("from"):
            yield from _read(line.meant([str(source)]))
        yield from _created(line, [line.one(type_of(plural), name) for name in line.command.arguments[:1]])

    return found


def _apply(line: Line) -> Iterator[Right]:
    found = line.meant()
    yield from _patched(line, found)
    yield from _created(line, found)


def _cordoned(line: Line) -> Iterator[Right]:
    names = [one.removeprefix("node/").removeprefix("nodes/") for one in line.command.arguments] or [""]
    yield from _patched(line, [line.one(type_of("nodes"), name) for name in names])


def _tainted(line: Line) -> Iterator[Right]:
    names = [] if line.command.flag("all") or line.command.flag("selector") else _resources(line)[1:]
    yield from _patched(line, [line.one(type_of("nodes"), name) for name in names or [""]])


def _drained(line: Line) -> Iterator[Right]:
    yield from _cordoned(line)
    pods = Meant(type_of("pods"))
    yield from (pods.right(verb) for verb in ("list", "get", "watch"))
    yield pods.right("create", "eviction")
    yield Meant(type_of("daemonsets")).right("get")


def _cluster_info(_: Line) -> Iterator[Right]:
    yield Right("list", "", "services", namespace="kube-system")


Rights = Callable[[Line], Iterable[Right]]
NEEDS: dict[str, Rights] = {
    "annotate": _labelled,
    "apply": _apply,
    "cluster-info": _cluster_info,
    "cordon": _cordoned,
    "create": _create,
    "create configmap": _create_of("configmaps"),
    "create deployment": _create_of("deployments"),
    "create job": _create_of("jobs"),
    "create namespace": _create_of("namespaces"),
    "delete": _deleted,
    "describe": _describe,
    "drain": _drained,
    "events": _events,
    "exec": _exec,
    "get": _get,
    "label": _labelled,
    "logs": _logs,
    "patch": _patch,
    "rollout history": _revisions,
    "rollout pause": _patched,
    "rollout restart": _rolled,
    "rollout resume": _rolled,
    "rollout status": _followed,
    "rollout undo": _undone,
    "scale": _scaled,
    "set env": _set,
    "set image": _set,
    "set resources": _set,
    "set selector": _set,
    "set serviceaccount": _set,
    "taint": _tainted,
    "top node": lambda line: _top(line, "nodes"),
    "top pod": lambda line: _top(line, "pods"),
    "uncordon": _cordoned,
    "wait": _followed,
}
"""The others (version, api-resources, api-versions, auth can-i, auth whoami) ask what everybody may."""
