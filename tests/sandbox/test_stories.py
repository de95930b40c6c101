"""Stories: what goes wrong, what heals it, and what does not."""

from pathlib import Path

import pytest

from sandbox.application import Application, Seen, health_of
from sandbox.cluster.alone import still_cluster
from sandbox.cluster.kinds import PODS
from sandbox.cluster.tables.pods import word
from sandbox.cluster.worlds.inferadb import release
from sandbox.control import ACTS
from sandbox.stories import STORIES, Scene, story_of
from sandbox.stories.alerts import WATCHES, Alert


class Stage:
    """A scene whose Slack is a list."""

    def __init__(self) -> None:
        cluster = still_cluster()
        self.said: list[str] = []
        self.scene = Scene(
            cluster, Application(cluster), lambda who, _channel, text: self.said.append(f"{who}: {text}")
        )
        cluster.listeners += [Alert(self.scene, watch=watch).tick for watch in WATCHES]
        self.wait(20)

    def wait(self, seconds: float) -> None:
        self.scene.cluster.advance(seconds)

    def begin(self, name: str) -> None:
        story = story_of("inferadb", name)
        assert story is not None
        story.begin(self.scene)

    @property
    def error_ratio(self) -> float:
        return self.scene.application.health.error_ratio

    @property
    def is_good(self) -> bool:
        return self.scene.application.health.is_good

    def words(self) -> set[str]:
        return {word(pod) for pod in self.scene.cluster.store.all(PODS, "inferadb")}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_quiet_company_is_well_and_says_nothing(stage: Stage) -> None:
    stage.wait(120)
    assert stage.is_good
    assert stage.error_ratio < 0.001
    assert stage.said == []
    assert not any(story.is_on(stage.scene) for story in STORIES)


def test_a_bad_deploy_crash_loops_and_errors_rise_within_half_a_minute(stage: Stage) -> None:
    stage.begin("bad-deploy")
    stage.wait(30)
    assert stage.error_ratio > 0.1
    assert stage.scene.application.health.p99 > 0.5
    words = set()
    for _ in range(12):
        stage.wait(5)
        words |= stage.words()
    assert {"CrashLoopBackOff", "Running"} <= words <= {"CrashLoopBackOff", "Error", "Running"}
    assert any("Alertmanager: InferaDBHighErrorRate firing" in line for line in stage.said)


def test_a_rollback_heals_a_bad_deploy_within_a_minute(stage: Stage) -> None:
    stage.begin("bad-deploy")
    stage.wait(120)
    release(stage.scene.cluster, "1.4.2", "rolled back")
    stage.wait(45)
    assert stage.error_ratio < 0.001
    assert stage.words() == {"Running"}
    assert not any(story.is_on(stage.scene) for story in STORIES)
    assert any("resolved" in line for line in stage.said)


def test_slow_answers_without_many_errors_are_alerted_too(stage: Stage) -> None:
    stage.begin("slow-dependency")
    stage.wait(30)
    (told,) = [line for line in stage.said if "firing" in line]
    assert "InferaDBHighLatency firing" in told
    assert told.endswith("s for its slowest requests (p99 above 0.5 s for 10 s).")
    story = story_of("inferadb", "slow-dependency")
    assert story is not None
    story.heal(stage.scene)
    stage.wait(45)
    assert "HighLatency resolved" in stage.said[-1]


def test_a_bad_deploy_can_be_healed_from_outside_and_happen_again(stage: Stage) -> None:
    story = story_of("inferadb", "bad-deploy")
    assert story is not None
    for _ in range(2):
        story.begin(stage.scene)
        stage.wait(30)
        assert story.is_on(stage.scene)
        story.heal(stage.scene)
        stage.wait(60)
        assert stage.is_good


def test_out_of_memory_kills_pods_again_and_again(stage: Stage) -> None:
    stage.begin("out-of-memory")
    ratios = []
    for _ in range(24):
        stage.wait(10)
        ratios.append(stage.error_ratio)
    assert sum(ratio > 0.05 for ratio in ratios[6:]) > 9
    lasts = [
        one["lastState"].get("terminated", {}).get("reason")
        for pod in stage.scene.cluster.store.all(PODS, "inferadb")
        for one in pod["status"]["containerStatuses"]
    ]
    assert "OOMKilled" in lasts


def test_the_logs_of_serving_pods_tell_of_the_errors(stage: Stage) -> None:
    stage.begin("bad-deploy")
    stage.wait(120)
    cluster = stage.scene.cluster
    old = next(pod for pod in cluster.store.all(PODS, "inferadb") if word(pod) == "Running")
    run = cluster.kubelet.containers(old)[0].run
    assert run is not None
    lines = run.lines(cluster.now())
    before = [text for moment, text in lines if moment < cluster.now() - 130]
    during = [text for moment, text in lines if moment > cluster.now() - 60]
    assert len(before) > 500
    assert sum("ERROR" in text for text in before) <= 0.005 * len(before)
    assert sum("ERROR inferadb::api: check failed" in text for text in during) >= 0.2 * len(during)


def test_the_crashed_version_says_why(stage: Stage) -> None:
    stage.begin("bad-deploy")
    stage.wait(60)
    cluster = stage.scene.cluster
    new = next(pod for pod in cluster.store.all(PODS, "inferadb") if pod["metadata"]["labels"]["version"] == "1.5.0")
    run = cluster.kubelet.containers(new)[0].runs[0]
    text = "\n".join(line for _, line in run.lines(cluster.now()))
    assert "starting inferadb version=1.5.0" in text
    assert "panicked at crates/shards/src/lease.rs" in text


@pytest.mark.parametrize(
    ("seen", "load", "worst"),
    [(Seen(6, 0, 6), 390, 0.001), (Seen(5, 3, 6), 390, 0.3), (Seen(2, 0, 6), 390, 0.2), (Seen(0, 6, 6), 390, 1.0)],
)
def test_errors_follow_what_runs(seen: Seen, load: float, worst: float) -> None:
    assert worst / 4 < health_of(seen, load).error_ratio <= worst


def test_the_document_names_every_story_and_control() -> None:
    told = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    for story in STORIES:
        assert f"| {story.service} | {story.name} |" in told
    for what in ACTS:
        assert f"/sandbox/{what}`" in told, what
