"""A pod template in words, as describe and rollout history show it."""

from typing import Any


def template_text(template: dict[str, Any]) -> str:
    return "Pod Template:\n"
