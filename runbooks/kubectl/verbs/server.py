"""`kubectl version|api-resources|api-versions`: what this server is and serves."""

import json
import re
from importlib.metadata import version as installed
from typing import Any

from runbooks.kubectl.discovery import Resource
from runbooks.kubectl.jsonpath import go_value
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.running import Run
from runbooks.kubectl.tables import columns
from runbooks.kubectl.words import Failed

CLIENT = {
    "major": "1",
    "minor": "36",
    "gitVersion": "v1.36.4",
    "gitCommit": "bb826b1d48562f110659e64e8ec444327433db95",
    "gitTreeState": "clean",
    "buildDate": "2026-09-29T20:03:31Z",
    "goVersion": "go1.27.1",
    "compiler": "gc",
    "platform": "linux/amd64",
}
KUSTOMIZE = "v5.8.1"
ORDER = (
    "major", "minor", "emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor",
    "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform",
)  # fmt: skip


async def version(run: Run) -> None:
    """The client is the kubectl whose words are spoken here; a note says that none is run."""
    output = run.command.flag("output")
    if run.command.arguments:
        raise Failed(f"error: extra arguments: {go_value(list(run.command.arguments))}\n")
    if output not in {None, "", "json", "yaml"}:
        raise Failed("error: --output must be 'yaml' or 'json'\n")
    server = {} if run.command.flag("client") else await run.read("/version")
    run.note(f"no kubectl is run: Muster {installed('muster')} answers as kubectl {CLIENT['gitVersion']} would")
    told = {"clientVersion": CLIENT, "kustomizeVersion": KUSTOMIZE}
    if server:
        told["serverVersion"] = {key: server[key] for key in ORDER if key in server}
    if output == "json":
        run.out.append(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    elif output == "yaml":
        run.out.append(as_yaml(told) + "\n")
    else:
        run.say(f"Client Version: {CLIENT['gitVersion']}\nKustomize Version: {KUSTOMIZE}")
        if server:
            run.say(f"Server Version: {server.get('gitVersion', 'unknown')}")
    _skewed(run, server)


def _skewed(run: Run, server: dict[str, Any]) -> None:
    minor = re.match(r"\d+", str(server.get("minor", "")))
    if minor and abs(int(minor[0]) - int(CLIENT["minor"])) > 1:
        ours, theirs = (f"{one['major']}.{one['minor'].rstrip('+')}" for one in (CLIENT, server))
        run.warn(
            f"WARNING: version difference between client ({ours}) and server ({theirs}) exceeds the supported minor"
            " version skew of +/-1"
        )


async def api_resources(run: Run) -> None:
    flag = run.command.flag
    _check_listing(run)
    if flag("sort-by") not in {None, "", "name", "kind"}:
        raise Failed("error: --sort-by accepts only name or kind\n")
    if flag("output") not in {None, "", "wide", "name"}:
        raise Failed(f"error: --output {flag('output')} is not available\n")
    found = [one for one in (await run.types(fresh=True)).resources if one.preferred and one.verbs and _asked(run, one)]
    key = {"kind": lambda one: one.kind, "name": lambda one: one.plural}.get(str(flag("sort-by")))
    found.sort(key=key or (lambda one: (one.group, one.plural)))
    if flag("output") == "name":
        run.out += [f"{one.full}\n" for one in found]
        return
    rows = [_row(one, wide=flag("output") == "wide") for one in found]
    header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    header += ["VERBS", "CATEGORIES"] if flag("output") == "wide" else []
    run.out.append(columns(rows if flag("no-headers") else [header, *rows]))


def _asked(run: Run, one: Resource) -> bool:
    flag = run.command.flag
    return (
        (flag("api-group") is None or one.group == flag("api-group"))
        and (flag("namespaced") is None or one.namespaced == flag("namespaced"))
        and set(flag("verbs") or ()) <= set(one.verbs)
        and set(flag("categories") or ()) <= set(one.categories)
    )


def _row(one: Resource, *, wide: bool) -> list[str]:
    row = [one.plural, ",".join(one.short_names), one.api_version, str(one.namespaced).lower(), one.kind]
    return [*row, ",".join(one.verbs), ",".join(one.categories)] if wide else row


def _check_listing(run: Run) -> None:
    if run.command.arguments:
        verb, extra = run.command.verb, go_value(list(run.command.arguments))
        raise Failed(f"error: unexpected arguments: {extra}\nSee 'kubectl {verb} -h' for help and examples\n")


async def api_versions(run: Run) -> None:
    _check_listing(run)
    found = {one.api_version for one in (await run.types(fresh=True)).resources}
    run.out += [f"{one}\n" for one in sorted(found)]


async def cluster_info(run: Run) -> None:
    """Where the control plane is, and the cluster's own services."""
    path, label = "/api/v1/namespaces/kube-system/services", "kubernetes.io/cluster-service=true"
    found = (await run.read_list(path, [("labelSelector", label)])).get("items") or []
    run.say(f"Kubernetes control plane is running at {run.cluster.host}")
    for one in found:
        labels = one["metadata"].get("labels") or {}
        run.say(f"{labels.get('kubernetes.io/name') or one['metadata']['name']} is running at {_link(run, one)}")
    run.say("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")


def _link(run: Run, one: dict[str, Any]) -> str:
    """A service's address behind a load balancer, else through the API server."""
    ports = (one.get("spec") or {}).get("ports") or []
    balanced = ((one.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    if balanced:
        address = balanced[0].get("ip") or balanced[0].get("hostname")
        return " ".join(f"http://{address}:{port['port']}" for port in ports)
    name = one["metadata"]["name"]
    if ports:
        secure = ports[0].get("name") == "https" or ports[0].get("port") == 443
        name = f"{'https:' if secure else ''}{name}:{ports[0].get('name', '')}"
        name = name.removesuffix(":") if not secure else name
    return f"{run.cluster.host}/api/v1/namespaces/{one['metadata']['namespace']}/services/{name}/proxy"
