"""`/log`: a container's lines, with the options that kubectl sends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked, truth
from sandbox.cluster.clock import micro_stamp, moment_of
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.containers import Container, Step
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import Object, name_of
from sandbox.cluster.programs import Run

FOLLOW_EVERY = 0.25
NO_IMAGE = {"ErrImagePull", "ImagePullBackOff"}


@dataclass(frozen=True)
class Wish:
    """The options of a log request."""

    tail: int | None
    since: float | None
    limit: int | None
    timestamps: bool
    previous: bool
    follow: bool


def wish_of(asked: Asked, now: float) -> Wish:
    """Read the options; a 400 or 422 when one is no number."""
    query = asked.query
    if "sinceSeconds" in query and "sinceTime" in query:
        message = "sinceTime: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        raise faults.Fault(422, "Invalid", f'PodLogOptions "" is invalid: {message}', {})
    since = now - seconds if (seconds := _number(asked, "sinceSeconds", 1)) is not None else None
    if "sinceTime" in query:
        try:
            since = moment_of(query["sinceTime"])
        except ValueError:
            raise faults.bad_request(f'parsing time "{query["sinceTime"]}"') from None
    return Wish(
        _number(asked, "tailLines", 0), since, _number(asked, "limitBytes", 1), truth(query.get("timestamps")),
        truth(query.get("previous")), truth(query.get("follow")),
    )  # fmt: skip


def _number(asked: Asked, word: str, least: int) -> int | None:
    text = asked.query.get(word)
    if text is None:
        return None
    if not text.lstrip("-").isdigit():
        raise faults.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if int(text) < least:
        told = f"{word}: Invalid value: {text}: must be greater than {'or equal to 0' if least == 0 else '0'}"
        raise faults.Fault(422, "Invalid", f'PodLogOptions "" is invalid: {told}', {})
    return int(text)


def container_of(asked: Asked, cluster: Cluster) -> tuple[Object, str, Container | None]:
    """Find the container that is meant, and its name; None where the kubelet has not seen the pod yet."""
    pod = cluster.store.need(PODS, asked.target.namespace, asked.target.name)
    names = [one["name"] for one in pod["spec"]["containers"]]
    name = asked.query.get("container", "")
    if not name and len(names) > 1:
        choices = " ".join(names)
        told = f"a container name must be specified for pod {name_of(pod)}, choose one of: [{choices}]"
        raise faults.bad_request(told)
    if name and name not in names:
        raise faults.bad_request(f"container {name} is not valid for pod {name_of(pod)}")
    name = name or names[0]
    return pod, name, next((one for one in cluster.kubelet.containers(pod) if one.name == name), None)


def run_of(pod: Object, name: str, one: Container | None, *, previous: bool) -> Run | None:
    """Give the life whose lines are asked for: None before the kubelet has begun, a 400 when there is none."""
    where = f'container "{name}" in pod "{name_of(pod)}"'
    runs = one.runs if one is not None else []
    if previous:
        past = runs if one is not None and one.step is Step.DEAD and one.backing_off else runs[:-1]
        if not past:
            raise faults.bad_request(f"previous terminated {where} not found")
        return past[-1]
    statuses = pod.get("status", {}).get("containerStatuses") or []
    waiting = next((status["state"].get("waiting") for status in statuses if status["name"] == name), None)
    if not runs and waiting is not None:
        why = "trying and failing to pull image" if waiting["reason"] in NO_IMAGE else waiting["reason"]
        raise faults.bad_request(f"{where} is waiting to start: {why}")
    return runs[-1] if runs else None


def text_of(run: Run, wish: Wish, now: float) -> bytes:
    """Give the log as the request wants it."""
    lines = run.lines(now)
    if wish.since is not None:
        lines = [line for line in lines if line[0] >= wish.since]
    if wish.tail is not None:
        lines = lines[max(0, len(lines) - wish.tail) :]
    body = b"".join(_line(moment, text, wish) for moment, text in lines)
    return body[: wish.limit] if wish.limit is not None else body


def _line(moment: float, text: str, wish: Wish) -> bytes:
    stamped = f"{micro_stamp(moment)[:-1]}000Z {text}" if wish.timestamps else text
    return f"{stamped}\n".encode()


async def followed(cluster: Cluster, run: Run, wish: Wish) -> AsyncIterator[bytes]:
    """Give the log and then each new line, until the container ends."""
    seen = cluster.now()
    yield text_of(run, wish, seen)
    while run.ended is None or run.ended > seen:
        await asyncio.sleep(FOLLOW_EVERY)
        now = cluster.now()
        new = [line for line in run.lines(now) if seen < line[0]]
        seen = now
        if new:
            yield b"".join(_line(moment, text, wish) for moment, text in new)
