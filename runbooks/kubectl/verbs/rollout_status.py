"""`kubectl rollout status`: follow a rollout until it is done, fails, or the time is up."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from runbooks.kubectl.connection import Cluster, StreamRefused
from runbooks.kubectl.discovery import Resource
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.rollout_sentences import RolloutFailed, sentence
from runbooks.kubectl.running import Run, segment
from runbooks.kubectl.targets import Target, found_objects
from runbooks.kubectl.watching import Gone, TimedOut, states
from runbooks.kubectl.words import Failed


async def rollout_status(run: Run) -> None:
    if not run.command.arguments:
        raise Failed("error: required resource not specified\n")
    revision = run.command.flag("revision")
    if revision < 0:
        raise Failed(f"error: revision must be a positive integer: {revision}\n")
    objects = await found_objects(run, run.command.arguments)
    if not objects and not run.exit_code:
        run.warn(f"No resources found in {run.namespace} namespace.")
    for target, one in objects:
        try:
            await _follow(run, target, one)
        except RolloutFailed as error:
            run.fail(f"error: {error}")


async def _follow(run: Run, target: Target, one: dict[str, Any]) -> None:
    revision = run.command.flag("revision") or 0
    sentence({**one, "metadata": one["metadata"]}, 0) if one.get("kind") not in KINDS else None
    timeout = run.command.flag("timeout") or run.timeout
    namespace = one["metadata"].get("namespace") or run.namespace
    going = progress(run.cluster, target.resource, name_of(one), namespace, revision=revision, timeout=timeout)
    async with aclosing(going) as told:
        async for text in told:
            run.say(text)
            if not run.command.flag("watch"):
                return


KINDS = {"Deployment", "DaemonSet", "StatefulSet"}


async def progress(
    cluster: Cluster, resource: Resource, name: str, namespace: str, *, revision: int = 0, timeout: float
) -> AsyncGenerator[str, None]:
    """kubectl's sentences, one for each change, up to the last; RolloutFailed when it does not get there."""
    try:
        where = resource.path(segment(namespace))
        async with aclosing(states(cluster, where, segment(name), timeout=timeout)) as found:
            async for one in found:
                text, done = sentence({"kind": resource.kind, **one}, revision)
                yield text
                if done:
                    return
    except TimedOut:
        raise RolloutFailed("timed out waiting for the condition") from None
    except Gone:
        raise RolloutFailed("object has been deleted") from None
    except StreamRefused as error:
        raise RolloutFailed((error.answer.json or {}).get("message") or "the watch was refused") from error
