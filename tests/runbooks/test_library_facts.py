"""The tables and lists of the five wikis, and where each of their facts stands in the library."""

from datetime import UTC, datetime

import pytest

from runbooks.model import Runbook, Severity
from runbooks.parts.calendar import next_time
from runbooks.parts.conditions import Condition
from runbooks.parts.durations import spelled
from runbooks.templates import render
from tests.library import library

BOOKS = library()
NUMBERS = {"error_ratio": 0.0, "p99_seconds": 0.0, "p95_seconds": 0.0, "slowdown": 1.0, "memory_ratio": 0.0}


def severity(service: str, key: str) -> Severity:
    found = BOOKS[service].severity(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("service", "key", "respond", "resolve", "update"),
    [
        ("inferadb", "SEV-1", "at once", "", "30m"),
        ("inferadb", "SEV-2", "15m", "", "30m"),
        ("inferadb", "SEV-3", "1h", "", "2h"),
        ("inferadb", "SEV-4", "4h", "", "2h"),
        ("omendb", "SEV1", "15m", "", "30m"),
        ("omendb", "SEV2", "1h", "", "1h"),
        ("omendb", "SEV3", "4h", "", "8h"),
        ("ml-platform", "P0", "15m", "", "15m"),
        ("ml-platform", "P1", "30m", "", "30m"),
        ("ml-platform", "P2", "2h", "", "1h"),
        ("ml-platform", "P3", "1d", "", "1d"),
        ("active-inference", "P0", "15m", "2h", "30m"),
        ("active-inference", "P1", "1h", "8h", "1h"),
        ("active-inference", "P2", "4h", "1d", "4h"),
        ("active-inference", "P3", "1d", "7d", "1d"),
        ("optimal-build", "SEV1", "15m", "", "30m"),
        ("optimal-build", "SEV2", "30m", "", "30m"),
        ("optimal-build", "SEV3", "2h", "", "2h"),
        ("optimal-build", "SEV4", "next business day", "", "1d"),
    ],
)
def test_a_severity_is_answered_resolved_and_told_in_its_time(
    service: str, key: str, respond: str, resolve: str, update: str
) -> None:
    one = severity(service, key)
    assert one.key == key
    assert (str(one.respond_within), str(one.resolve_within or ""), spelled(one.update.due_after)) == (
        respond,
        resolve,
        update,
    )
    assert one.meaning
    assert one.examples


def test_every_ladder_has_its_own_names_and_no_others() -> None:
    assert {name: [one.key for one in book.severities] for name, book in BOOKS.items()} == {
        "inferadb": ["SEV-1", "SEV-2", "SEV-3", "SEV-4"],
        "omendb": ["SEV1", "SEV2", "SEV3"],
        "ml-platform": ["P0", "P1", "P2", "P3"],
        "active-inference": ["P0", "P1", "P2", "P3"],
        "optimal-build": ["SEV1", "SEV2", "SEV3", "SEV4"],
    }


@pytest.mark.parametrize(
    ("service", "number", "value", "key"),
    [
        ("inferadb", "error_ratio", 0.06, "SEV-2"),
        ("inferadb", "error_ratio", 0.02, "SEV-3"),
        ("inferadb", "p99_seconds", 1.1, "SEV-2"),
        ("inferadb", "p99_seconds", 0.6, "SEV-3"),
        ("inferadb", "pods_up", 0, "SEV-1"),
        ("omendb", "error_ratio", 0.02, "SEV2"),
        ("omendb", "p95_seconds", 1.1, "SEV2"),
        ("omendb", "memory_ratio", 0.91, "SEV2"),
        ("omendb", "cpu_ratio", 0.81, "SEV2"),
        ("ml-platform", "error_ratio", 0.06, "P1"),
        ("ml-platform", "slowdown", 1.6, "P1"),
        ("ml-platform", "slowdown", 1.3, "P2"),
        ("active-inference", "slowdown", 1.6, "P1"),
        ("active-inference", "pods_up", 0, "P0"),
        ("optimal-build", "p95_seconds", 0.6, "SEV3"),
        ("optimal-build", "error_ratio", 0.99, "SEV1"),
    ],
)
def test_a_number_suggests_the_severity_that_the_wiki_gives_it(
    service: str, number: str, value: float, key: str
) -> None:
    conditions = [(one.key, Condition.read(text)) for one in BOOKS[service].severities for text in one.suggest_when]
    assert next((key for key, one in conditions if one.step == number and one.holds(value)), "") == key


