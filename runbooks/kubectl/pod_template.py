"""A pod template in words, as describe and rollout history show it."""

from typing import Any

from runbooks.kubectl.container_text import Lines, containers, volumes
from runbooks.kubectl.described import annotated, labelled, tolerations


def template_lines(template: dict[str, Any]) -> Lines:
    """`Pod Template:` and all below it, with tabs."""
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    lines = ["Pod Template:", *labelled("  Labels", metadata.get("labels"))]
    lines += annotated("  Annotations", metadata["annotations"]) if metadata.get("annotations") else []
    lines += [f"  Service Account:\t{spec['serviceAccountName']}"] if spec.get("serviceAccountName") else []
    if spec.get("initContainers"):
        lines += containers("Init Containers", spec["initContainers"], [], None, "  ")
    lines += containers("Containers", spec.get("containers"), [], None, "  ")
    lines += volumes(spec.get("volumes"), "  ")
    lines += [f"  Priority Class Name:\t{spec['priorityClassName']}"] if spec.get("priorityClassName") else []
    lines += labelled("  Node-Selectors", spec.get("nodeSelector"))
    return lines + tolerations("  Tolerations", spec.get("tolerations"))


def template_text(template: dict[str, Any]) -> str:
    """As rollout history prints it: the tabs stay tabs."""
    return "\n".join(template_lines(template)) + "\n"
