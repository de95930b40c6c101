"""`kubectl get`: objects as the server's own table, or as YAML, JSON, names, JSONPath, custom columns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from runbooks.kubectl.printing import check_format, output_of, print_objects
from runbooks.kubectl.running import JSON, TABLE, Denied, Run
from runbooks.kubectl.sorting import sort, unknown_field
from runbooks.kubectl.tables import Look, columns, table_rows
from runbooks.kubectl.targets import SINGLE, Target, check_choice, fetched, items, targets
from runbooks.kubectl.times import age
from runbooks.kubectl.words import Failed

UNTYPED = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported'
    " resources.\n\nerror: Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n'
    "See 'kubectl get -h' for help and examples\n"
)


@dataclass
class _Table:
    target: Target
    document: dict[str, Any]


async def get(run: Run) -> None:
    arguments = run.command.arguments
    if run.command.flag("raw"):
        await _raw(run)
        return
    if not arguments and not run.command.flag("filename"):
        raise Failed(UNTYPED)
    if arguments:
        check_choice(run, arguments)
    if run.all_namespaces and (len(arguments) > 1 or "/" in "".join(arguments[:1])):
        raise Failed(SINGLE)
    found = await targets(run, arguments)
    if run.command.flag("subresource") and not all(one.name for one in found):
        raise Failed("error: subresource cannot be used when bulk resources are specified\n")
    _note_blind_spots(run, found)
    note_watch(run)
    output = str(run.command.flag("output") or "")
    if output in {"", "wide"} or _only_names_of_secrets(found, output):
        await _tables(run, found)
    else:
        await _objects(run, found)


def _note_blind_spots(run: Run, found: list[Target]) -> None:
    """Lines that hide what somebody looks for."""
    if "status.phase!=Running" in str(run.command.flag("field-selector") or ""):
        run.note("a pod in CrashLoopBackOff counts as Running in status.phase: this line does not show it")
    if any(one.resource.plural == "componentstatuses" for one in found):
        run.note("componentstatuses are deprecated and often wrong: see `kubectl get --raw '/readyz?verbose'`")


def note_watch(run: Run) -> None:
    """A watch is read as one look."""
    if run.command.flag("watch") or run.command.flag("watch-only"):
        run.note("watching never ends: this is how it stands now; run the line again to look again")


def _only_names_of_secrets(found: list[Target], output: str) -> bool:
    return output == "name" and any(_is_secret(one) for one in found)


def _is_secret(target: Target) -> bool:
    return (target.resource.group, target.resource.plural) == ("", "secrets")


async def _raw(run: Run) -> None:
    if run.command.arguments:
        raise Failed("error: arguments may not be passed when --raw is specified\n")
    if run.command.flag("output"):
        raise Failed("error: --raw and --output are mutually exclusive\n")
    path, _, query = str(run.command.flag("raw")).partition("?")
    pairs = [tuple(one.partition("=")[::2]) for one in query.split("&") if one]
    run.out.append(await run.read_text(path, [(key, value) for key, value in pairs]))


async def _read(run: Run, found: list[Target], accept: str) -> list[_Table]:
    """Each target's answer; an error is printed, and the rest goes on."""
    answers: list[_Table] = []
    for target, answer in await fetched(run, found, accept=accept, query=_query(run, accept)):
        if not isinstance(answer, Denied):
            answers.append(_Table(target, answer))
        elif not (answer.code == 404 and target.name and run.command.flag("ignore-not-found")):
            run.fail(answer.words)
    return answers


def _query(run: Run, accept: str) -> Callable[[Target], list[tuple[str, str]]]:
    """What is asked of one target beside its selectors: whole objects for sorting, else pages of lists."""
    sort_by, size, whole = run.command.flag("sort-by"), run.command.flag("chunk-size"), run.whole

    def asked(target: Target) -> list[tuple[str, str]]:
        query = [("includeObject", "Object")] if accept == TABLE and (sort_by or whole) else []
        return [*query, ("limit", str(size))] if not target.name and not sort_by and size else query

    return asked


