"""`deploy/web`, `pods,svc`, `pod a b`, `-l app=x`: which objects a line means, read as kubectl's builder reads them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.built_in import BUILT_IN
from runbooks.kubectl.connection import JSON
from runbooks.kubectl.discovery import Resource, Types
from runbooks.kubectl.manifests import read_manifests
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.words import Failed

MANY_SLASHES = "error: arguments in resource/name form may not have more than one slash\n"
MIXED = (
    "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name"
    " form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n"
)
SPLIT = "error: arguments in resource/name form must have a single resource and name\n"
NAMELESS = "error: resource(s) were provided, but no name was specified\n"
NAMED_AND_PICKED = "error: name cannot be provided when a selector is specified\n"
SLASHED_AND_PICKED = "error: selectors and the all flag cannot be used when passing resource/name arguments\n"
UNNAMED = (
    "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n"
    "  '-f rsrc.yaml'\n  '--filename=rsrc.json'\n  '<resource> <name>'\n  '<resource>'\n"
)
SINGLE = "error: a resource cannot be retrieved by name across all namespaces\n"


@dataclass(frozen=True)
class Target:
    """A type, and a name in it; without a name, all that the selectors pick."""

    resource: Resource
    name: str = ""
    namespace: str = ""


def check_form(arguments: Sequence[str]) -> None:
    """The mistakes kubectl finds before it asks any server; to it `pods,svc web` is `pods/web svc/web`."""
    kinds = set(arguments[0].split(","))
    if len(arguments) > 1 and len(kinds) > 1:
        arguments = [f"{kind}/{name}" for kind in kinds for name in arguments[1:]]
    slashed = ["/" in one for one in arguments]
    if any(one.count("/") > 1 for one in arguments):
        raise Failed(MANY_SLASHES)
    if any(slashed) and not all(slashed):
        raise Failed(MIXED)
    for one in arguments:
        kind, slash, name = one.partition("/")
        if slash and not (kind and name):
            raise Failed(SPLIT)


def check_names(names: Sequence[str]) -> None:
    """An empty name is none, for without a name all objects are meant."""
    if not all(names):
        raise Failed("error: resource name may not be empty\n")


def check_choice(run: Run, arguments: Sequence[str]) -> None:
    """Names or selectors, not both."""
    check_form(arguments)
    several = "/" in arguments[0] or (len(arguments) > 1 and "," in arguments[0])
    if run.command.flag("selector") or run.command.flag("field-selector"):
        if several:
            raise Failed(SLASHED_AND_PICKED)
        if len(arguments) > 1:
            raise Failed(NAMED_AND_PICKED)
    check_names(arguments[1:])


async def targets(run: Run, arguments: Sequence[str], *, every: bool = True) -> list[Target]:
    """The types and names of a line's arguments; a type alone is all of it only with `every`."""
    if files := run.command.flag("filename"):
        return await _of_files(run, arguments, files)
    if not arguments:
        raise Failed(UNNAMED)
    check_choice(run, arguments)
    if "/" in arguments[0]:
        pairs = [one.partition("/") for one in arguments]
        return [Target(await resource(run, kind), name) for kind, _, name in pairs]
    types = list(dict.fromkeys([one for kind in arguments[0].split(",") for one in await resources(run, kind)]))
    if len(arguments) == 1:
        if not every and not picked(run):
            raise Failed(NAMELESS)
        return [Target(one) for one in types]
    return [Target(one, name) for one in types for name in arguments[1:]]


async def _of_files(run: Run, arguments: Sequence[str], files: Sequence[str]) -> list[Target]:
    """The objects that manifests beside the runbook name."""
    if arguments:
        raise Failed(
            "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well\n"
        )
    found = []
    for manifest in read_manifests(run.folder, files):
        one = manifest.document
        name = str(one["metadata"].get("name") or "")
        check_names([name])
        version, _, group = one["apiVersion"].rpartition("/")[::-1]
        kind = await resource(run, f"{one['kind']}.{version}.{group}")
        found.append(Target(kind, name, str(one["metadata"].get("namespace") or "")))
    return found


async def resources(run: Run, word: str) -> list[Resource]:
    """The types of a word: one, or all of a category such as `all`."""
    one = _known(run, word)
    if one is not None:
        return [one]
    types = await run.types()
    one = types.named(word)
    return [one] if one is not None else types.category(word) or [await resource(run, word)]


