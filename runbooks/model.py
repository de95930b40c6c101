"""What a runbook is: a service's ladder of severities, what to look at, what to do, whom to tell and in which words."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runbooks import default_texts
from runbooks.durations import Cadence, Duration

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Phase = Literal["assess", "investigate", "verify"]
Risk = Literal["low", "medium", "high"]


class Part(BaseModel):
    """A part of a runbook: it does not change, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class Target(Part):
    """Where the service runs in Kubernetes."""

    cluster: str = "prod"
    """A name of `clusters` in muster.yaml."""
    namespace: Id = "default"
    workload: str = ""
    """`deployment/inferadb`."""
    selector: str = ""
    services: tuple[Id, ...] = ()
    """Bare hosts of curl lines that are Services of this namespace: asked through the API server's service proxy."""


class Channels(Part):
    """Where an incident is told."""

    announce: str = "#incidents"
    critical: dict[str, str] = {}
    """Severity key -> one more channel that hears of it."""
    name: str = "incident-{id}-{service}-{title}"


class Link(Part):
    """Something to open: a dashboard, the status page."""

    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    emoji: str = ":link:"


class Contact(Part):
    """Somebody to call; `person` is a name of `people` in muster.yaml."""

    name: Text
    role: Text = ""
    reach: Text = ""
    person: str = ""


class EscalationLevel(Part):
    """Who hears of it next: `after` that long, unless the incident was acknowledged or resolved by then."""

    after: Duration = timedelta(0)
    unless: Literal["", "acknowledged", "resolved"] = ""
    notify: tuple[str, ...] = Field(min_length=1)
    """Names of `people` in muster.yaml."""
    say: Text = ""


class Severity(Part):
    """One step of the ladder."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=20)]
    meaning: Text = ""
    examples: tuple[Text, ...] = ()
    respond_within: Duration = timedelta(hours=1)
    update: Cadence = Field(default=Cadence(), alias="update_every")
    invite: tuple[str, ...] = ()
    """Names of `people` who join the channel at once, besides the runbook's `on_call`."""
    escalate: tuple[EscalationLevel, ...] = ()
    suggest_when: tuple[str, ...] = ()
    """Conditions such as `error_ratio > 0.05`."""
    emoji: str = ""
    colour: str = ""


class Diagnostic(Part):
    """One thing to look at: one of `run`, `promql`, `http`, `manual`; `foreach` repeats `run` for each `{item}`."""

    id: Id
    title: Text = ""
    phase: Phase = "investigate"
    run: Line | None = None
    promql: Line | None = None
    http: Line | None = None
    manual: Line | None = None
    foreach: Line | None = None
    """A line whose output names the items, one a line."""
    find: tuple[str, ...] = ()
    unit: str = ""
    bad_when: str = ""
    timeout: Duration = timedelta(seconds=15)
    help: Text = ""

    @property
    def name(self) -> str:
        """What to call it in a summary."""
        return self.title or self.id.replace("-", " ").replace("_", " ").capitalize()

    @property
    def line(self) -> str:
        """What a person would type."""
        if self.promql:
            return f"promql {' '.join(self.promql.split())}"
        if self.http:
            return self.http if self.http.startswith("curl") else f"curl -sS {self.http}"
        return self.run or self.manual or ""

    @property
    def automatic(self) -> bool:
        """Whether Muster runs it, or a person does."""
        return self.manual is None


class Input(Part):
    """What a person chooses for a mitigation; the value becomes part of one word of its line."""

    type: Literal["integer", "number", "name", "text", "choice"] = "text"
    default: int | float | str | None = None
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    label: Text = ""
    help: Text = ""


class Mitigation(Part):
    """One thing to do: exactly one of `run` and `manual`."""

    id: Id
    title: Text = ""
    about: Text = ""
    run: Line | None = None
    manual: Line | None = None
    inputs: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], Input] = {}
    risk: Risk = "medium"
    verify: tuple[str, ...] = ()
    """Ids of diagnostics that show whether it helped."""
    timeout: Duration = timedelta(minutes=5)
    """How long its rollout is followed."""

    @property
    def name(self) -> str:
        """What its button says."""
        return self.title or self.id.replace("-", " ").replace("_", " ").capitalize()

    @property
    def line(self) -> str:
        """The line as it stands in the runbook, with `{input}`s."""
        return self.run or self.manual or ""