@pytest.mark.parametrize("service", BOOKS)
def test_a_quiet_day_suggests_no_severity_and_no_scenario(service: str) -> None:
    book = BOOKS[service]
    quiet = {**NUMBERS, "pods_up": 3.0, "disk_ratio": 0.6, "cpu_ratio": 0.2, "traffic": 1.0}
    said = [text for one in book.severities for text in one.suggest_when]
    said += [text for one in book.scenarios for text in one.when]
    assert said
    assert [text for text in said if (one := Condition.read(text)).holds(quiet.get(one.step, 0.0))] == []


def test_every_number_that_decides_is_measured_at_once_or_is_one_that_needs_more() -> None:
    later = {
        (name, step)
        for name, book in BOOKS.items()
        for one in book.severities
        for text in one.suggest_when
        if (step := Condition.read(text).step) not in {each.id for each in book.of_phase("assess")}
    }
    assert later == {("omendb", "cpu_ratio")}


@pytest.mark.parametrize(
    ("service", "key", "how", "whom", "within"),
    [
        ("inferadb", "SEV-1", "page", "on-call-manager", "0s"),
        ("inferadb", "SEV-1", "email", "stakeholders", "15m"),
        ("inferadb", "SEV-2", "page", "on-call", "0s"),
        ("inferadb", "SEV-3", "email", "on-call", "0s"),
        ("inferadb", "SEV-4", "status-page", "customers", "2h"),
        ("omendb", "SEV1", "status-page", "customers", "5m"),
        ("omendb", "SEV3", "ticket", "OmenDB team", "4h"),
        ("ml-platform", "P0", "call", "cto", "15m"),
        ("ml-platform", "P0", "status-page", "customers", "15m"),
        ("ml-platform", "P1", "status-page", "customers", "15m"),
        ("ml-platform", "P1", "message", "engineering-manager", "30m"),
        ("ml-platform", "P0", "message", "product-manager", "15m"),
        ("ml-platform", "P1", "message", "support-lead", "30m"),
        ("ml-platform", "P0", "email", "partners", "30m"),
        ("active-inference", "P0", "status-page", "users", "0s"),
        ("active-inference", "P1", "status-page", "users", "0s"),
        ("active-inference", "P2", "status-page", "users", "2h"),
        ("active-inference", "P3", "ticket", "the standard support queue", "0s"),
        ("optimal-build", "SEV1", "page", "on-call", "0s"),
        ("optimal-build", "SEV1", "call", "engineering-manager", "15m"),
        ("optimal-build", "SEV2", "status-page", "users", "10m"),
    ],
)
def test_who_is_told_outside_slack_and_by_when(service: str, key: str, how: str, whom: str, within: str) -> None:
    said = [(one.how, spelled(one.within)) for one in severity(service, key).notices if whom in one.whom]
    assert (how, within) in said


def test_what_the_wiki_tells_nobody_is_told_to_nobody() -> None:
    assert [one.how for one in severity("active-inference", "P3").notices] == ["ticket"]
    assert severity("optimal-build", "SEV4").notices == ()
    assert all("cto" not in one.whom for one in severity("ml-platform", "P1").notices)


