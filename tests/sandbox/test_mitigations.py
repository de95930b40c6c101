"""Every story: users feel it; the right mitigation heals it within a minute, a wrong one does not."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.application import Application
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.executing import called
from sandbox.cluster.kinds import CLAIMS, CONFIG_MAPS, DEPLOYMENTS, NETWORK_POLICIES, NODES, PODS, Kind
from sandbox.cluster.objects import Object, copied, is_ready, name_of
from sandbox.cluster.shells import run
from sandbox.cluster.tables.pods import word
from sandbox.cluster.worlds import company_cluster, making
from sandbox.cluster.worlds.inferadb import release
from sandbox.profiles import PROFILES
from sandbox.stories import STORIES, Scene, Story, story_of

START = 1_795_262_400.0
LOOKS = 8
IDLE = "state LIKE 'idle in transaction%'"
LONG = "state = 'active' AND query_start < now() - interval '5 minutes'"
Act = Callable[["Stage"], None]


class Stage:
    """The whole company on a clock that is turned, and what a responder may do there."""

    def __init__(self) -> None:
        self.cluster: Cluster = company_cluster(Clock(START, speed=0))
        applications = {one.service: Application(self.cluster, one) for one in PROFILES}
        self.said: list[str] = []
        self.scene = Scene(
            self.cluster, applications["inferadb"], lambda *words: self.said.append(words[2]), applications
        )
        self.wait(10)

    def wait(self, seconds: float) -> None:
        """Turn in half seconds: fine enough for what is asked here."""
        for _ in range(int(seconds * 2)):
            self.cluster.clock.turn(0.5)
            self.cluster.tick()

    def good_looks(self, application: Application) -> int:
        """Look every ten seconds for 80 seconds; count how often its users are well."""
        good = 0
        for _ in range(LOOKS):
            self.wait(10)
            good += application.health.is_good
        return good

    def change(self, kind: Kind, where: str, edit: Callable[[Object], Any]) -> None:
        namespace, _, name = where.partition("/")
        changed = copied(self.cluster.store.need(kind, namespace, name))
        edit(changed)
        changed["metadata"]["generation"] = changed["metadata"].get("generation", 1) + 1
        self.cluster.store.replace(kind, changed)

    def run(self, namespace: str, *words: str) -> str:
        pod = self.cluster.store.all(PODS, namespace)[0]
        return run(called(self.cluster, pod, words)).out


def scaled(where: str, replicas: int) -> Act:
    return lambda stage: stage.change(DEPLOYMENTS, where, lambda one: one["spec"].update(replicas=replicas))


def restarted(where: str) -> Act:
    namespace, _, name = where.partition("/")
    return lambda stage: making.restart(stage.cluster, namespace, name)


def image(where: str, image_: str) -> Act:
    namespace, _, name = where.partition("/")
    return lambda stage: making.set_image(stage.cluster, namespace, name, image_, "rolled back")


def environment(name: str, value: str) -> Act:
    """Do `kubectl set env deployment/inferadb NAME=VALUE`."""

    def edit(one: Object) -> None:
        env = one["spec"]["template"]["spec"]["containers"][0]["env"]
        env[:] = [*(word for word in env if word["name"] != name), {"name": name, "value": value}]

    return lambda stage: stage.change(DEPLOYMENTS, "inferadb/inferadb", edit)


def typed(namespace: str, *words: str) -> Act:
    return lambda stage: [stage.run(namespace, *words)].clear()


def sql(namespace: str, condition: str) -> Act:
    text = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {condition};"
    return typed(namespace, "psql", "-U", "postgres", "-c", text)


def cancelled(namespace: str) -> Act:
    """Cancel every query: what is idle in a transaction has none."""
    return typed(namespace, "psql", "-c", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity")


def both(*acts: Act) -> Act:
    return lambda stage: [act(stage) for act in acts].clear()


def batches(size: str) -> Act:
    return lambda stage: stage.change(
        CONFIG_MAPS, "omendb-prod/omendb-config", lambda one: one["data"].update(batch_size=size)
    )


def claimed(stage: Stage) -> None:
    asked = {"requests": {"storage": "200Gi"}}
    stage.change(CLAIMS, "omendb-prod/omendb-data", lambda one: one["spec"].update(resources=asked))


def blocked(stage: Stage) -> None:
    rule = {"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["198.51.100.23/32"]}}]}
    spec = {"podSelector": {}, "ingress": [rule]}
    about = {"name": "block-attacker", "namespace": "optimal-build"}
    stage.cluster.store.create(NETWORK_POLICIES, {"metadata": about, "spec": spec})


def deleted(*, lost: bool) -> Act:
    """Delete the API's pods on the silent node, or one of the others."""

    def act(stage: Stage) -> None:
        silent = stage.cluster.kubelet.lost
        found = [pod for pod in stage.scene.of("active-inference").pods_now()
                 if (pod["spec"]["nodeName"] in silent) is lost]  # fmt: skip
        for pod in found if lost else found[:1]:
            stage.cluster.store.remove(PODS, pod)

    return act