def _known(run: Run, word: str) -> Resource | None:
    """The type of a word, if that is known without asking."""
    types: Types = run.cluster.known.get("types", BUILT_IN)
    return types.named(word)


async def resource(run: Run, word: str) -> Resource:
    """The type of a word; asked again of the server before it is called unknown."""
    found = _known(run, word) or (await run.types()).named(word) or (await run.types(fresh=True)).named(word)
    if found is None:
        raise Failed(f'error: the server doesn\'t have a resource type "{word.partition(".")[0]}"\n')
    return found


def place(run: Run, target: Target) -> str | None:
    """The namespace a target is looked for in; None for all of them or for none."""
    if not target.resource.namespaced or (run.all_namespaces and not target.name):
        return None
    return segment(target.namespace or run.namespace)


def picked(run: Run) -> list[tuple[str, str]]:
    """The selectors of the line, as a query."""
    query = []
    if fields := run.command.flag("field-selector"):
        query.append(("fieldSelector", fields))
    if labels := run.command.flag("selector"):
        query.append(("labelSelector", labels))
    return query


async def fetch(
    run: Run, target: Target, *, accept: str = JSON, query: Sequence[tuple[str, str]] = (), sub: str = ""
) -> dict[str, Any]:
    """Read one target; a missing object in a missing namespace is told as the missing namespace."""
    where = place(run, target)
    if not target.name:
        return await _fetch_list(run, target, where, accept, [*picked(run), *query])
    try:
        return await run.read(target.resource.path(where, segment(target.name), sub), query, accept=accept)
    except Denied as error:
        if error.code == 404 and where and where != "default" and run.command.verb != "auth":
            await run.read(f"/api/v1/namespaces/{where}", accept=accept)
        raise


async def _fetch_list(
    run: Run, target: Target, where: str | None, accept: str, query: list[tuple[str, str]]
) -> dict[str, Any]:
    try:
        return await run.read_list(target.resource.path(where), query, accept=accept)
    except Denied as error:
        if error.reason in {"BadRequest", "NotFound"}:
            raise Denied(error.code, {**error.status, "message": _unfound(run, target.resource, error)}) from error
        raise


def _unfound(run: Run, one: Resource, error: Denied) -> str:
    labels, fields = run.command.flag("selector") or "", run.command.flag("field-selector") or ""
    named = f"{one.api_version}, Resource={one.plural}" if one.group else f"/{one.version}, Resource={one.plural}"
    if not labels and not fields:
        return f'Unable to list "{named}": {error.message}'
    return f'Unable to find "{named}" that match label selector "{labels}", field selector "{fields}": {error.message}'


def items(document: dict[str, Any], one: Resource) -> list[dict[str, Any]]:
    """The objects of an answer, each with its own kind and apiVersion."""
    if "items" not in document:
        return [document]
    kind = {"apiVersion": one.api_version, "kind": one.kind}
    return [{**kind, **item} for item in document.get("items") or []]


async def fetched(
    run: Run,
    found: Sequence[Target],
    *,
    accept: str = JSON,
    query: Callable[[Target], Sequence[tuple[str, str]]] = lambda _: (),
) -> list[tuple[Target, dict[str, Any] | Denied]]:
    """Every target's answer or refusal, in order; they are asked side by side."""

    async def one(target: Target) -> dict[str, Any] | Denied:
        try:
            sub = str(run.command.flag("subresource") or "")
            return await fetch(run, target, accept=accept, query=query(target), sub=sub)
        except Denied as error:
            return error

    answers = await asyncio.gather(*(one(target) for target in found))
    return list(zip(found, answers, strict=True))


async def found_objects(
    run: Run, arguments: Sequence[str], *, every: bool = True
) -> list[tuple[Target, dict[str, Any]]]:
    """Every object a line means; errors are printed and the rest goes on."""
    objects: list[tuple[Target, dict[str, Any]]] = []
    for target, answer in await fetched(run, await targets(run, arguments, every=every)):
        if isinstance(answer, Denied):
            run.fail(answer.words)
        else:
            objects += [(target, one) for one in items(answer, target.resource)]
    return objects