@pytest.mark.parametrize(
    ("service", "key", "levels"),
    [
        ("inferadb", "SEV-1", ["0s on-call-manager", "0s platform-lead"]),
        ("inferadb", "SEV-2", ["15m resolved platform-lead", "15m resolved on-call"]),
        ("inferadb", "SEV-3", []),
        (
            "omendb",
            "SEV1",
            [
                "L1 0s on-call",
                "L2 15m acknowledged alice.johnson",
                "L3 30m mitigated bob.smith",
                "L4 1h mitigated carol.davis",
            ],
        ),
        ("ml-platform", "P0", ["0s on-call", "0s engineering-manager"]),
        ("ml-platform", "P1", ["0s on-call"]),
        ("ml-platform", "P2", ["2h acknowledged business on-call"]),
        ("ml-platform", "P3", ["1d acknowledged business on-call"]),
        (
            "active-inference",
            "P0",
            [
                "Primary 0s on-call",
                "Secondary 15m acknowledged backend-on-call",
                "Escalation 30m mitigated engineering-manager",
            ],
        ),
        ("active-inference", "P2", ["0s acknowledged business on-call"]),
        (
            "optimal-build",
            "SEV1",
            ["Secondary 15m acknowledged secondary-on-call", "Manager 30m acknowledged engineering-manager"],
        ),
        (
            "optimal-build",
            "SEV2",
            ["Secondary 15m acknowledged secondary-on-call", "All on call 30m acknowledged on-call secondary-on-call"],
        ),
    ],
)  # fmt: skip
def test_who_is_called_next_and_after_how_long(service: str, key: str, levels: list[str]) -> None:
    said = [
        " ".join(
            filter(
                None,
                [one.level, spelled(one.after), one.unless, "business" if one.business_hours else "", *one.notify],
            )
        )
        for one in BOOKS[service].levels(key)
    ]
    assert said == levels


@pytest.mark.parametrize(
    ("service", "name", "facts"),
    [
        ("omendb", "Current rotation", "+1-555-0100 @oncall L1"),
        ("omendb", "Alice Johnson", "+1-555-0101 @alice.johnson L2"),
        ("omendb", "Bob Smith", "+1-555-0102 @bob.smith L3"),
        ("omendb", "Carol Davis", "+1-555-0103 @carol.davis L4"),
        ("omendb", "Cloud provider", "vendor +1-800-SUPPORT ACC-12345"),
        ("omendb", "Monitoring", "vendor support@datadog.com org-67890"),
        ("omendb", "Security", "security@company.com INT-11111"),
        ("ml-platform", "SRE on call", "+1-XXX-XXX-XXXX PagerDuty"),
        ("ml-platform", "Engineering manager", "+1-XXX-XXX-XXXX"),
        ("ml-platform", "CTO", "+1-XXX-XXX-XXXX P0"),
        ("ml-platform", "AWS support", "vendor +1-XXX-XXX-XXXX Enterprise"),
        ("ml-platform", "PagerDuty support", "vendor +1-XXX-XXX-XXXX"),
        ("ml-platform", "Slack support", "vendor support@slack.com"),
        ("ml-platform", "Support team lead", "+1-XXX-XXX-XXXX"),
        ("ml-platform", "Customer success", "+1-XXX-XXX-XXXX"),
        ("active-inference", "DevOps engineer", "rotation Primary +1-XXX-XXX-XXXX"),
        ("active-inference", "Senior backend engineer", "rotation Secondary"),
        ("active-inference", "Engineering manager", "Escalation +1-XXX-XXX-XXXX"),
        ("active-inference", "CTO", "+1-XXX-XXX-XXXX"),
        ("active-inference", "Cloud provider", "vendor Portal"),
        ("active-inference", "Database vendor", "vendor +1-XXX-XXX-XXXX"),
        ("active-inference", "Security vendor", "vendor +1-XXX-XXX-XXXX"),
        ("optimal-build", "Primary on call", "rotation PagerDuty 15"),
        ("optimal-build", "Secondary on call", "rotation PagerDuty 30"),
        ("optimal-build", "Engineering manager", "Phone SEV1"),
        ("optimal-build", "Security", "security@optimal-build.com #security-incidents"),
        ("optimal-build", "Legal", "legal@optimal-build.com"),
    ],
)
def test_a_contact_stands_there_as_it_was_written(service: str, name: str, facts: str) -> None:
    (one,) = (each for each in BOOKS[service].contacts if each.name == name)
    for fact in facts.split():
        assert fact in repr(one)


