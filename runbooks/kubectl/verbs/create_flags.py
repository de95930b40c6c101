"""`kubectl create configmap|job|namespace|deployment`: new objects made of flags."""

import re
from typing import Any

from runbooks.kubectl.changing import said
from runbooks.kubectl.go_order import in_go_order
from runbooks.kubectl.jsonpath import go_json
from runbooks.kubectl.objects_text import go_type
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.targets import Target, fetch, resource
from runbooks.kubectl.words import Failed

STRICT = [("fieldValidation", "Strict")]
EMPTY: dict[str, dict[str, Any]] = {
    "Namespace": {"spec": {}, "status": {}},
    "Deployment": {"status": {}},
    "Job": {"status": {}},
}
Thing = dict[str, Any]


async def create_configmap(run: Run) -> None:
    name = _name(run)
    data: dict[str, str] = {}
    for literal in run.command.flag("from-literal") or []:
        key, equals, value = literal.partition("=")
        if not equals or not key:
            raise Failed(f"error: invalid literal source {literal}, expected key=value\n")
        if not re.fullmatch(r"[-._a-zA-Z0-9]+", key):
            raise Failed(f'error: "{key}" is not a valid key name for a ConfigMap\n')
        if key in data:
            raise Failed(
                f'error: cannot add key "{key}", another key by that name already exists in Data for ConfigMap\n'
            )
        data[key] = value
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **({"data": data} if data else {})}
    await _create(run, "configmaps", made, "failed to create configmap: ")


async def create_namespace(run: Run) -> None:
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _name(run)}}
    await _create(run, "namespaces", made)


async def create_deployment(run: Run) -> None:
    name, flag = _name(run), run.command.flag
    images = flag("image") or []
    if not images:
        raise Failed('error: required flag(s) "image" not set\n')
    if len(images) > 1 and run.command.program:
        raise Failed("error: cannot specify multiple --image options and command\n")
    containers: list[Thing] = [{"image": image, "name": _container(image), "resources": {}} for image in images]
    if run.command.program:
        containers[0]["command"] = list(run.command.program)
    if flag("port") is not None:
        containers[0]["ports"] = [{"containerPort": flag("port")}]
    labels = {"app": name}
    spec = {
        "replicas": flag("replicas"),
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"labels": labels, "name": name}, "spec": spec}
    await _create(run, "deployments.apps", made, "failed to create deployment: ")


async def create_job(run: Run) -> None:
    """Of an image, or of a CronJob: its next run, now."""
    name, image, source = _name(run), run.command.flag("image"), run.command.flag("from")
    if not image and not source:
        raise Failed("error: either --image or --from must be specified\n")
    if source and (image or run.command.program):
        raise Failed("error: cannot specify --image or command with --from\n")
    made = await _from_cron_job(run, name, str(source)) if source else _job(run, name, str(image))
    await _create(run, "jobs.batch", made, "failed to create job: ")


def _job(run: Run, name: str, image: str) -> Thing:
    container: Thing = {"image": image, "name": name, "resources": {}}
    if run.command.program:
        container["command"] = list(run.command.program)
    template = {"metadata": {}, "spec": {"containers": [container], "restartPolicy": "Never"}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": template}}


async def _from_cron_job(run: Run, name: str, source: str) -> Thing:
    kind, _, wanted = source.partition("/")
    if not wanted:
        raise Failed("error: --from names a CronJob, such as cronjob/backup\n")
    type_ = await resource(run, kind)
    cron = await fetch(run, Target(type_, wanted))
    if cron.get("kind") != "CronJob":
        raise Failed(f"error: unknown object type {go_type(cron)}\n")
    template = cron["spec"]["jobTemplate"]
    known = template.get("metadata") or {}
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": wanted, "uid": cron["metadata"].get("uid", "")}
    metadata: Thing = {
        "name": name,
        "annotations": {"cronjob.kubernetes.io/instantiate": "manual", **(known.get("annotations") or {})},
        "ownerReferences": [{**owner, "controller": True}],
    }
    if known.get("labels"):
        metadata["labels"] = known["labels"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def _name(run: Run) -> str:
    if len(run.command.arguments) != 1:
        verb = run.command.verb
        problem = f"error: exactly one NAME is required, got {len(run.command.arguments)}"
        raise Failed(f"{problem}\nSee 'kubectl {verb} -h' for help and examples\n")
    return run.command.arguments[0]


def _container(image: str) -> str:
    """The name kubectl gives the container of an image."""
    base = image.rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]
    return re.sub(r"[^-a-z0-9]", "-", base.lower()).strip("-")


async def _create(run: Run, type_: str, made: Thing, problem: str = "") -> None:
    kind = await resource(run, type_)
    if kind.namespaced:
        made["metadata"]["namespace"] = run.namespace
    if run.command.flag("dry-run") == "client":
        _said(run, {**made, **EMPTY.get(kind.kind, {})})
        return
    path = kind.path(segment(run.namespace) if kind.namespaced else None)
    try:
        after = await run.change("POST", path, made, manager="kubectl-create", query=STRICT)
    except Denied as error:
        if not problem or error.code == 401:
            raise
        raise Failed(f"error: {problem}{error.message}\n") from error
    run.changed.append(({}, after))
    _said(run, after)


def _said(run: Run, one: Thing) -> None:
    """kubectl prints these from Go's structs: JSON in their order, and what is empty as empty."""
    if run.command.flag("output") == "json":
        run.out.append(go_json(in_go_order(one), indent=4, ordered=True) + "\n")
    else:
        said(run, one, "created")
