"""The line that takes a change back, from the state before it."""

import json
from typing import Any

from runbooks.kubectl.changing import template_spec
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.revisions import REVISION, annotations
from runbooks.kubectl.words import Command, Inverse

NONE = {
    "rollout restart": "a restart cannot be taken back; the new pods run the same revision",
    "delete": "what is deleted cannot be brought back; a controller makes a new pod by itself",
    "exec": "what a program did cannot be taken back",
}


def inverse_of(command: Command, before: list[dict[str, Any]]) -> Inverse:
    """How to take it back; a reason instead where there is no way."""
    if command.verb in NONE:
        return Inverse(reason=NONE[command.verb])
    if len(before) != 1:
        return Inverse(reason="it changes several objects" if before else "it changes nothing")
    one = before[0]
    place = ["-n", one["metadata"]["namespace"]] if one["metadata"].get("namespace") else []
    words = _words(command, one)
    return Inverse(words=(*words, *place)) if words else Inverse(reason="no inverse is known for it")


def _words(command: Command, one: dict[str, Any]) -> list[str]:
    target = f"{str(one.get('kind', '')).lower()}/{name_of(one)}"
    spec = one.get("spec") or {}
    if command.verb == "scale":
        return ["scale", target, f"--replicas={spec.get('replicas', 1)}"]
    if command.verb == "rollout undo":
        revision = annotations(one).get(REVISION, "")
        return ["rollout", "undo", target, f"--to-revision={revision}"] if revision else []
    if command.verb in {"rollout pause", "rollout resume"}:
        return ["rollout", "resume" if command.verb.endswith("pause") else "pause", target]
    if command.verb in {"label", "annotate"}:
        return [command.verb, target, *_pairs(command, one), "--overwrite"]
    if command.verb in {"set image", "set env", "set resources"}:
        return ["patch", target, "--type=merge", "-p", json.dumps(_template(one), separators=(",", ":"))]
    if command.verb == "patch":
        return _unpatched(command, one, target)
    return []


def _pairs(command: Command, one: dict[str, Any]) -> list[str]:
    """The former values; a key that was not there is removed."""
    held = one["metadata"].get("labels" if command.verb == "label" else "annotations") or {}
    changed = [word for word in command.arguments if "=" in word or word.endswith("-")]
    names = [word.partition("=")[0] if "=" in word else word[:-1] for word in changed]
    return [f"{name}={held[name]}" if name in held else f"{name}-" for name in names]


def _template(one: dict[str, Any]) -> dict[str, Any]:
    """The former containers, whole: a merge patch replaces lists."""
    spec = template_spec(one) or {}
    kept = {key: spec[key] for key in ("containers", "initContainers") if key in spec}
    return {"spec": kept if one.get("kind") == "Pod" else {"template": {"spec": kept}}}


def _unpatched(command: Command, one: dict[str, Any], target: str) -> list[str]:
    """Whatever part of the object the patch touches, as it was."""
    if command.flag("subresource"):
        return []
    spec = {key: one[key] for key in ("spec", "data", "binaryData") if key in one}
    metadata = {key: one["metadata"].get(key) or {} for key in ("labels", "annotations") if one["metadata"].get(key)}
    return ["patch", target, "--type=merge", "-p", json.dumps({**spec, "metadata": metadata}, separators=(",", ":"))]