@pytest.mark.parametrize(
    ("service", "lists"),
    [
        (
            "inferadb",
            {
                "first-response": (4, "5m"),
                "investigation": (5, "15m"),
                "mitigation": (4, "30m"),
                "resolution": (4, ""),
                "afterwards": (4, "2d"),
            },
        ),
        ("omendb", {"degraded": (4, "1h"), "within-a-day": (5, "1d"), "within-a-week": (5, "7d")}),
        (
            "ml-platform",
            {"first-actions": (8, "15m"), "validation": (7, ""), "afterwards": (4, "1d"), "review": (5, "7d")},
        ),
        (
            "active-inference",
            {
                "assessment": (4, "5m"),
                "recovery": (5, ""),
                "within-two-hours": (4, "2h"),
                "within-a-day": (4, "1d"),
                "within-a-week": (4, "7d"),
            },
        ),
        (
            "optimal-build",
            {"triage": (7, "5m"), "communication": (2, "10m"), "investigation": (8, "30m"), "mitigation": (2, "1h")},
        ),
    ],
)  # fmt: skip
def test_a_checklist_has_its_items_and_its_time(service: str, lists: dict[str, tuple[int, str]]) -> None:
    found = {one.id: (len(one.items), spelled(one.within) if one.within else "") for one in BOOKS[service].checklists}
    assert {name: found[name] for name in lists} == lists


@pytest.mark.parametrize(
    ("service", "scenario", "first"),
    [
        ("active-inference", "security", ["keep-logs", "accesses", "intruders"]),
        ("optimal-build", "security", ["keep-logs", "keep-audit"]),
        ("ml-platform", "database-corruption", ["stop-writes", "read-only"]),
        ("ml-platform", "region-failure", ["aws-health", "secondary-region"]),
        ("omendb", "data-lost", ["backups", "integrity"]),
    ],
)
def test_what_comes_first_comes_before_any_fix(service: str, scenario: str, first: list[str]) -> None:
    one = BOOKS[service].scenario(scenario)
    assert one is not None
    assert list(one.first) == first
    assert not set(one.first) & set(one.try_)
    assert one.severity == BOOKS[service].severities[0].key


@pytest.mark.parametrize("service", ["active-inference", "optimal-build"])
def test_evidence_is_kept_whole_under_its_own_name(service: str) -> None:
    kept = {one.id: one.save_as for one in BOOKS[service].diagnostics if one.save_as}
    assert kept["keep-logs"].startswith("incident-logs-{date}")
    assert len(kept) == 2


@pytest.mark.parametrize(
    ("service", "whom"),
    [
        ("active-inference", {"security-team", "legal"}),
        ("optimal-build", {"security@optimal-build.com", "#security-incidents", "legal@optimal-build.com"}),
    ],
)
def test_a_security_incident_is_told_to_who_must_know(service: str, whom: set[str]) -> None:
    one = BOOKS[service].scenario("security")
    assert one is not None
    assert {name for notice in one.notices for name in notice.whom} == whom


@pytest.mark.parametrize(
    ("service", "scenarios"),
    [
        ("inferadb", {"all-pods-failing", "high-error-rate", "high-latency"}),
        ("omendb", {"crash-loop", "out-of-memory", "disk-full", "degraded", "not-critical"}),
        ("ml-platform", {"region-failure", "database-corruption"}),
        ("active-inference", {"api-down", "database-slow", "out-of-memory", "security"}),
        ("optimal-build", {"unavailable", "database", "latency", "security"}),
    ],
)
def test_every_way_to_fail_that_a_wiki_knows_is_a_scenario(service: str, scenarios: set[str]) -> None:
    found = {one.id: one for one in BOOKS[service].scenarios}
    assert scenarios <= set(found)
    for one in found.values():
        assert one.look_for, f"{service}: {one.id} has no symptoms"
        assert one.check, f"{service}: {one.id} looks at nothing"


@pytest.mark.parametrize(
    ("service", "sections"),
    [
        ("inferadb", ["Incident summary", "Root cause", "Detection", "Response", "What went well", "What went wrong"]),
        ("omendb", ["Contributing factors", "Detection gaps", "What went well?", "What could be better?", "Prevention",
                    "Detection", "Response", "Data integrity"]),
        ("ml-platform", ["1. Timeline", "2. Root cause", "3. Impact", "4. Action items", "5. How we work"]),
        ("active-inference", ["Summary", "Timeline", "Root cause", "Impact", "Revenue", "Resolution", "Owner: ",
                              "Due: ", "Lessons learned"]),
        ("optimal-build", ["Summary", "Timeline (UTC)", "Root cause", "Impact", "What went well", "What went wrong",
                           "| Action | Owner | Due date |", "Lessons learned"]),
    ],
)  # fmt: skip
def test_a_postmortem_has_the_form_of_its_own_service(service: str, sections: list[str]) -> None:
    said = render(BOOKS[service].templates.postmortem, {})
    for section in sections:
        assert section in said


