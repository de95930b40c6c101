"""What can go wrong in the pretend company: one small file each, listed here by hand."""

from sandbox.stories import (
    bad_configuration,
    bad_deploy,
    database_locks,
    disk_full,
    expired_keys,
    image_missing,
    node_lost,
    node_pressure,
    out_of_memory,
    security_incident,
    slow_dependency,
    too_many_connections,
    traffic_spike,
)
from sandbox.stories.telling import Scene, Story

STORIES: tuple[Story, ...] = (
    bad_deploy.STORY,
    out_of_memory.STORY,
    slow_dependency.STORY,
    expired_keys.STORY,
    bad_configuration.STORY,
    disk_full.STORY,
    image_missing.STORY,
    too_many_connections.STORY,
    database_locks.STORY,
    node_lost.STORY,
    traffic_spike.STORY,
    node_pressure.STORY,
    security_incident.STORY,
)


def story_of(service: str, name: str) -> Story | None:
    """Find a story by its service and name."""
    return next((story for story in STORIES if (story.service, story.name) == (service, name)), None)


__all__ = ["STORIES", "Scene", "Story", "story_of"]
