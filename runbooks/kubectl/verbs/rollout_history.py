"""`kubectl rollout history`: the revisions of a workload, and what one of them looked like."""

from typing import Any

from runbooks.kubectl.go_order import in_go_order
from runbooks.kubectl.jsonpath import go_json
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.pod_template import template_text
from runbooks.kubectl.printing import object_name
from runbooks.kubectl.revisions import CAUSE, annotations, controller_revisions, number, replica_sets
from runbooks.kubectl.rollout_sentences import VISITED, full_kind, without_visitor
from runbooks.kubectl.running import Run
from runbooks.kubectl.tables import columns
from runbooks.kubectl.targets import found_objects
from runbooks.kubectl.words import Failed

History = dict[int, dict[str, Any]]


async def rollout_history(run: Run) -> None:
    if not run.command.arguments:
        raise Failed("error: required resource not specified\n")
    for _, one in await found_objects(run, run.command.arguments):
        run.objects.append(one)
        try:
            await _one(run, one)
        except Failed as error:
            run.fail(error.stderr.removesuffix("\n"))


async def _one(run: Run, one: dict[str, Any]) -> None:
    history = await history_of(run, one)
    asked = run.command.flag("revision") or 0
    if asked < 0:
        raise Failed(f"error: revision must be a positive integer: {asked}\n")
    if asked and asked not in history:
        raise Failed("error: unable to find the specified revision\n")
    if run.command.flag("output"):
        _as_object(run, history, asked)
    elif asked:
        run.say(f"{object_name(one)} with revision #{asked}\n{template_text(_template(one, history[asked]))}")
    else:
        run.say(f"{object_name(one)} \n{_listed(history)}")


async def history_of(run: Run, one: dict[str, Any]) -> History:
    """Revision number -> ReplicaSet or ControllerRevision."""
    if one.get("kind") == "Deployment":
        found = await replica_sets(run, one)
        run.objects += found
        return {n: each for each in found if (n := number(each)) is not None}
    if one.get("kind") in {"StatefulSet", "DaemonSet"}:
        found = await controller_revisions(run, one)
        run.objects += [{"kind": "ControllerRevision", **each} for each in found]
        return {each["revision"]: each for each in found}
    if one.get("kind") not in VISITED:
        raise Failed(without_visitor(one, "history"))
    raise Failed(f'error: no history viewer has been implemented for "{full_kind(one)}"\n')


def _listed(history: History) -> str:
    if not history:
        return "No rollout history found.\n"
    rows = [[str(n), annotations(history[n]).get(CAUSE) or "<none>"] for n in sorted(history)]
    return columns([["REVISION", "CHANGE-CAUSE"], *rows], least=0, gap=2)


def _template(one: dict[str, Any], revision: dict[str, Any]) -> dict[str, Any]:
    if one.get("kind") != "Deployment":
        return ((revision.get("data") or {}).get("spec") or {}).get("template") or {}
    template: dict[str, Any] = dict(revision["spec"]["template"])
    cause = annotations(revision).get(CAUSE)
    if cause:
        metadata = dict(template.get("metadata") or {})
        metadata["annotations"] = {**(metadata.get("annotations") or {}), CAUSE: cause}
        template["metadata"] = metadata
    return template


def _json(one: dict[str, Any]) -> str:
    return go_json(in_go_order(one), indent=4, ordered=True) + "\n"


def _as_object(run: Run, history: History, asked: int) -> None:
    write = _json if run.command.flag("output") == "json" else as_yaml
    shown = [history[asked]] if asked else [history[n] for n in sorted(history)]
    run.out.append("---\n".join(write(one) for one in shown) if write is as_yaml else "".join(map(write, shown)))
