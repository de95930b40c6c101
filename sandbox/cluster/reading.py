"""GET: one object, a list in pages, as JSON or as a printed table."""

import base64
import json
from collections.abc import Iterable

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked, Target
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, copied, name_of, namespace_of
from sandbox.cluster.selecting import Test, field_test, label_test
from sandbox.cluster.store import Store
from sandbox.cluster.tables import partial, table


def wants_table(asked: Asked) -> bool:
    """Say whether the first thing this client accepts is a printed table."""
    first = asked.accept.split(",")[0].replace(" ", "")
    return "as=Table" in first and "g=meta.k8s.io" in first


def wants_partial(asked: Asked) -> bool:
    return "as=PartialObjectMetadata" in asked.accept.split(",")[0]


def shown(asked: Asked, thing: Object, now: float) -> Object:
    """Show one object as the client asked: plain, or as a table of one row."""
    kind = asked.target.kind
    if wants_table(asked):
        printed = table(kind, [thing], now, include=asked.query.get("includeObject", "Metadata"))
        printed["metadata"] = {"resourceVersion": thing["metadata"].get("resourceVersion", "")}
        return printed
    if wants_partial(asked):
        return partial(thing)
    return thing


def selection(asked: Asked) -> Test:
    """Read both selectors of a request."""
    label = label_test(asked.query.get("labelSelector", ""))
    field = field_test(asked.target.kind, asked.query.get("fieldSelector", ""))
    named = asked.target.name
    return lambda thing: label(thing) and field(thing) and (not named or name_of(thing) == named)


def listed(asked: Asked, store: Store, now: float) -> Object:
    """Answer a list: selected, in pages, plain or printed."""
    kind, test = asked.target.kind, selection(asked)
    found = [thing for thing in store.all(kind, asked.target.namespace or None) if test(thing)]
    page, meta = _page(asked, found, store)
    if wants_table(asked):
        printed = table(kind, [_typed(kind, thing) for thing in page], now, include=_include(asked))
        printed["metadata"] = meta
        return printed
    if wants_partial(asked):
        items = [partial(thing) for thing in page]
        return {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": meta, "items": items}
    return collection(kind, page) | {"metadata": meta}


def _include(asked: Asked) -> str:
    include = asked.query.get("includeObject", "Metadata")
    if include not in {"None", "Metadata", "Object"}:
        raise faults.bad_request(f'unrecognized includeObject value: "{include}"')
    return include


def _typed(kind: Kind, thing: Object) -> Object:
    return {"kind": kind.name, "apiVersion": kind.api_version} | thing


def collection(kind: Kind, things: Iterable[Object]) -> Object:
    """Make a List; its items do not repeat their kind."""
    items = [{key: value for key, value in thing.items() if key not in {"kind", "apiVersion"}} for thing in things]
    return {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": {}, "items": items}


def _page(asked: Asked, found: list[Object], store: Store) -> tuple[list[Object], Object]:
    """Cut a page after `limit`; `continue` says where the next one begins."""
    version = str(store.version)
    if mark := asked.query.get("continue"):
        after, version = _after(mark)
        found = [thing for thing in found if _place(asked, thing) >= after]
    limit = _number(asked, "limit")
    meta: Object = {"resourceVersion": version} if "watch" in asked.target.kind.verbs else {}
    if limit and len(found) > limit:
        place = {"v": "meta.k8s.io/v1", "rv": int(version), "start": f"{_place(asked, found[limit - 1])}\0"}
        mark = base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()
        meta |= {"continue": mark.rstrip("=")}
        if not asked.query.get("labelSelector") and not asked.query.get("fieldSelector"):
            meta["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    return found, meta


def _place(asked: Asked, thing: Object) -> str:
    """Give the key of a thing in etcd, below the list that is asked for."""
    return f"/{name_of(thing)}" if asked.target.namespace else f"/{namespace_of(thing)}/{name_of(thing)}"


def _after(mark: str) -> tuple[str, str]:
    try:
        place = json.loads(base64.urlsafe_b64decode(f"{mark}=="))
        return place["start"], str(place["rv"])
    except (ValueError, KeyError, TypeError):
        raise faults.bad_request("continue key is not valid: it cannot be decoded") from None


def _number(asked: Asked, word: str) -> int:
    text = asked.query.get(word, "0") or "0"
    if not text.lstrip("-").isdigit():
        raise faults.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return max(0, int(text))


def scale_of(target: Target, thing: Object) -> Object:
    """Show an object's `/scale`."""
    from_selector = thing["spec"].get("selector") or {}
    words = (from_selector.get("matchLabels") or {}).items()
    meta = {key: thing["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": copied(meta),
        "spec": {"replicas": replicas} if (replicas := thing["spec"].get("replicas", 1)) else {},
        "status": {
            "replicas": thing.get("status", {}).get("replicas", 0),
            "selector": ",".join(f"{key}={value}" for key, value in sorted(words)),
        },
    }
