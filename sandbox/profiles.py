"""The company's five services: where each runs, what it bears, how it speaks, counts and answers."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.cluster.worlds import active_inference, inferadb, ml_platform, omendb, optimal_build
from sandbox.health import LOAD, Bearing

TENANTS = ("acme", "globex", "initech", "umbrella", "hooli")
Talk = Callable[[float, random.Random, str], str]
"""Says one line of a log: (share of errors at that moment, dice, what troubles it) -> line."""


@dataclass(frozen=True)
class Profile:
    """One service; `memory` is what a pod uses at rest and for each request a second, in MiB."""

    service: str
    title: str
    namespace: str
    deployment: str
    app: str
    names: Mapping[str, str]
    talk: Talk
    methods: Mapping[str, float]
    load: float = LOAD
    bearing: Bearing = field(default_factory=Bearing)
    memory: tuple[float, float] = (170.0, 7.6)
    hosts: tuple[str, ...] = ()
    database_pod: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """Give the labels that Prometheus puts on everything it scrapes here."""
        return {
            "job": self.service,
            "instance": f"{self.hosts[0]}.{self.namespace}.svc:8080",
            "namespace": self.namespace,
        }


def inferadb_talk(ratio: float, dice: random.Random, says: str) -> str:
    tenant, shard = dice.choice(TENANTS), dice.randrange(128)
    fate = dice.random()
    if fate < min(0.6, 1.6 * ratio):
        why = says or f'error="shard lease expired" shard={shard}'
        return f"ERROR inferadb::api: check failed {why} tenant={tenant} latency_ms={dice.randrange(900, 2600)}"
    slow = "FoundationDB" in says
    if fate > (0.6 if slow else 0.995):
        took = dice.randrange(700, 1900) if slow else dice.randrange(80, 200)
        return f" WARN inferadb::storage: slow FoundationDB read shard={shard} latency_ms={took}"
    found = "allowed" if dice.random() < 0.86 else "denied"
    return f" INFO inferadb::api: check {found} tenant={tenant} latency_ms={dice.randrange(3, 40)} cache=hit"


def talker(good: tuple[str, ...], bad: str) -> Talk:
    """Make a way to speak: usual lines, and one for a failed request, unless the trouble gives a whole one.

    `{ms}` and `{who}` are filled in.
    """

    def talk(ratio: float, dice: random.Random, says: str) -> str:
        failed = dice.random() < min(0.6, 1.6 * ratio)
        wrong = says if says.startswith("WARN ") else f"{bad} {says or 'error=overloaded'}"
        line = wrong if failed else dice.choice(good)
        ms = dice.randrange(900, 4000) if failed else dice.randrange(4, 60)
        return line.replace("{ms}", str(ms)).replace("{who}", dice.choice(TENANTS))

    return talk


def _names(prefix: str) -> dict[str, str]:
    return {
        "requests": f"{prefix}_requests_total", "errors": f"{prefix}_errors_total",
        "durations": f"{prefix}_request_duration_seconds",
    }  # fmt: skip


INFERADB = Profile(
    "inferadb", "InferaDB", inferadb.NAMESPACE, inferadb.NAME, inferadb.NAME, _names("inferadb"), inferadb_talk,
    {"check": 0.82, "expand": 0.07, "list": 0.06, "write": 0.05}, hosts=("inferadb",),
)  # fmt: skip
OMENDB = Profile(
    "omendb", "OmenDB", omendb.NAMESPACE, omendb.NAME, "omendb", _names("omendb"),
    talker(
        (" INFO omendb::query: done duration_ms={ms} tenant={who}", " INFO omendb::insert: batch ok duration_ms={ms}"),
        "ERROR omendb::insert: failed duration_ms={ms}",
    ),
    {"insert": 0.6, "query": 0.4}, 220.0, Bearing(110.0, 0.014, 0.06, 0.0), (2400.0, 5.0),
    ("load-balancer", omendb.NAME),
)  # fmt: skip
ML_PLATFORM = Profile(
    "ml-platform", "MLPlatform", ml_platform.NAMESPACE, ml_platform.NAME, ml_platform.NAME,
    _names("ml_platform"),
    talker(
        ("INFO api: POST /predict 200 tenant={who} ms={ms}", "INFO api: GET /models 200 ms={ms}"),
        "ERROR api: POST /predict 500 ms={ms}",
    ),
    {"predict": 0.9, "models": 0.1}, 300.0, Bearing(93.0, 0.021, 0.08, 0.0, over_errors=0.8), (620.0, 4.0),
    (ml_platform.NAME,), "postgres-",
)  # fmt: skip
ACTIVE_INFERENCE = Profile(
    "active-inference", "ActiveInference", active_inference.NAMESPACE, active_inference.NAME, active_inference.NAME,
    _names("active_inference"),
    talker(
        ("INFO api: GET /beliefs 200 user={who} ms={ms}", "INFO api: POST /infer 200 ms={ms}"),
        "ERROR api: POST /infer 500 ms={ms}",
    ),
    {"infer": 0.7, "beliefs": 0.3}, 120.0, Bearing(50.0, 0.018, 0.07, 0.0), (380.0, 3.0), (active_inference.NAME,),
    "postgres-0",
)  # fmt: skip
OPTIMAL_BUILD = Profile(
    "optimal-build", "OptimalBuild", optimal_build.NAMESPACE, optimal_build.NAME, "optimal-build",
    {"requests": "http_requests_total", "errors": "http_errors_total", "durations": "http_request_duration_seconds"},
    talker(
        (
            'INFO app.access: 200 endpoint="/api/plans" duration_ms={ms}',
            'INFO app.access: 200 endpoint="/api/checks" duration_ms={ms} customer={who}',
        ),
        'ERROR app.access: 500 endpoint="/api/checks" duration_ms={ms}',
    ),
    {"GET": 0.75, "POST": 0.25}, 90.0, Bearing(39.0, 0.02, 0.075, 0.0, over_slow=30.0), (290.0, 2.0),
    (optimal_build.NAME,),
)  # fmt: skip
PROFILES = (INFERADB, OMENDB, ML_PLATFORM, ACTIVE_INFERENCE, OPTIMAL_BUILD)
