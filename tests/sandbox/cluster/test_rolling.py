"""The numbers of a rolling update."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cluster.controllers.rolling import Size, grown, margins, proportions, shrunk


@pytest.mark.parametrize(
    ("rolling", "replicas", "result"),
    [
        ({}, 6, (2, 1)), ({}, 1, (1, 0)), ({"maxSurge": 0, "maxUnavailable": 0}, 4, (0, 1)),
        ({"maxSurge": 3, "maxUnavailable": "50%"}, 4, (3, 2)), ({"maxSurge": "100%", "maxUnavailable": 9}, 4, (4, 4)),
    ],
)  # fmt: skip
def test_margins_round_the_surge_up_and_the_missing_down(
    rolling: dict[str, object], replicas: int, result: object
) -> None:
    deployment = {"spec": {"replicas": replicas, "strategy": {"rollingUpdate": rolling}}}
    assert margins(deployment) == result
    deployment["spec"]["strategy"] = {"type": "Recreate"}
    assert margins(deployment) == (0, 0)


def test_the_new_set_grows_only_as_far_as_the_surge_allows() -> None:
    assert grown(6, 2, Size("new", 0, 0), [Size("old", 6, 6)]) == 2
    assert grown(6, 2, Size("new", 2, 0), [Size("old", 5, 5)]) == 3
    assert grown(6, 2, Size("new", 8, 8), []) == 6


def test_unhealthy_old_pods_go_first_and_healthy_ones_stay_until_replaced() -> None:
    olds = [Size("bad", 3, 0), Size("good", 5, 5)]
    assert shrunk(6, 1, Size("new", 0, 0), olds) == {"bad": 0, "good": 5}


def test_old_pods_go_as_new_ones_become_available() -> None:
    assert shrunk(6, 1, Size("new", 2, 0), [Size("old", 6, 6)]) == {"old": 5}
    assert shrunk(6, 1, Size("new", 3, 3), [Size("old", 5, 5)]) == {"old": 2}


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_step_never_takes_away_what_must_be_available(
    desired: int, new: int, fresh: int, old: int, well: int
) -> None:
    surge, missing = margins({"spec": {"replicas": desired}})
    before = Size("new", min(new, desired), min(fresh, new, desired))
    olds = [Size("old", old, min(well, old))]
    left = shrunk(desired, missing, before, olds)["old"]
    gone_healthy = max(0, min(well, old) - left)
    assert 0 <= left <= old
    assert min(well, old) + before.available - gone_healthy >= min(desired - missing, min(well, old) + before.available)
    assert grown(desired, surge, before, olds) <= desired


@given(st.integers(0, 50), st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_proportions_add_up(total: int, sizes: list[int]) -> None:
    found = proportions(total, [Size(str(index), size, size) for index, size in enumerate(sizes)])
    assert all(size >= 0 for size in found.values())
    if sum(sizes) and max(sizes) >= len(sizes):
        assert sum(found.values()) == total
