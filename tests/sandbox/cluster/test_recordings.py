"""Every recorded read and refused write: loaded with the recorded objects, the sandbox answers as recorded.

`golden/reads.json.xz` holds each GET that a real API server (1.36.2) answered so while kubectl 1.36 asked it, with the
objects that were there, and a few beside them that the selector of the read leaves out.
"""

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.cluster.alone import serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.identity import account
from sandbox.cluster.kinds import KINDS, ROLES, Kind, kind_of
from sandbox.cluster.objects import Object, name_of, namespace_of

RECORDED: Mapping[str, Any] = json.loads(
    lzma.decompress(Path(__file__).with_name("golden").joinpath("reads.json.xz").read_bytes())
)
READS: list[dict[str, Any]] = RECORDED["reads"]
OBJECTS: list[Any] = RECORDED["objects"]
LEFT_OUT = {
    "customresourcedefinitions": "no line asks how custom resources are defined; `backups`, the only one, is served",
    "apiservices": "no line asks which servers stand behind the API",
    "prometheusrules": "a custom resource of an operator that the five services do not use; alerts are Prometheus' own",
    "priorityclasses": "no line asks for them, and no pod of the five services has one",
}  # fmt: skip
OTHERWISE = {
    "O18": "no volume is provisioned here; the company's own may grow",
    "X-meta-11": "the real server lists the one cause four times",
    "X-patch-20": "its message ends with a difference as Go prints it",
}


def asked_kind(read: Mapping[str, Any]) -> Kind:
    """Find the kind that a path asks for."""
    words = read["path"].strip("/").split("/")
    group, rest = ("", words[2:]) if words[0] == "api" else (words[1], words[3:])
    return kind_of(rest[2] if rest[0] == "namespaces" and len(rest) > 2 else rest[0], group)


def loaded(read: Mapping[str, Any]) -> Cluster:
    """Give a cluster that holds the recorded objects as they were, at the second of the recording."""
    cluster = Cluster(Clock(read["now"], speed=0))
    for kind, thing in [(asked_kind(read), OBJECTS[one]) for one in read["loaded"]]:
        put(cluster, kind, thing)
    for thing in RECORDED["roles"]:
        put(cluster, next(kind for kind in KINDS if kind.name == thing["kind"] and kind.group == ROLES.group), thing)
    cluster.identities |= {name: account("bots", name, "") for name in ("none", "readonly", "ops")}
    cluster.identities["admin"] = cluster.identities["sandbox-admin"]
    cluster.store.version = int(read.get("metadata", {}).get("resourceVersion") or 0)
    return cluster


def put(cluster: Cluster, kind: Kind, thing: Object) -> None:
    typed = {"kind": kind.name, "apiVersion": kind.api_version} | thing
    cluster.store._of(kind)[namespace_of(thing), name_of(thing)] = typed


def table_of(read: Mapping[str, Any]) -> dict[str, Any]:
    """Put a recorded Table together again."""
    rows = None if read["rows"] is None else [row_of(read, row) for row in read["rows"]]
    made = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": read["metadata"]}
    return made | {"columnDefinitions": OBJECTS[read["columns"]], "rows": rows}


def row_of(read: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    made = {word: row[word] for word in ("cells", "conditions") if word in row}
    if "whole" in row:
        version, kind = read["typed"]
        return made | {"object": {"kind": kind, "apiVersion": version} | OBJECTS[row["whole"]]}
    if "object" in row:
        return made | {"object": OBJECTS[row["object"]]}
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return made | {"object": partial | {"metadata": OBJECTS[row["metadata_of"]]["metadata"]}}


async def answers_to(read: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """Ask twice, the second time one second later: the recording tells its own time in whole seconds only."""
    wanted = {"Authorization": f"Bearer {read['who']}", "Accept": read["accept"], "Content-Type": read.get("media")}
    headers, body = {name: text for name, text in wanted.items() if text}, read.get("body")
    data = body if isinstance(body, str) or body is None else json.dumps(body)
    path, cluster, found = f"{read['path']}?{read['query']}", loaded(read), []
    async with serving(cluster) as (url, _), aiohttp.ClientSession() as session:
        for seconds in (0, 1):
            cluster.clock.turn(seconds)
            async with session.request(read.get("method", "GET"), url + path, headers=headers, data=data) as answer:
                found.append((answer.status, await answer.json()))
    return found


def named(read: Mapping[str, Any]) -> str:
    return f"{read['from']} {read['path']}?{read['query']}"


def in_order(table: Any) -> Any:
    """Sort the rows of what the real server lists in the order of a Go map."""
    return table | {"rows": sorted(table["rows"], key=lambda row: str(row["cells"]))} if table.get("rows") else table


@pytest.mark.parametrize("read", [read for read in READS if "rows" in read], ids=named)
async def test_a_recorded_table_is_printed_again(read: dict[str, Any]) -> None:
    (status, ours), (_, later) = await answers_to(read)
    theirs = table_of(read)
    if "componentstatuses" in read["path"]:
        ours, later, theirs = in_order(ours), in_order(later), in_order(theirs)
    for row, aged, recorded in zip(ours["rows"] or [], later["rows"] or [], theirs["rows"] or [], strict=True):
        pairs = zip(row["cells"], aged["cells"], recorded["cells"], strict=True)
        row["cells"] = [after if after == real else now for now, after, real in pairs]
    assert (status, ours) == (200, theirs)


@pytest.mark.parametrize("read", [read for read in READS if "answer" in read], ids=named)
async def test_a_recorded_status_is_answered_again(read: dict[str, Any]) -> None:
    answers = await answers_to(read)
    assert answers[0] == (read["status"], read["answer"])


@pytest.mark.parametrize("write", [one for one in RECORDED["refused"] if one["from"] not in OTHERWISE], ids=named)
async def test_a_recorded_refusal_of_a_write_is_answered_again(write: dict[str, Any]) -> None:
    answers = await answers_to(write)
    assert answers[0] == (write["status"], write["answer"])


def test_every_recorded_read_is_replayed_or_left_out_for_a_reason() -> None:
    left = [next((word for word in LEFT_OUT if word in path.split("/")), None) for _, path in RECORDED["left"]]
    assert set(left) == set(LEFT_OUT)
    assert (len(READS), len(left)) == (257, 4)
    assert set(OTHERWISE) <= {one["from"] for one in RECORDED["refused"]}