@pytest.mark.parametrize(
    ("service", "template", "said"),
    [
        ("inferadb", "handoff", ["Severity", "Status", "Current state", "Actions taken", "Next steps", "Contact"]),
        ("ml-platform", "ticket", ["Title: [", "Priority: ", "Components: ", "Impact: "]),
        ("ml-platform", "resolution", ["RESOLVED", "Started", "Root cause", "Resolution", "Impact", "review"]),
        ("active-inference", "announcement", ["Severity", "Component", "Impact", "Status", "Lead", "War room"]),
        ("optimal-build", "announcement", ["INCIDENT", "Status", "Impact", "Started", "Lead", "Updates in"]),
        ("optimal-build", "resolution", ["INCIDENT RESOLVED", "Duration", "Root cause", "Fix", "Follow-up"]),
    ],
)
def test_a_text_has_the_form_of_its_own_service(service: str, template: str, said: list[str]) -> None:
    filled = render(getattr(BOOKS[service].templates, template), {"fix": "Rolled back"})
    for part in said:
        assert part in filled


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_users_read_nothing_of_pods_or_people_on_the_status_page(book: Runbook) -> None:
    for _, text in book.templates.status_page:
        said = text.lower()
        assert text
        assert not any(word in said for word in ("pod", "kubectl", "commander", "root_cause", "{{ known"))


@pytest.mark.parametrize(
    ("service", "pattern"),
    [
        ("inferadb", "incident-{id}-{service}-{title}"),
        ("ml-platform", "incident-{day}-{time}-{id}"),
        ("active-inference", "incident-{day}-{number}"),
        ("optimal-build", "incident-{date}-{title}-{id}"),
    ],
)
def test_a_channel_is_called_as_the_wiki_says(service: str, pattern: str) -> None:
    assert BOOKS[service].channels.name == pattern


def test_the_four_fridays_of_the_ml_platform_are_drills() -> None:
    november = datetime(2026, 11, 1, tzinfo=UTC)
    days = {}
    for drill in BOOKS["ml-platform"].drills:
        assert drill.on is not None
        came = next_time(drill.on, november)
        assert came is not None
        days[came.day] = (drill.id, drill.scenario)
    assert days == {
        6: ("database-failover", "database-trouble"),
        13: ("application-rollback", "pods-failing"),
        20: ("regional-failover", "region-failure"),
        27: ("disaster-recovery", "database-corruption"),
    }


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_a_volume_that_cannot_be_mounted_shows_in_the_quick_assessment(book: Runbook) -> None:
    assert [step for step in book.of_phase("assess") if {"warnings", "failed-mount"} & set(step.find)]


def test_who_may_have_noticed_it_before_is_asked_where_the_wiki_names_them() -> None:
    step = BOOKS["ml-platform"].diagnostic("monitors")
    assert step is not None
    sources = ("Grafana", "PagerDuty", "Pingdom", "BlackBox", "CloudWatch", "DataDog", "customers", "partners")
    assert [one for one in sources if one not in step.line] == []


def test_the_on_call_engineer_of_the_ml_platform_is_commander_from_the_start() -> None:
    assert [(one.role, one.person) for one in BOOKS["ml-platform"].roles] == [("commander", "on-call")]
    assert BOOKS["inferadb"].roles == ()


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_what_cannot_be_taken_back_needs_a_second_person(book: Runbook) -> None:
    final = (
        "--replicas=0 -n omendb",
        "--replicas=0 -n ml",
        "api --replicas=0",
        "FLUSHDB",
        "restore",
        "-delete",
        "promote",
    )
    for one in book.mitigations:
        assert one.verify, one.id
        if any(part in one.line for part in final):
            assert one.approved, one.id