class Scenario(Part):
    """A way this service is known to fail."""

    id: Id
    title: Text = ""
    when: tuple[str, ...] = ()
    """Conditions, all of which hold."""
    look_for: tuple[Text, ...] = ()
    causes: tuple[Text, ...] = ()
    check: tuple[str, ...] = ()
    """Ids of diagnostics."""
    try_: tuple[str, ...] = Field(default=(), alias="try")
    """Ids of mitigations."""
    link: str = ""


class Checklist(Part):
    """What to remember while `phase` lasts."""

    id: Id
    title: Text = ""
    phase: Text = ""
    items: tuple[Text, ...] = Field(min_length=1)


class DrillTime(Part):
    """When a drill begins, as APScheduler's CronTrigger reads it: `{day: 1st fri, hour: 10, zone: Europe/Berlin}`."""

    month: str | int = "*"
    day: str | int = "*"
    day_of_week: str | int = "*"
    hour: str | int = 10
    minute: str | int = 0
    zone: str = "UTC"


class Drill(Part):
    """An exercise: an incident that is marked as one."""

    id: Id
    title: Text = ""
    about: Text = ""
    on: DrillTime | None = None
    scenario: str = ""
    severity: str = ""


TEMPLATE_VALUES = frozenset(
    {
        "ref", "title", "service", "severity", "meaning", "status", "impact", "known", "commander",
        "communications", "channel", "declared_by", "started", "duration", "next_update", "link", "drill",
        "private", "by", "contact", "say", "resolved", "root_cause", "fix", "follow_ups", "date", "detected",
        "time_to_detect", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve", "updates_on_time",
        "went_well", "went_wrong", "timeline", "outputs", "mitigations", "roles",
    }
)  # fmt: skip
"""What templates may name; `Templates` says what each of them is."""


class Templates(Part):
    """Jinja2 texts (`runbooks.templates.render`). The values a template may name, all text unless said otherwise:

    everywhere: ref ("INC-7"), title, service, severity, meaning, status, impact, known, commander, communications,
    channel, declared_by, started, duration, next_update, link (to the card), drill and private (true or false);
    update: by; escalation: contact (mentions), say; resolution and postmortem: resolved, root_cause, fix,
    follow_ups [{text, owner, due}]; postmortem: date, detected, time_to_detect, time_to_acknowledge,
    time_to_mitigate, time_to_resolve, updates_on_time ("4 of 5"), went_well [text], went_wrong [text],
    timeline [{at, person, kind, text}], outputs [{at, title, line, level, headline, text}],
    mitigations [{at, title, line, state, by}], roles [{role, person}].
    """

    announcement: str = default_texts.ANNOUNCEMENT
    update: str = default_texts.UPDATE
    automatic_update: str = default_texts.AUTOMATIC_UPDATE
    resolution: str = default_texts.RESOLUTION
    escalation: str = default_texts.ESCALATION
    postmortem: str = default_texts.POSTMORTEM


class Runbook(Part):
    """Everything Muster knows of one service; only `service` and one severity are required."""

    service: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    title: Text = ""
    about: Text = ""
    owner: Text = ""
    on_call: str = ""
    """A name of `people` in muster.yaml: invited to every incident of this service."""
    kubernetes: Target | None = None
    prometheus: str = "prod"
    """A name of `prometheus` in muster.yaml."""
    channels: Channels = Channels()
    links: tuple[Link, ...] = ()
    severities: tuple[Severity, ...] = Field(min_length=1)
    contacts: tuple[Contact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    templates: Templates = Templates()
    drills: tuple[Drill, ...] = ()

    @property
    def name(self) -> str:
        """What people call the service."""
        return self.title or self.service

    def severity(self, text: str) -> Severity | None:
        """Find a severity as people write it: `sev2`, `SEV2` and `SEV-2` are the same."""
        return next((one for one in self.severities if _loose(one.key) == _loose(text)), None)

    def diagnostic(self, id_: str) -> Diagnostic | None:
        """Find a diagnostic by its id; `crash_loops` finds `crash-loops`."""
        return next((one for one in self.diagnostics if _loose(one.id) == _loose(id_)), None)

    def mitigation(self, id_: str) -> Mitigation | None:
        """Find a mitigation by its id; `scale_up` and `Scale-Up` find `scale-up`."""
        return next((one for one in self.mitigations if _loose(one.id) == _loose(id_)), None)

    def scenario(self, id_: str) -> Scenario | None:
        """Find a scenario by its id."""
        return next((one for one in self.scenarios if _loose(one.id) == _loose(id_)), None)

    def of_phase(self, phase: Phase) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of one phase, in the runbook's order."""
        return tuple(step for step in self.diagnostics if step.phase == phase)


def _loose(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
