"""Before a change: what is sent, the server's dry run as a diff, warnings, and the way back."""

import pytest

from runbooks.kubectl import Preview, RolloutFailed, parse, preview, rollout_progress
from tests.runbooks.kubectl.conftest import Recorded
from tests.runbooks.kubectl.replay import clock, recordings

pytestmark = pytest.mark.asyncio(loop_scope="module")


def as_dry_run(name: str) -> None:
    """Let the recording answer the dry run of its own change."""
    for exchange in recordings()[name]["exchanges"]:
        if exchange["method"] != "GET" and "dryRun" not in exchange.get("query", ""):
            exchange["query"] = "&".join(filter(None, [exchange.get("query", ""), "dryRun=All"]))


async def previewed(recorded: Recorded, name: str) -> Preview:
    recording = recorded.play(name)
    kept = [dict(one) for one in recording["exchanges"]]
    as_dry_run(name)
    recorded.server.load(recording)
    try:
        return await preview(parse(recording["argv"]), recorded.cluster, now=clock(recording))
    finally:
        recording["exchanges"][:] = kept


async def test_a_rollback_shows_the_template_it_restores_and_names_the_revision_to_return_to(
    recorded: Recorded,
) -> None:
    told = await previewed(recorded, "I36")
    line, body = told.sends
    assert line == "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb"
    assert body.startswith("- op: replace\n  path: /spec/template\n")
    assert '+        kubectl.kubernetes.io/restartedAt: "2026-11-21T11:15:00Z"\n' in told.diff
    assert "resourceVersion" not in told.diff
    assert any("previously managed with 'kubectl apply'" in warning for warning in told.warnings)
    assert told.inverse is not None
    assert told.inverse.words[:3] == ("rollout", "undo", "deployment/inferadb")
    assert told.inverse.words[3].startswith("--to-revision=")
    assert told.resource_version
    assert not told.refused


async def test_scaling_shows_the_replicas_and_goes_back_to_the_former_number(recorded: Recorded) -> None:
    told = await previewed(recorded, "I35")
    assert "-  replicas: 3\n+  replicas: 10\n" in told.diff
    assert told.inverse is not None
    assert told.inverse.words == ("scale", "deployment/inferadb", "--replicas=3", "-n", "inferadb")
    assert parse(told.inverse.words).changes


async def test_a_restart_cannot_be_taken_back(recorded: Recorded) -> None:
    told = await previewed(recorded, "I34")
    assert told.inverse is not None
    assert not told.inverse.words
    assert "cannot be taken back" in told.inverse.reason


async def test_a_label_goes_back_to_its_value_and_a_new_one_is_removed(recorded: Recorded) -> None:
    changed = await previewed(recorded, "X-meta-02")
    added = await previewed(recorded, "X-meta-03")
    assert changed.inverse is not None
    assert added.inverse is not None
    assert "tier=batch" in changed.inverse.words
    assert "new-" in added.inverse.words


async def test_a_change_that_is_not_allowed_is_refused_in_the_servers_words(recorded: Recorded) -> None:
    told = await previewed(recorded, "X-forb-27")
    assert told.refused.startswith("Error from server (Forbidden): ")


@pytest.mark.parametrize("name", ["I38", "I39", "I41", "X-set-01", "X-patch-01", "X-rollw-19", "X-meta-18"])
async def test_a_preview_writes_nothing_but_dry_runs(recorded: Recorded, name: str) -> None:
    told = await previewed(recorded, name)
    assert told.sends
    assert told.diff
    assert all("dryRun=All" in one.query for one in recorded.server.writes)
    assert told.inverse is not None
    assert parse(told.inverse.words).changes


async def test_a_rollout_is_told_sentence_by_sentence(recorded: Recorded) -> None:
    recorded.play("X-ro-23")
    told = [text async for text in rollout_progress(recorded.cluster, "deployment", "web", "lab")]
    assert told[0].startswith('Waiting for deployment "web" rollout to finish: 1 out of 2')
    assert told[-1] == 'deployment "web" successfully rolled out'


async def test_a_rollout_past_its_deadline_fails(recorded: Recorded) -> None:
    recorded.play("X-ro-16")
    with pytest.raises(RolloutFailed, match="exceeded its progress deadline"):
        async for _ in rollout_progress(recorded.cluster, "deploy", "stuck-rollout", "broken"):
            pass


async def test_a_rollout_that_takes_too_long_is_given_up(recorded: Recorded) -> None:
    recorded.play("X-ro-18")
    following = rollout_progress(recorded.cluster, "deploy", "crash-app", "broken", timeout=0.1)
    assert "0 of 2 updated replicas are available" in await anext(following)
    with pytest.raises(RolloutFailed, match="timed out"):
        await anext(following)


async def test_a_kind_without_rollouts_says_so(recorded: Recorded) -> None:
    recorded.play("X-ro-18")
    with pytest.raises(RolloutFailed, match="resource type"):
        async for _ in rollout_progress(recorded.cluster, "widget", "x", "broken"):
            pass
