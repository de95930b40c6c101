"""The line that takes a change back, from the state before it and the state after it."""

import json
from typing import Any

from runbooks.kubectl.merging import merge_patch
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.refusals import VITAL
from runbooks.kubectl.revisions import REVISION, annotations
from runbooks.kubectl.words import Command, Inverse

NONE = {
    "rollout restart": "a restart cannot be taken back; the new pods run the same revision",
    "delete": "what is deleted cannot be brought back",
    "exec": "what a program did cannot be taken back",
    "drain": "its pods have moved on; `kubectl uncordon` lets the node take new ones",
}
SERVERS = {"status", "apiVersion", "kind"}
OURS = ("labels", "annotations", "finalizers", "ownerReferences")
BOOKKEEPING = {"kubectl.kubernetes.io/last-applied-configuration", REVISION}
Thing = dict[str, Any]


def inverse_of(command: Command, changed: list[tuple[Thing, Thing]]) -> Inverse:
    """How to take it back; a reason instead where there is no way."""
    if command.verb in NONE:
        again = command.verb == "delete" and changed and all(_controlled(before) for before, _ in changed)
        return Inverse(reason=NONE[command.verb] + ("; what controls it makes it anew" if again else ""))
    if len(changed) != 1:
        return Inverse(reason="it changes several objects" if changed else "it changes nothing")
    before, after = changed[0]
    if not before and (kind := _kind(after).partition(".")[0]) in VITAL:
        return Inverse(reason=f"deleting a {kind} is never run here")
    if not before and after["metadata"].get("generateName"):
        return Inverse(reason="the server names it when it is made; `kubectl delete` with that name removes it")
    where = (before or after)["metadata"].get("namespace")
    words = _words(command, before, after)
    if not words:
        return Inverse(reason="it changes nothing" if after else "no inverse is known for it")
    return Inverse(words=(*words, *(["-n", where] if where else [])))


def _controlled(one: Thing) -> bool:
    return any(owner.get("controller") for owner in one["metadata"].get("ownerReferences") or [])


def _words(command: Command, before: Thing, after: Thing) -> list[str]:
    one = before or after
    target = f"{_kind(one)}/{name_of(one)}"
    if not before:
        return ["delete", target]
    if command.verb in {"cordon", "uncordon"}:
        return ["uncordon" if command.verb == "cordon" else "cordon", name_of(one)]
    if command.verb == "scale":
        return ["scale", target, f"--replicas={(one.get('spec') or {}).get('replicas', 1)}"]
    if command.verb == "rollout undo" and (revision := annotations(one).get(REVISION)):
        return ["rollout", "undo", target, f"--to-revision={revision}"]
    if command.verb in {"rollout pause", "rollout resume"}:
        return ["rollout", "resume" if command.verb.endswith("pause") else "pause", target]
    if command.verb in {"label", "annotate"}:
        return [command.verb, target, *_pairs(command, one), "--overwrite"]
    return _unpatched(command, before, after, target)


def _kind(one: Thing) -> str:
    """`deployment`; with a group that has a dot, as custom ones have, so that no other type of that name is meant."""
    group = str(one.get("apiVersion", "")).rpartition("/")[0]
    kind = str(one.get("kind", "")).lower()
    return f"{kind}.{group}" if "." in group else kind


def _pairs(command: Command, one: Thing) -> list[str]:
    """The former values; a key that was not there is removed."""
    held = one["metadata"].get("labels" if command.verb == "label" else "annotations") or {}
    changed = [word for word in command.arguments if "=" in word or word.endswith("-")]
    names = [word.partition("=")[0] if "=" in word else word[:-1] for word in changed]
    return [f"{name}={held[name]}" if name in held else f"{name}-" for name in names]


def _unpatched(command: Command, before: Thing, after: Thing, target: str) -> list[str]:
    """A merge patch from the state after to the state before: a key that the change added becomes null."""
    sub = str(command.flag("subresource") or "")
    patch = merge_patch(_owned(after, sub), _owned(before, sub))
    if not patch:
        return []
    flags = [f"--subresource={sub}"] if sub else []
    return ["patch", target, *flags, "--type=merge", "-p", json.dumps(patch, separators=(",", ":"), sort_keys=True)]


def _owned(one: Thing, sub: str) -> Thing:
    """The parts of an object that people change; the rest is the server's."""
    if sub == "status":
        return {"status": one.get("status") or {}}
    metadata = {key: one["metadata"][key] for key in OURS if one["metadata"].get(key)}
    if "annotations" in metadata:
        metadata["annotations"] = {k: v for k, v in metadata["annotations"].items() if k not in BOOKKEEPING}
    kept = {key: value for key, value in one.items() if key not in SERVERS and key != "metadata"}
    return {**kept, "metadata": metadata}
