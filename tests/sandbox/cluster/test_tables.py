"""Printed tables, beyond what `test_recordings.py` replays: what a row carries, and how ages are shortened."""

import pytest

from sandbox.cluster.ages import human
from sandbox.cluster.kinds import CONFIG_MAPS
from sandbox.cluster.tables import table


def test_a_row_carries_the_object_that_the_client_asked_for() -> None:
    thing = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "settings"}, "data": {"a": "b"}}
    found = {word: table(CONFIG_MAPS, [thing], 0, include=word)["rows"][0] for word in ("None", "Metadata", "Object")}
    assert found["None"] == {"cells": ["settings", 1, "<unknown>"]}
    assert found["Object"]["object"] == thing
    assert found["Metadata"]["object"] == {
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "settings"},
    }  # fmt: skip


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
