"""What is wrong with pods: they crash, find no node, are put out, cannot start, are not ready."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from runbooks.signs.finding import Around, Finding, Level, Remedy
from runbooks.signs.memory import next_limit
from runbooks.signs.pods import Container, Pod, each_container

ORDINARY = {"", "ContainerCreating", "PodInitializing"}
"""What every container waits for in its first seconds."""
CRASHED = {"CrashLoopBackOff", "Error", "RunContainerError", "StartError", "ContainerCannotRun"}
NO_IMAGE = {
    "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable",
    "ImageInspectError", "SignatureValidationFailed",
}  # fmt: skip
YOUNG = timedelta(seconds=60)
_MANY_RESTARTS = 3
_MANY_WITHIN = timedelta(days=1)
_WHY = tuple(
    (re.compile(part), said)
    for part, said in (
        ("insufficient memory", "too little memory is free"),
        ("insufficient cpu", "too little CPU is free"),
        ("insufficient ephemeral-storage", "too little disk is free"),
        (r"insufficient (?!memory|cpu|ephemeral-storage)([\w./-]*\w)", "too little {} is free"),
        ("memory-pressure", "the nodes are short of memory"),
        ("disk-pressure", "the nodes are short of disk"),
        ("unbound immediate persistentvolumeclaims", "its volume claim is not bound"),
        ('persistentvolumeclaim "', "its volume claim is not there"),
        ("volume node affinity conflict", "its volume is where no node is free"),
        ("max volume count", "the nodes have all the volumes they can"),
        ("unschedulable", "nodes take no new pods (cordoned)"),
        ("unreachable", "nodes do not answer"),
        ("untolerated taint", "nodes have taints that it does not bear"),
        ("didn't have free ports", "its port is taken on the nodes"),
        ("topology spread", "it would not be spread as it has to be"),
        ("didn't match (?!pod topology spread)", "no node fits its selector or affinity"),
        ("too many pods", "the nodes are full of pods"),
    )
)
Finder = Callable[[Sequence[Pod], Around], Iterator[Finding]]


def crash_looping(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods whose containers start and die again and again."""
    for pod, one in each_container(pods):
        if one.waiting == "CrashLoopBackOff" or _crashes(pod, one, around):
            died = f", last with exit code {one.exit_code}" if one.exit_code is not None else ""
            why = " (killed for memory)" if one.ended == "OOMKilled" else ""
            last = f": “{_last_line(one.said)}”" if one.said.strip() else ""
            said = f"{pod.name} crash-loops: {_times(one.restarts)}{died}{why}{last}"
            yield Finding("bad", pod.name, said, remedies=_against(pod, one.name, one.ended == "OOMKilled"))


def _crashes(pod: Pod, one: Container, around: Around) -> bool:
    """Whether it is between two crashes; what runs again since long is not ready for another reason."""
    between = one.ended in CRASHED and one.restarts > 0 and not (one.ready or pod.over)
    return between and (not one.running or around.lately(one.ended_at))


def _against(pod: Pod, container: str, memory: bool) -> tuple[Remedy, ...]:
    if not memory:
        return Remedy("undo", pod.name), Remedy("restart", pod.name)
    limit = pod.limits.get(container, "")
    raised = {"memory": next_limit(limit), "from": limit} if limit else {}
    return Remedy("memory", pod.name, raised), Remedy("scale", pod.name)


