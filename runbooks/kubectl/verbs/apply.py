"""`kubectl apply -f` and `kubectl create -f`, of manifests that lie beside the runbook."""

import copy
import json
from typing import Any

from runbooks.kubectl.changing import said
from runbooks.kubectl.discovery import Resource
from runbooks.kubectl.jsonpath import go_json
from runbooks.kubectl.kustomizing import read_kustomization
from runbooks.kubectl.manifests import Manifest, read_manifests
from runbooks.kubectl.merging import merge_patch, three_way
from runbooks.kubectl.running import MERGE, Denied, Run, segment
from runbooks.kubectl.words import Failed

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
UNRECORDED = (
    f"Warning: resource {{}} is missing the {APPLIED} annotation which is required by kubectl apply. kubectl apply"
    " should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply."
    " The missing annotation will be patched automatically."
)
STRICT = [("fieldValidation", "Strict")]
Thing = dict[str, Any]


async def create(run: Run) -> None:
    for manifest in read_manifests(run.folder, run.command.flag("filename") or []):
        try:
            resource, one = await _placed(run, manifest)
            await _create(run, resource, one, "kubectl-create")
        except Denied as error:
            run.fail(_creating(manifest, error))


def _manifests(run: Run) -> list[Manifest]:
    files, built = run.command.flag("filename") or [], run.command.flag("kustomize")
    if files and built:
        raise Failed("error: only one of -f or -k can be specified\n")
    return read_kustomization(run.folder, str(built)) if built else read_manifests(run.folder, files)


async def apply(run: Run) -> None:
    for manifest in _manifests(run):
        resource, one = await _placed(run, manifest)
        if not one["metadata"].get("name"):
            raise Failed(
                f"error: from {one['metadata'].get('generateName', '')}: cannot use generate name with apply\n"
            )
        try:
            current = await run.read(_path(resource, one, str(one["metadata"]["name"])))
        except Denied as error:
            if error.code != 404:
                run.fail(error.words)
                continue
            await _create_applied(run, manifest, resource, one)
        else:
            await _update(run, manifest, resource, (one, current))


async def _placed(run: Run, manifest: Manifest) -> tuple[Resource, Thing]:
    """The type of an object, and the object with its namespace."""
    one = copy.deepcopy(manifest.document)
    resource = await _type(run, manifest)
    if not resource.namespaced:
        return resource, one
    asked, written = run.command.namespace, one["metadata"].get("namespace")
    if asked and written and asked != written:
        raise Failed(
            f'error: the namespace from the provided object "{written}" does not match the namespace "{asked}".'
            f" You must pass '--namespace={written}' to perform this operation.\n"
        )
    one["metadata"]["namespace"] = written or run.namespace
    return resource, one


async def _type(run: Run, manifest: Manifest) -> Resource:
    one = manifest.document
    group, _, version = one["apiVersion"].rpartition("/")
    name = f"{one['kind']}.{version}.{group}"
    resource = (await run.types()).named(name) or (await run.types(fresh=True)).named(name)
    if resource is None:
        where = f'name: "{one["metadata"].get("name", "")}" namespace: "{one["metadata"].get("namespace", "")}"'
        kind = f'no matches for kind "{one["kind"]}" in version "{one["apiVersion"]}"'
        problem = f'error: resource mapping not found for {where} from "{manifest.file}": {kind}'
        raise Failed(f"{problem}\nensure CRDs are installed first\n")
    return resource


def _path(resource: Resource, one: Thing, name: str = "") -> str:
    return resource.path(segment(one["metadata"].get("namespace", "")), segment(name) if name else "")


async def _create(run: Run, resource: Resource, one: Thing, manager: str) -> None:
    if run.command.flag("dry-run") == "client":
        said(run, one, "created")
        return
    after = await run.change("POST", _path(resource, one), one, manager=manager, query=STRICT)
    run.changed.append(({}, after))
    said(run, after, "created")


def _creating(manifest: Manifest, error: Denied) -> str:
    if error.reason == "Invalid" or error.code == 401:
        return error.words
    return f'Error from server ({error.reason}): error when creating "{manifest.file}": {error.message}'


async def _create_applied(run: Run, manifest: Manifest, resource: Resource, one: Thing) -> None:
    try:
        await _create(run, resource, with_record(one), "kubectl-client-side-apply")
    except Denied as error:
        run.fail(_creating(manifest, error))


def with_record(one: Thing) -> Thing:
    """The object with the annotation in which kubectl remembers what was applied."""
    metadata = one["metadata"]
    kept = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != APPLIED}
    record = {**one, "metadata": {**metadata, "annotations": kept}}
    return {**one, "metadata": {**metadata, "annotations": {**kept, APPLIED: go_json(record) + "\n"}}}


async def _update(run: Run, manifest: Manifest, resource: Resource, states: tuple[Thing, Thing]) -> None:
    """Send the difference as a merge patch that holds only for the version that was read."""
    one, current = states
    record = (current["metadata"].get("annotations") or {}).get(APPLIED, "")
    if not record:
        run.warn(UNRECORDED.format(f"{resource.plural}/{one['metadata']['name']}"))
    patch = merge_patch(current, three_way(_recorded(record), with_record(one), current))
    if not patch or run.command.flag("dry-run") == "client":
        said(run, current, "configured" if patch else "unchanged")
        return
    version = current["metadata"].get("resourceVersion")
    body = {**patch, "metadata": {**(patch.get("metadata") or {}), "resourceVersion": version}}
    path = _path(resource, one, one["metadata"]["name"])
    try:
        after = await run.change(
            "PATCH",
            path,
            body,
            content_type=MERGE,
            manager="kubectl-client-side-apply",
            query=STRICT,
            before=current,
        )
    except Denied as error:
        told = error.words if error.reason == "Invalid" else f"Error from server ({error.reason}): {error.message}"
        run.fail(f'{told}\nwhile applying "{manifest.file}"')
        return
    run.changed.append((current, after))
    said(run, after, "configured")


def _recorded(text: str) -> Thing:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
