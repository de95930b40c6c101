"""The first line of a process asks for what it is about, and not first for what there is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runbooks.kubectl import parse, run
from runbooks.kubectl.built_in import BUILT_IN
from runbooks.kubectl.discovery import types_of
from tests.runbooks.kubectl.conftest import Recorded

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def test_what_is_known_beforehand_is_what_a_real_cluster_serves(recorded: Recorded) -> None:
    served = await types_of(recorded.cluster)
    for one in BUILT_IN.resources:
        for word in (one.plural, one.singular, one.kind, *one.short_names, one.full):
            found = served.named(word)
            assert found is not None
            assert replace(found, verbs=(), categories=(), preferred=True) == one


async def test_a_line_about_pods_needs_no_list_of_types_and_one_about_widgets_does(recorded: Recorded) -> None:
    recorded.cluster.known.clear()
    await run(parse(["get", "pods", "-n", "lab"]), recorded.cluster, now=NOW)
    assert "types" not in recorded.cluster.known
    result = await run(parse(["get", "widgets", "-n", "lab"]), recorded.cluster, now=NOW)
    assert result.stderr == 'error: the server doesn\'t have a resource type "widgets"\n'
    assert "types" in recorded.cluster.known
