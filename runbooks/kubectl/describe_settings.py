"""What describe says about ConfigMaps, Secrets (names and sizes only), quotas, limits, namespaces and accounts."""

import base64
import binascii
from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import annotated, conditions, labelled, named
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Run, segment

Thing = dict[str, Any]
LIMITS = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
SIZES = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


async def config_lines(_: Run, one: Thing) -> Lines:
    lines = [*named(one), "", "Data", "===="]
    for key, text in sorted((one.get("data") or {}).items()):
        lines += [f"{key}:", "----", *str(text).split("\n"), ""]
    lines += ["", "BinaryData", "===="]
    lines += [f"{key}: {_size(text)} bytes" for key, text in sorted((one.get("binaryData") or {}).items())]
    return [*lines, ""]


def without_data(secret: Thing) -> Thing:
    """A Secret with the sizes of its values in their place; whatever repeats its data goes too."""
    kept: Thing = {key: secret[key] for key in ("apiVersion", "kind", "type") if key in secret}
    metadata = {key: value for key, value in secret["metadata"].items() if key not in {"annotations", "managedFields"}}
    sizes = {key: _size(text) for key, text in (secret.get("data") or {}).items()}
    return {**kept, "metadata": metadata, "sizes": sizes}


def _size(text: Any) -> int:
    try:
        return len(base64.b64decode(str(text)))
    except (ValueError, binascii.Error):
        return 0


async def secret_lines(_: Run, one: Thing) -> Lines:
    """A Secret that `without_data` has emptied."""
    lines = [*named(one), "", f"Type:\t{one.get('type', '')}", "", "Data", "===="]
    return lines + [f"{key}:\t{size} bytes" for key, size in sorted(one["sizes"].items())]


async def account_lines(_: Run, one: Thing) -> Lines:
    pulls = [each.get("name", "") for each in one.get("imagePullSecrets") or []] or ["<none>"]
    return [*named(one), f"Image pull secrets:\t{pulls[0]}", *(f"\t{each}" for each in pulls[1:])]


async def quota_lines(_: Run, one: Thing) -> Lines:
    lines = [f"Name:\t{name_of(one)}", f"Namespace:\t{one['metadata'].get('namespace', '')}"]
    return [*lines, *_scopes(one), *_amounts(one, "Resource\tUsed\tHard\n--------\t----\t----")]


def _scopes(one: Thing) -> Lines:
    scopes = (one.get("spec") or {}).get("scopes")
    return [f"Scopes:\t{', '.join(sorted(scopes))}"] if scopes else []


def _amounts(one: Thing, header: str) -> Lines:
    status = one.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    return [*header.split("\n"), *(f"{name}\t{used.get(name, '0')}\t{hard[name]}" for name in sorted(hard))]


async def limits_lines(_: Run, one: Thing) -> Lines:
    lines = [f"Name:\t{name_of(one)}", f"Namespace:\t{one['metadata'].get('namespace', '')}"]
    return [*lines, "\t".join(LIMITS), "\t".join("-" * len(title) for title in LIMITS), *_limits(one)]


def _limits(one: Thing) -> Lines:
    rows = []
    for item in (one.get("spec") or {}).get("limits") or []:
        for name in sorted({name for size in SIZES for name in item.get(size) or {}}):
            cells = [str((item.get(size) or {}).get(name, "-")) for size in SIZES]
            rows.append("\t".join([item.get("type", ""), name, *cells]))
    return rows


async def namespace_lines(run: Run, one: Thing) -> Lines:
    metadata, status = one["metadata"], one.get("status") or {}
    place = f"/api/v1/namespaces/{segment(name_of(one))}"
    quotas = (await run.read_list(f"{place}/resourcequotas", [("limit", "500")])).get("items") or []
    limits = (await run.read_list(f"{place}/limitranges", [("limit", "500")])).get("items") or []
    lines = [f"Name:\t{name_of(one)}", *labelled("Labels", metadata.get("labels"))]
    lines += [*annotated("Annotations", metadata.get("annotations")), f"Status:\t{status.get('phase', '')}"]
    lines += conditions(status, ("Type", "Status", "LastTransitionTime", "Reason", "Message"))
    lines += ["", *(["Resource Quotas"] if quotas else ["No resource quota."])]
    for quota in sorted(quotas, key=name_of):
        told = [
            f"Name:\t{name_of(quota)}",
            *_scopes(quota),
            *_amounts(quota, "Resource\tUsed\tHard\n--------\t---\t---"),
        ]
        lines += [f"  {line}" for line in told]
    lines += ["", *(["Resource Limits"] if limits else ["No LimitRange resource."])]
    header = ["\t".join(LIMITS), "\t".join("-" * len(title) for title in LIMITS)] if limits else []
    return lines + [f" {line}" for line in [*header, *(row for each in limits for row in _limits(each))]]
