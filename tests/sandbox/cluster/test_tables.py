"""Printed tables equal those of a real API server (recorded with kubectl 1.36 against 1.36.2)."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.ages import human
from sandbox.cluster.kinds import KINDS, Kind
from sandbox.cluster.tables import table

RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("golden").joinpath("tables.json").read_text("utf-8"))
ROWS = [(resource, row) for resource, found in RECORDED.items() for row in found["rows"]]


def kind(resource: str) -> Kind:
    return next(one for one in KINDS if one.resource == resource)


@pytest.mark.parametrize("resource", RECORDED)
def test_the_columns_are_those_of_a_real_server(resource: str) -> None:
    printed = table(kind(resource), [], 0)
    shown = [[one["name"], one["type"], one["format"], one["priority"]] for one in printed["columnDefinitions"]]
    assert shown == RECORDED[resource]["columns"]


@pytest.mark.parametrize(("resource", "row"), ROWS, ids=[f"{r}-{row['object']['metadata']['name']}" for r, row in ROWS])
def test_a_row_is_printed_as_a_real_server_does(resource: str, row: dict[str, Any]) -> None:
    printed = table(kind(resource), [row["object"]], row["now"])["rows"][0]["cells"]
    later = table(kind(resource), [row["object"]], row["now"] + 1)["rows"][0]["cells"]
    for ours, a_second_later, theirs in zip(printed, later, row["cells"], strict=True):
        assert theirs in {ours, a_second_later}


def test_a_row_carries_the_object_that_the_client_asked_for() -> None:
    thing = RECORDED["configmaps"]["rows"][0]["object"]
    found = {word: table(kind("configmaps"), [thing], 0, include=word)["rows"][0] for word in ("None", "Object")}
    assert "object" not in found["None"]
    assert found["Object"]["object"] == thing
    assert table(kind("configmaps"), [thing], 0)["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_a_crash_looping_pod_says_so_and_when_it_last_restarted() -> None:
    words = {row["cells"][2] for row in RECORDED["pods"]["rows"]}
    assert {"CrashLoopBackOff", "Pending", "Running"} <= words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (312, "5m12s"), (600, "10m"),
        (3599 * 3, "179m"), (10800, "3h"), (11460, "3h11m"), (8 * 3600, "8h"), (47 * 3600, "47h"),
        (50 * 3600, "2d2h"), (8 * 86400, "8d"), (700 * 86400, "700d"), (800 * 86400, "2y70d"), (3000 * 86400, "8y"),
    ],
)  # fmt: skip
def test_ages_are_shortened_as_kubernetes_does(seconds: float, text: str) -> None:
    assert human(seconds) == text
