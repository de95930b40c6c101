"""`deploy/web`, `pods,svc`, `pod a b`, `-l app=x`: which objects a line means, read as kubectl's builder reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from runbooks.kubectl.connection import JSON
from runbooks.kubectl.discovery import Resource
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.words import Failed

MANY_SLASHES = "error: arguments in resource/name form may not have more than one slash\n"
MIXED = (
    "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name"
    " form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n"
)
SINGLE = "error: a resource cannot be retrieved by name across all namespaces\n"


@dataclass(frozen=True)
class Target:
    """A type, and a name in it; without a name, all that the selectors pick."""

    resource: Resource
    name: str = ""


@dataclass
class Found:
    """What one target answered: one object, a list, or a table of either."""

    target: Target
    document: dict[str, Any]
    objects: list[dict[str, Any]] = field(default_factory=list)


def check_form(arguments: Sequence[str]) -> None:
    """The mistakes kubectl finds before it asks any server."""
    slashed = ["/" in one for one in arguments]
    if any(one.count("/") > 1 for one in arguments):
        raise Failed(MANY_SLASHES)
    if any(slashed) and not all(slashed):
        raise Failed(MIXED)
    for one in arguments:
        kind, slash, name = one.partition("/")
        if slash and not (kind and name):
            raise Failed("error: arguments in resource/name form must have a single resource and name\n")


async def targets(run: Run, arguments: Sequence[str]) -> list[Target]:
    """The types and names of a line's arguments."""
    check_form(arguments)
    if not arguments:
        return []
    if "/" in arguments[0]:
        pairs = [one.partition("/") for one in arguments]
        return [Target(await resource(run, kind), name) for kind, _, name in pairs]
    kinds = [kind for kind in arguments[0].split(",") if kind]
    types = [one for kind in kinds for one in await resources(run, kind)]
    if len(arguments) == 1:
        return [Target(one) for one in types]
    return [Target(one, name) for name in arguments[1:] for one in types]


async def resources(run: Run, word: str) -> list[Resource]:
    """The types of a word: one, or all of a category such as `all`."""
    types = await run.types()
    one = types.named(word)
    if one is not None:
        return [one]
    return types.category(word) or [await resource(run, word)]


async def resource(run: Run, word: str) -> Resource:
    """The type of a word; asked again of the server before it is called unknown."""
    found = (await run.types()).named(word) or (await run.types(fresh=True)).named(word)
    if found is None:
        raise Failed(f'error: the server doesn\'t have a resource type "{word}"\n')
    return found


def place(run: Run, target: Target) -> str | None:
    """The namespace a target is looked for in; None for all of them or for none."""
    if not target.resource.namespaced or (run.all_namespaces and not target.name):
        return None
    return segment(run.namespace)


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


async def found_objects(
    run: Run, arguments: Sequence[str], *, chunk: bool = False
) -> list[tuple[Target, dict[str, Any]]]:
    """Every object a line means, read one after the other; errors are printed and the rest goes on."""
    objects: list[tuple[Target, dict[str, Any]]] = []
    query = [("limit", "500")] if chunk else []
    for target in await targets(run, arguments):
        try:
            document = await fetch(run, target, query=[] if target.name else query)
        except Denied as error:
            run.fail(error.words)
            continue
        objects += [(target, one) for one in items(document, target.resource)]
    return objects