def oom_killed(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find containers that were killed lately because they used more memory than they may."""
    for pod, one in each_container(pods):
        serves = one.ready or one.running or pod.over
        if one.ended != "OOMKilled" or (serves and not around.lately(one.ended_at)):
            continue
        limit = pod.limits.get(one.name, "")
        of = f" (limit {limit})" if limit else ""
        when = f" {around.when(one.ended_at)}" if one.ended_at else ""
        said = f"{pod.name} was killed for memory{of}{when}; {_times(one.restarts)} so far"
        yield Finding("bad", pod.name, said, remedies=_against(pod, one.name, memory=True))


def image_pull(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods whose image cannot be fetched."""
    for pod, one in each_container(pods):
        if one.waiting in NO_IMAGE:
            detail = f": {_image_problem(one.message)}" if one.message else ""
            said = f"{pod.name} cannot fetch its image ({one.waiting}){detail}"
            yield Finding("bad", pod.name, said, remedies=(Remedy("undo", pod.name),))


def not_ready(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods that should serve and do not, as one finding; those that cannot start; and those that failed."""
    serving = [pod for pod in pods if not (pod.over or pod.deleting or pod.gated)]
    waiting = [pod for pod in serving if not pod.ready]
    stuck = [pod for pod in waiting if pod.created is None or around.now - pod.created > YOUNG or _broken(pod)]
    if stuck:
        names = ", ".join(pod.name for pod in stuck[:3]) + (" …" if len(stuck) > len(stuck[:3]) else "")
        level: Level = "bad" if len(stuck) * 2 >= len(serving) else "warning"
        one = Remedy("delete-pod", stuck[0].name, {"pod": stuck[0].name})
        which = f" ({stuck[0].name})" if len(stuck) == 1 else ""
        said = f"{len(stuck)} of {len(serving)} pods {'is' if len(stuck) == 1 else 'are'} not ready{which}"
        yield Finding(level, names, said, remedies=() if level == "bad" else (one,))
    for pod, container in each_container(waiting):
        if container.waiting not in ORDINARY | NO_IMAGE | {"CrashLoopBackOff"}:
            why = f": {container.message[:150]}" if container.message else ""
            said = f"{pod.name} cannot start ({container.waiting}){why}"
            yield Finding("bad", pod.name, said, remedies=(Remedy("undo", pod.name),))
    yield from _failed(pods, around)


def _failed(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods that failed of late for good; a Job whose next try went well has mended itself."""
    mended = {pod.job for pod in pods if pod.job and pod.phase == "Succeeded"}
    for pod in pods:
        if pod.phase != "Failed" or pod.evicted or pod.deleting or pod.job in mended or not around.lately(pod.changed):
            continue
        code = next((one.exit_code for one in pod.containers if one.exit_code), None)
        why = pod.message.rstrip(".")[:120] or (f"exit code {code}" if code is not None else pod.reason)
        yield Finding("warning", pod.name, f"{pod.name} has failed and is not started again{f': {why}' if why else ''}")


def pending(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods that find no node; those with the same reason are one finding."""
    why: dict[str, list[Pod]] = {}
    for pod in pods:
        if pod.unschedulable and not (pod.deleting or pod.over):
            why.setdefault(no_node(pod.unschedulable), []).append(pod)
    for reason, some in why.items():
        more = f" and {len(some) - 1} more find" if len(some) > 1 else " finds"
        yield Finding("bad", some[0].name, f"{some[0].name}{more} no node: {reason}")


def no_node(message: str) -> str:
    """Say why the scheduler found no node, in words; its own where they are not known."""
    low = message.lower()
    low = low.partition("preemption:")[0] or low
    known = [said.format(*found.groups()) for part, said in _WHY for found in part.finditer(low)]
    return ", ".join(dict.fromkeys(known)) if known else message[:150]


def evicted(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find pods that a node has put out lately, as one finding."""
    out = [pod for pod in pods if pod.evicted and around.lately(pod.changed)]
    if out:
        why = next((pod.message for pod in out if pod.message), "")
        count = f"{len(out)} pods were" if len(out) > 1 else f"{out[0].name} was"
        nodes = ", ".join(sorted({pod.node for pod in out if pod.node})[:3])
        said = f"{count} evicted{f' from {nodes}' if nodes else ''}{f': {_sentence(why)}' if why else ''}"
        yield Finding("bad", out[0].name, said)


def restarts(pods: Sequence[Pod], around: Around) -> Iterator[Finding]:
    """Find containers that run now, and restarted lately or often."""
    for pod, one in each_container(pods):
        if one.waiting or not one.restarts or one.ended == "Completed" or pod.over:
            continue
        if one.ended_at is not None and around.lately(one.ended_at):
            code = f", exit code {one.exit_code}" if one.exit_code else ""
            said = f"{pod.name} restarted {around.when(one.ended_at)} ({_times(one.restarts)} so far{code})"
            yield Finding("warning", pod.name, said)
        elif one.ended_at is None and one.restarts >= _MANY_RESTARTS and around.lately(pod.created, _MANY_WITHIN):
            yield Finding("warning", pod.name, f"{pod.name} has restarted {one.restarts} times")


def _broken(pod: Pod) -> bool:
    return any(one.waiting not in ORDINARY or one.restarts for one in pod.containers)


def _image_problem(message: str) -> str:
    """Keep what matters of a registry's long sentence: which image, and that it is not there."""
    image = re.search(r'image "([^"]+)"', message)
    reason = message.rpartition(": ")[2][:80]
    if image is None:
        return message[:150]
    name = image[1].rpartition("/")[2]
    return name if "image" in reason else f"{name}: {reason}"


def _sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")[:120]


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1].strip()[:120]


def _times(count: int) -> str:
    return f"{count} restart{'' if count == 1 else 's'}"


FINDERS: dict[str, Finder] = {
    "crash-looping": crash_looping,
    "not-ready": not_ready,
    "oom-killed": oom_killed,
    "image-pull": image_pull,
    "restarts": restarts,
    "pending": pending,
    "evicted": evicted,
}