async def _objects(run: Run, found: list[Target]) -> None:
    if any(_is_secret(one) for one in found):
        raise Failed("error: what a Secret holds is never read here; see `kubectl get secrets` for their names\n")
    answers = await _read(run, found, JSON)
    single = len(found) == 1 and bool(found[0].name)
    if single and run.exit_code:
        return
    check_format(run)
    objects = [one for answer in answers for one in items(answer.document, answer.target.resource)]
    run.objects += objects
    if sort_by := run.command.flag("sort-by"):
        ordered = sort(objects, lambda one: one, sort_by)
        if ordered is None:
            raise unknown_field(sort_by)
        objects = ordered
    if objects or not (single or run.command.flag("ignore-not-found")):
        print_objects(run, objects, as_one=single)


async def _tables(run: Run, found: list[Target]) -> None:
    answers = await _read(run, found, TABLE if run.command.flag("server-print") else JSON)
    name, _ = output_of(run)
    if name == "name":
        for one in answers:
            kind = one.target.resource.kind_name
            run.out += [f"{kind}/{row['object']['metadata']['name']}\n" for row in one.document.get("rows") or []]
        return
    tables = [replace_rows(run, one) for one in answers]
    run.objects += _seen(tables)
    sort_tables(run, tables)
    text = _printed(run, tables)
    run.out.append(text)
    if not text and not run.command.flag("ignore-not-found") and not run.exit_code:
        scoped = run.all_namespaces or not any(one.resource.namespaced for one in found)
        run.warn("No resources found" if scoped else f"No resources found in {run.namespace} namespace.")


def replace_rows(run: Run, one: _Table) -> _Table:
    """A server that prints no tables answers with objects: show NAME and AGE, as kubectl does."""
    if one.document.get("kind") == "Table":
        return one
    rows = [
        {"cells": [item["metadata"]["name"], age(item["metadata"].get("creationTimestamp"), run.now)], "object": item}
        for item in items(one.document, one.target.resource)
    ]
    definitions = [{"name": "Name", "format": "name"}, {"name": "Age"}]
    return _Table(one.target, {"kind": "Table", "columnDefinitions": definitions, "rows": rows})


def _seen(tables: list[_Table]) -> list[dict[str, Any]]:
    """What each row was about, with its cells by column: for whoever looks for findings."""
    seen = []
    for one in tables:
        names = [column["name"] for column in one.document.get("columnDefinitions") or []]
        for row in one.document.get("rows") or []:
            known = row.get("object") or {}
            if _is_secret(one.target):
                known = {"metadata": {key: (known.get("metadata") or {}).get(key) for key in ("name", "namespace")}}
            kind = {"kind": one.target.resource.kind, "apiVersion": one.target.resource.api_version}
            seen.append({**known, **kind, "cells": dict(zip(names, row.get("cells") or [], strict=False))})
    return seen


def sort_tables(run: Run, tables: list[_Table]) -> None:
    sort_by = run.command.flag("sort-by")
    if not sort_by:
        return
    if len(tables) > 1:
        raise unknown_field(sort_by)
    for one in tables:
        rows = one.document.get("rows") or []
        ordered = sort(rows, lambda row: row.get("object"), sort_by)
        if ordered is None:
            run.note(f"no object here has the field {sort_by}, and kubectl then prints none")
        one.document["rows"] = ordered or []


def _printed(run: Run, tables: list[_Table]) -> str:
    """One section per type; tables of the same type share their columns."""
    flag = run.command.flag
    look = Look(
        wide=output_of(run)[0] == "wide",
        labels=tuple(flag("label-columns") or ()),
        all_labels=bool(flag("show-labels")),
        headers=not flag("no-headers"),
    )
    several = len({one.target.resource.full for one in tables}) > 1 or bool(flag("show-kind"))
    sections: list[tuple[str, list[list[str]]]] = []
    for one in tables:
        resource = one.target.resource
        kind = resource.kind_name if several else ""
        scoped = run.all_namespaces and resource.namespaced
        header, rows = table_rows(one.document, replace(look, kind=kind, namespaces=scoped))
        if not rows:
            continue
        if not sections or sections[-1][0] != resource.full:
            sections.append((resource.full, [header] if look.headers else []))
        sections[-1][1].extend(rows)
    return ("\n" if look.headers else "").join(columns(rows) for _, rows in sections)