def gone(namespace: str, name: str) -> Act:
    return lambda stage: stage.cluster.store.remove(PODS, stage.cluster.store.need(PODS, namespace, name))


def previous(stage: Stage) -> None:
    release(stage.cluster, "1.4.2", "rolled back")


def older(stage: Stage) -> None:
    release(stage.cluster, "1.4.1", "rolled back")


def limited(memory: str) -> Act:
    """Do `kubectl set resources deployment/inferadb --limits=memory=…`."""

    def edit(one: Object) -> None:
        one["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] = memory

    return lambda stage: stage.change(DEPLOYMENTS, "inferadb/inferadb", edit)


INFERADB, OMENDB, ML = "inferadb/inferadb", "omendb-prod/prod-omendb", "ml-platform/ml-inference-api"
LAB, BUILD, TOOLS = "default/active-inference-api", "optimal-build/optimal-build-backend", "monitoring/monitoring-tools"
OLD_ML, OLD_OMENDB = "registry.example.com/ml-platform/inference-api:2.1.0", "registry.example.com/omendb/omendb:0.9.2"
OLD_BUILD = "registry.example.com/optimal-build/backend:5.0.1"
RIGHT: list[tuple[str, str, Act]] = [
    ("bad-deploy", "roll back", previous),
    ("out-of-memory", "scale up", scaled(INFERADB, 10)),
    ("out-of-memory", "more memory", limited("4Gi")),
    ("slow-dependency", "a longer cache", environment("INFERA__CACHE__TTL_SECONDS", "3600")),
    ("expired-keys", "no authentication", environment("INFERA__AUTH__ENABLED", "false")),
    ("bad-configuration", "set back and restart", both(batches("25000"), restarted(OMENDB))),
    ("disk-full", "remove old logs", typed("omendb-prod", "sh", "-c", "rm -rf /tmp/* /var/log/omendb/*.log.old")),
    ("disk-full", "a larger claim", claimed),
    ("image-missing", "roll back", image(ML, OLD_ML)),
    ("image-missing", "scale up", scaled(ML, 5)),
    ("too-many-connections", "restart", restarted(ML)),
    ("too-many-connections", "end the idle", sql("ml-platform", IDLE)),
    ("database-locks", "end the holder", sql("default", LONG)),
    ("database-locks", "cancel its query", cancelled("default")),
    ("database-locks", "delete postgres-0", gone("default", "postgres-0")),
    ("node-lost", "delete the pods there", deleted(lost=True)),
    ("node-lost", "scale up", scaled(LAB, 7)),
    ("traffic-spike", "scale up", scaled(BUILD, 6)),
    ("node-pressure", "stop the tools", scaled(TOOLS, 0)),
    ("security-incident", "block the address", blocked),
]
WRONG: list[tuple[str, str, Act]] = [
    ("bad-deploy", "restart", restarted(INFERADB)),
    ("bad-deploy", "scale up", scaled(INFERADB, 10)),
    ("out-of-memory", "restart", restarted(INFERADB)),
    ("out-of-memory", "roll back", older),
    ("slow-dependency", "scale up", scaled(INFERADB, 10)),
    ("slow-dependency", "restart", restarted(INFERADB)),
    ("expired-keys", "restart", restarted(INFERADB)),
    ("expired-keys", "roll back", older),
    ("bad-configuration", "restart", restarted(OMENDB)),
    ("bad-configuration", "scale up", scaled(OMENDB, 5)),
    ("bad-configuration", "roll back", image(OMENDB, OLD_OMENDB)),
    ("disk-full", "restart", restarted(OMENDB)),
    ("disk-full", "scale up", scaled(OMENDB, 5)),
    ("disk-full", "stars without a shell", typed("omendb-prod", "rm", "-rf", "/tmp/*", "/var/log/omendb/*.log.old")),
    ("image-missing", "restart", restarted(ML)),
    ("too-many-connections", "scale up", scaled(ML, 8)),
    ("too-many-connections", "cancel queries", cancelled("ml-platform")),
    ("too-many-connections", "end what is only idle", sql("ml-platform", "state = 'idle' AND usename = 'postgres'")),
    ("database-locks", "end what is nobody's", sql("default", f"{LONG} AND usename = 'nobody'")),
    ("database-locks", "restart", restarted(LAB)),
    ("database-locks", "scale up", scaled(LAB, 5)),
    ("node-lost", "delete a healthy pod", deleted(lost=False)),
    ("traffic-spike", "restart", restarted(BUILD)),
    ("traffic-spike", "roll back", image(BUILD, OLD_BUILD)),
    ("node-pressure", "restart", restarted(BUILD)),
    ("node-pressure", "scale up", scaled(BUILD, 6)),
    ("security-incident", "scale up", scaled(BUILD, 8)),
    ("security-incident", "restart", restarted(BUILD)),
]


def named(rows: list[tuple[str, str, Act]]) -> list[str]:
    return [f"{story}-{act}" for story, act, _ in rows]


def story(name: str) -> Story:
    return next(one for one in STORIES if one.name == name)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_quiet_company_is_well_for_an_hour(stage: Stage) -> None:
    for _ in range(20):
        stage.wait(30)
        assert all(one.is_well() for one in stage.scene.applications.values())
    assert not any(one.is_on(stage.scene) for one in STORIES)
    assert stage.said == []


@pytest.mark.parametrize("one", STORIES, ids=lambda one: one.name)
def test_a_story_is_felt_within_a_minute_until_it_ends_from_outside(stage: Stage, one: Story) -> None:
    application = stage.scene.of(one.service)
    one.begin(stage.scene)
    stage.wait(60)
    assert stage.good_looks(application) == 0
    assert not application.is_well()
    assert one.is_on(stage.scene)
    one.heal(stage.scene)
    stage.wait(60)
    assert stage.good_looks(application) == LOOKS
    assert not one.is_on(stage.scene)
    assert all(other.is_well() for other in stage.scene.applications.values())
    assert {word(pod) for pod in stage.cluster.store.all(PODS)} == {"Running"}
    assert not any(node["spec"].get("taints") for node in stage.cluster.store.all(NODES))


@pytest.mark.parametrize(("name", "_act", "act"), RIGHT, ids=named(RIGHT))
def test_the_right_mitigation_heals_within_a_minute_and_for_good(stage: Stage, name: str, _act: str, act: Act) -> None:
    one = story(name)
    one.begin(stage.scene)
    stage.wait(90)
    act(stage)
    stage.wait(60)
    assert stage.good_looks(stage.scene.of(one.service)) == LOOKS


@pytest.mark.parametrize(("name", "_act", "act"), WRONG, ids=named(WRONG))
def test_a_wrong_mitigation_does_not_heal(stage: Stage, name: str, _act: str, act: Act) -> None:
    one = story(name)
    one.begin(stage.scene)
    stage.wait(60)
    act(stage)
    stage.wait(60)
    assert stage.good_looks(stage.scene.of(one.service)) == 0
    assert one.is_on(stage.scene)


def test_the_usual_connections_of_a_database_are_never_long_at_their_query(stage: Stage) -> None:
    stage.wait(400)
    assert "(0 rows)" in stage.run("default", "psql", "-c", f"SELECT * FROM pg_stat_activity WHERE {LONG};")


def test_every_story_has_a_right_and_a_wrong_answer_and_says_so() -> None:
    names = {one.name for one in STORIES}
    assert {name for name, *_ in RIGHT} == names
    assert {name for name, *_ in WRONG} == names
    for one in STORIES:
        assert "heals" in one.about
        assert story_of(one.service, one.name) is one


def test_a_responder_finds_the_cause_where_the_story_says(stage: Stage) -> None:
    for name in ("disk-full", "database-locks", "too-many-connections", "slow-dependency", "security-incident"):
        story(name).begin(stage.scene)
    stage.wait(30)
    assert "100% /var/lib/omendb" in stage.run("omendb-prod", "df", "-h")
    assert "61.30" in stage.run("omendb-prod", "iostat", "1", "1")
    assert "(23 rows)" in stage.run("default", "psql", "-c", "SELECT * FROM pg_locks WHERE NOT granted;")
    assert "  100" in stage.run("ml-platform", "psql", "-c", "SELECT count(*) FROM pg_stat_activity;")
    assert "Performance limited" in stage.run("inferadb", "fdbcli", "--exec", "status")
    assert "198.51.100.23" in stage.run("optimal-build", "psql", "-c", "SELECT * FROM audit_log;")


@pytest.mark.parametrize(
    ("name", "service", "text"),
    [
        ("slow-dependency", "inferadb", "slow FoundationDB read"),
        ("disk-full", "omendb", "No space left on device"), ("expired-keys", "inferadb", "signing key expired"),
        ("too-many-connections", "ml-platform", "too many clients already"),
        ("security-incident", "optimal-build", "ip=198.51.100.23"),
    ],
)  # fmt: skip
def test_the_logs_name_the_cause(stage: Stage, name: str, service: str, text: str) -> None:
    story(name).begin(stage.scene)
    stage.wait(60)
    pod = next(pod for pod in stage.scene.of(service).pods_now() if is_ready(pod))
    run_ = stage.cluster.kubelet.containers(pod)[0].run
    assert run_ is not None
    assert any(text in line for _, line in run_.lines(stage.cluster.now())), name_of(pod)


TTL, AUTH = "INFERA__CACHE__TTL_SECONDS", "INFERA__AUTH__ENABLED"
BORNE: list[tuple[str, Act, Act]] = [
    ("slow-dependency", environment(TTL, "3600"), environment(TTL, "60")),
    ("expired-keys", environment(AUTH, "false"), environment(AUTH, "true")),
    ("traffic-spike", scaled(BUILD, 6), scaled(BUILD, 3)),
    ("out-of-memory", scaled(INFERADB, 14), scaled(INFERADB, 6)),
    ("node-lost", scaled(LAB, 7), scaled(LAB, 2)),
]


@pytest.mark.parametrize(("name", "bear", "undo"), BORNE, ids=[name for name, *_ in BORNE])
def test_a_trouble_that_is_borne_is_over_until_what_bears_it_goes(
    stage: Stage, name: str, bear: Act, undo: Act
) -> None:
    one = story(name)
    one.begin(stage.scene)
    stage.wait(60)
    bear(stage)
    stage.wait(90)
    assert not one.is_on(stage.scene)
    assert one.lingers(stage.scene)
    undo(stage)
    stage.wait(90)
    assert one.is_on(stage.scene)
    one.heal(stage.scene)
    assert not one.lingers(stage.scene)


def test_a_node_is_lost_even_when_nothing_of_the_service_runs(stage: Stage) -> None:
    scaled(LAB, 0)(stage)
    stage.wait(10)
    story("node-lost").begin(stage.scene)
    assert len(stage.cluster.kubelet.lost) == 1


@pytest.mark.parametrize(
    ("name", "namespace", "path", "status", "why"),
    [
        ("expired-keys", "inferadb", "/v1/check", 401, "signing key expired"),
        ("expired-keys", "inferadb", "/health/ready", 503, "signing key expired"),
        ("disk-full", "omendb-prod", "/health/ready", 503, "No space left on device"),
        ("too-many-connections", "ml-platform", "/health/ready", 503, "too many clients already"),
    ],
)  # fmt: skip
def test_whoever_asks_the_service_is_told_what_its_log_says(
    stage: Stage, name: str, namespace: str, path: str, status: int, why: str
) -> None:
    story(name).begin(stage.scene)
    stage.wait(60)
    host = next(host for here, host in stage.cluster.proxied if here == namespace)
    tuple_ = b'{"tuple": {"object": "doc:1", "relation": "viewer", "subject": "user:alice"}}'
    method = "POST" if path == "/v1/check" else "GET"
    answers = [stage.cluster.proxied[namespace, host](method, path, tuple_) for _ in range(30)]
    assert any(code == status and why in body.decode() for code, _, body in answers)
