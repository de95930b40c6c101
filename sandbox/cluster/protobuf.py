"""The few protobuf bodies that kubectl sends: reviews, evictions, plain creates, read field by field."""

from collections.abc import Iterator
from typing import Any

from sandbox.cluster import faults

MAGIC = b"k8s\x00"
ATTRIBUTES = {
    1: "namespace", 2: "verb", 3: "group", 4: "version", 5: "resource", 6: "subresource", 7: "name",
}  # fmt: skip


def read(body: bytes) -> dict[str, Any]:
    """Read what kubectl sends in protobuf; a 415 for any other kind."""
    if not body.startswith(MAGIC):
        raise faults.bad_request("the body does not begin with the protobuf magic number")
    try:
        return _object(body[len(MAGIC) :])
    except (IndexError, UnicodeDecodeError):
        raise faults.bad_request("the body is cut short") from None


def _object(body: bytes) -> dict[str, Any]:
    outer = _message(body)
    meta = _message(outer.get(1, b""))
    version, kind = _text(meta, 1), _text(meta, 2)
    inner = _message(outer.get(2, b""))
    made: dict[str, Any] = {"apiVersion": version, "kind": kind, "metadata": _metadata(inner.get(1, b""))}
    if kind == "SelfSubjectAccessReview":
        made["spec"] = _access(inner.get(2, b""))
    elif kind == "SelfSubjectRulesReview":
        made["spec"] = {"namespace": _text(_message(inner.get(2, b"")), 1)}
    elif kind == "Eviction":
        made["deleteOptions"] = {}
    elif kind == "ConfigMap":
        pairs = [_message(pair) for number, pair in _fields(outer.get(2, b"")) if number == 2]
        made["data"] = {_text(pair, 1): _text(pair, 2) for pair in pairs}
    elif kind not in {"SelfSubjectReview", "Namespace", "ServiceAccount", "TokenRequest"}:
        raise faults.unsupported_media_type("application/json, application/yaml")
    return made


def _metadata(body: bytes) -> dict[str, Any]:
    found = _message(body)
    words = {1: "name", 2: "generateName", 3: "namespace"}
    return {word: _text(found, number) for number, word in words.items() if _text(found, number)}


def _access(body: bytes) -> dict[str, Any]:
    found = _message(body)
    if 1 in found:
        inner = _message(found[1])
        named = {word: _text(inner, number) for number, word in ATTRIBUTES.items()}
        return {"resourceAttributes": {word: text for word, text in named.items() if text}}
    inner = _message(found.get(2, b""))
    return {"nonResourceAttributes": {"path": _text(inner, 1), "verb": _text(inner, 2)}}


def _text(found: dict[int, bytes], number: int) -> str:
    return found.get(number, b"").decode()


def _message(body: bytes) -> dict[int, bytes]:
    return dict(_fields(body))


def _fields(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the length-delimited fields of a message; numbers are skipped."""
    place = 0
    while place < len(body):
        key, place = _varint(body, place)
        if key & 7 == 2:
            length, place = _varint(body, place)
            if place + length > len(body):
                raise IndexError(place)
            yield key >> 3, body[place : place + length]
            place += length
        else:
            _, place = _varint(body, place)


def _varint(body: bytes, place: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = body[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place
