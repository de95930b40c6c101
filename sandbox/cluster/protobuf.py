"""The protobuf bodies that kubectl sends, read by their schemas: reviews, evictions, and what Muster creates, too."""

import base64
from collections.abc import Iterator
from typing import Any

from sandbox.cluster import faults

MAGIC = b"k8s\x00"
Value = bytes | int
SCHEMAS = {
    "ObjectMeta": "1:name 2:generateName 3:namespace 11:labels=map 12:annotations=map 13:ownerReferences=[Owner",
    "Owner": "5:apiVersion 1:kind 3:name 4:uid 6:controller=bool",
    "SelfSubjectAccessReview": "2:spec=Access",
    "Access": "1:resourceAttributes=Attributes 2:nonResourceAttributes=Path",
    "Attributes": "1:namespace 2:verb 3:group 4:version 5:resource 6:subresource 7:name",
    "Path": "1:path 2:verb",
    "SelfSubjectRulesReview": "2:spec=Rules",
    "Rules": "1:namespace",
    "SelfSubjectReview": "", "TokenRequest": "", "Namespace": "", "ServiceAccount": "",
    "Eviction": "2:deleteOptions=Gone", "Gone": "",
    "ConfigMap": "2:data=map 3:binaryData=bytes",
    "Deployment": "2:spec=DeploymentSpec",
    "DeploymentSpec": "1:replicas=int 2:selector=Labels 3:template=Template",
    "Labels": "1:matchLabels=map",
    "Template": "1:metadata=ObjectMeta 2:spec=PodSpec",
    "PodSpec": "2:containers=[Container 3:restartPolicy",
    "Container": "1:name 2:image 3:command=[ 4:args=[ 6:ports=[ContainerPort",
    "ContainerPort": "1:name 3:containerPort=int 4:protocol",
    "Job": "2:spec=JobSpec",
    "JobSpec": "1:parallelism=int 2:completions=int 6:template=Template 7:backoffLimit=int",
}  # fmt: skip


def read(body: bytes) -> dict[str, Any]:
    """Read what kubectl sends in protobuf; a 415 for any other kind."""
    if not body.startswith(MAGIC):
        raise faults.bad_request("the body does not begin with the protobuf magic number")
    try:
        outer = dict(_fields(body[len(MAGIC) :]))
        meta = {number: _text(value) for number, value in _fields(_inner(outer.get(1, b"")))}
        kind = meta.get(2, "")
        if kind not in SCHEMAS:
            raise faults.unsupported_media_type("application/json, application/yaml")
        found = _object(_inner(outer.get(2, b"")), f"1:metadata=ObjectMeta {SCHEMAS[kind]}")
    except (IndexError, UnicodeDecodeError):
        raise faults.bad_request("the body is cut short") from None
    return {"apiVersion": meta.get(1, ""), "kind": kind, "metadata": {}} | found


def _object(body: bytes, schema: str) -> dict[str, Any]:
    """Read a message; what is empty is left out, as JSON has it."""
    names = {int(number): name for number, _, name in (word.partition(":") for word in schema.split())}
    made: dict[str, Any] = {}
    for number, value in _fields(body):
        name, _, kind = names.get(number, "").partition("=")
        if kind.startswith("["):
            made.setdefault(name, []).append(_value(value, kind[1:]))
        elif kind in {"map", "bytes"}:
            pair = dict(_fields(_inner(value)))
            made.setdefault(name, {})[_text(pair.get(1, b""))] = _value(
                pair.get(2, b""), "raw" if kind == "bytes" else ""
            )
        elif name and (read_ := _value(value, kind)) not in ("", 0):
            made[name] = read_
        elif name and kind == "int" and name in {"replicas", "backoffLimit"}:
            made[name] = 0
    return made


def _value(value: Value, kind: str) -> Any:
    if kind in SCHEMAS:
        return _object(_inner(value), SCHEMAS[kind])
    if kind == "raw":
        return base64.b64encode(_inner(value)).decode()
    if kind in {"int", "bool"}:
        number = value if isinstance(value, int) else 0
        return bool(number) if kind == "bool" else number
    return _text(value)


def _inner(value: Value) -> bytes:
    return value if isinstance(value, bytes) else b""


def _text(value: Value) -> str:
    return _inner(value).decode()


def _fields(body: bytes) -> Iterator[tuple[int, Value]]:
    """Give the fields of a message: bytes, or a number."""
    place = 0
    while place < len(body):
        key, place = _varint(body, place)
        number, place = _varint(body, place)
        if key & 7 != 2:
            yield key >> 3, number
            continue
        if place + number > len(body):
            raise IndexError(place)
        yield key >> 3, body[place : place + number]
        place += number


def _varint(body: bytes, place: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = body[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place
