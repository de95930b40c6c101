"""Which pods a workload's name means, and which container of a pod, as `logs` and `exec` choose them."""

from typing import Any

from runbooks.kubectl.objects_text import go_type
from runbooks.kubectl.pods import container_list, containers, ephemeral_containers, init_containers, name_of
from runbooks.kubectl.running import Run, segment
from runbooks.kubectl.selectors import selector_of
from runbooks.kubectl.words import Failed

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


async def pods_of(run: Run, one: dict[str, Any], doing: str) -> list[dict[str, Any]]:
    """The pods of a workload or service, by its selector; `doing` is what could not be done with one that has none."""
    selector = selector_of(one)
    if selector is None:
        raise Failed(f"error: cannot {doing} {go_type(one)}: selector for {go_type(one)} not implemented\n")
    path = f"/api/v1/namespaces/{segment(run.namespace)}/pods"
    found = list((await run.read_list(path, [("labelSelector", selector)])).get("items") or [])
    if not found:
        raise Failed("error: timed out waiting for the condition\n")
    return found


def container_of(run: Run, pod: dict[str, Any], chosen: str, *, quiet: bool = False) -> str:
    """The container a line names, else the pod's default, else its first; which one is said unless `quiet`."""
    every = [*init_containers(pod), *containers(pod), *ephemeral_containers(pod)]
    if chosen:
        if chosen not in every:
            valid = f"{name_of(pod)} out of: {container_list(pod)}"
            raise Failed(f"error: container {chosen} is not valid for pod {valid}\n")
        return chosen
    annotated = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER)
    if annotated in every:
        return str(annotated)
    first = containers(pod)[0]
    if len(every) > 1 and not quiet:
        run.warn(f'Defaulted container "{first}" out of: {container_list(pod)}')
    return first
