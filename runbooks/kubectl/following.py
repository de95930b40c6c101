"""Follow a rollout, sentence by sentence."""

from collections.abc import AsyncIterator

from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.discovery import types_of
from runbooks.kubectl.rollout_sentences import RolloutFailed
from runbooks.kubectl.verbs.rollout_status import progress


async def rollout_progress(
    cluster: Cluster, kind: str, name: str, namespace: str, *, timeout: float = 600.0
) -> AsyncIterator[str]:
    """kubectl rollout status's sentences as they come true; RolloutFailed when it ends any other way than done."""
    resource = (await types_of(cluster)).named(kind)
    if resource is None:
        raise RolloutFailed(f'the server doesn\'t have a resource type "{kind}"')
    async for text in progress(cluster, resource, name, namespace, timeout=timeout):
        yield text
