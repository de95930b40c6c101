"""What can go wrong in the pretend company: one small file each, listed here by hand."""

from sandbox.stories import bad_deploy, out_of_memory
from sandbox.stories.telling import Scene, Story

STORIES: tuple[Story, ...] = (bad_deploy.STORY, out_of_memory.STORY)


def story_of(service: str, name: str) -> Story | None:
    """Find a story by its service and name."""
    return next((story for story in STORIES if (story.service, story.name) == (service, name)), None)


__all__ = ["STORIES", "Scene", "Story", "story_of"]
