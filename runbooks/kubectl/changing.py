"""What all changing verbs share: the words of success, and who is changed."""

from collections.abc import Sequence
from typing import Any

from runbooks.kubectl.applying import applied
from runbooks.kubectl.connection import Query
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.printing import object_name, print_objects
from runbooks.kubectl.running import STRATEGIC, Run, segment
from runbooks.kubectl.targets import Target
from runbooks.kubectl.words import Failed

Changed = tuple[Target, dict[str, Any]]


def template_spec(one: dict[str, Any]) -> dict[str, Any] | None:
    """The pod spec inside an object; None where it has none, or a custom one of another form."""
    way = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
    found: Any = one
    for key in way.get(str(one.get("kind")), ("spec", "template", "spec")):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def path_of(run: Run, target: Target, one: dict[str, Any], sub: str = "") -> str:
    """Where an object lives."""
    namespace = (one.get("metadata") or {}).get("namespace") or run.namespace
    return target.resource.path(segment(namespace) if target.resource.namespaced else None, segment(name_of(one)), sub)


def list_path_of(run: Run, target: Target, one: dict[str, Any]) -> str:
    """Where an object is listed and watched: in its own namespace, whatever the line's is."""
    namespace = (one.get("metadata") or {}).get("namespace") or run.namespace
    return target.resource.path(segment(namespace) if target.resource.namespaced else None)


def said(run: Run, one: dict[str, Any], operation: str, *, dry: bool = True) -> None:
    """`deployment.apps/web scaled`, or the object in the asked format; `patch` never says that it was a dry run."""
    if run.command.flag("output"):
        print_objects(run, [one], as_one=True)
    else:
        mark = {"server": " (server dry run)", "client": " (dry run)"}.get(str(run.command.flag("dry-run")), "")
        run.say(f"{object_name(one)} {operation}{mark if dry else ''}")


async def patched(
    run: Run, found: Changed, body: Any, *, manager: str = "", content_type: str = STRATEGIC, query: Query = ()
) -> dict[str, Any]:
    """Send one patch, and remember the object before and after."""
    target, one = found
    if run.command.flag("dry-run") == "client":
        return applied(one, body, content_type)
    path = path_of(run, target, one)
    after = await run.change("PATCH", path, body, content_type=content_type, manager=manager, query=query, before=one)
    run.changed.append((one, after))
    return after


def split_pairs(arguments: Sequence[str], word: str) -> tuple[list[str], list[str]]:
    """Resources first, then `key=value` and `key-`; `word` is what kubectl calls those."""
    at = next((n for n, one in enumerate(arguments) if "=" in one[1:] or (one.endswith("-") and n > 0)), len(arguments))
    resources, pairs = list(arguments[:at]), list(arguments[at:])
    wrong = [one for one in pairs if "=" not in one and not one.endswith("-")]
    if wrong:
        told = " ".join(arguments) if word == "environment" else wrong[0]
        raise Failed(f"error: all resources must be specified before {word} changes: {told}\n")
    return resources, pairs
