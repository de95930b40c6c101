"""What a runbook is: a service's ladder of severities, what to look at, what to do, whom to tell and in which words."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, GetJsonSchemaHandler, PrivateAttr, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from runbooks import default_texts
from runbooks.drill import Drill, DrillTime
from runbooks.durations import Duration
from runbooks.ladder import EscalationLevel, Notice, Severity
from runbooks.part import Expression, Id, Named, Part, Text
from runbooks.steps import Diagnostic, Input, Mitigation, Phase


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
    critical: dict[str, str] = Field(default_factory=dict)
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
    kind: Literal["person", "rotation", "team", "vendor"] = "person"
    role: Text = ""
    reach: Text = ""
    """In a few words: `PagerDuty`, `Slack or phone`."""
    phone: Text = ""
    email: Text = ""
    account: Text = ""
    """What a vendor asks for first."""
    person: str = ""


class RoleHeld(Part):
    """Who holds a role from the start, and what they do; one that nobody holds is only told."""

    role: Literal["commander", "communications", "scribe"]
    person: str = ""
    """A name of `people` in muster.yaml; of a user group, its first member."""
    about: Text = ""


class Scenario(Named):
    """A way this service is known to fail."""

    when: tuple[str, ...] = ()
    """Conditions, all of which hold."""
    found: tuple[str, ...] = ()
    """Findings, one of which is there: `oom-killed`. With `when`, both are wanted."""
    first: tuple[str, ...] = ()
    """Ids of diagnostics and mitigations that come before any fix: evidence is kept before anything is stopped."""
    advice: tuple[Text, ...] = ()
    """What to know and do besides, in order."""
    notices: tuple[Notice, ...] = ()
    """Who has to hear of it, besides those of the severity: the security team, the lawyers."""
    severity: str = ""
    """The severity it has at least."""
    look_for: tuple[Text, ...] = ()
    causes: tuple[Text, ...] = ()
    check: tuple[str, ...] = ()
    """Ids of diagnostics."""
    try_: tuple[str, ...] = Field(default=(), alias="try")
    """Ids of mitigations."""
    link: str = ""


class ChecklistItem(Part):
    """One thing to remember; it may be written as just its text."""

    text: Text
    by: Duration | None = None
    """Its target, from the start of the checklist's phase; unsaid, that of the list."""
    done_when: str = ""
    """What ticks it: one of EVENTS, or the id of a diagnostic or mitigation; unsaid, a person does."""
    help: Text = ""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say to editors that a text will do."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


EVENTS = {
    "acknowledged": "somebody has acknowledged",
    "severity": "the severity was changed, or confirmed by whoever acknowledged",
    "commander": "there is a commander",
    "announced": "the announcement is posted",
    "notices": "everything that is said outside Slack is marked as sent",
    "assessed": "the quick assessment is done",
    "diagnosed": "any diagnostic was run",
    "mitigated": "a mitigation was applied, or the status is Monitoring",
    "verified": "the verification was run",
    "updated": "an update was posted",
    "resolved": "it is resolved",
    "follow-ups": "action items are written down",
    "postmortem": "the postmortem is posted",
}
"""What ticks an item of a checklist by itself, and when."""


class Checklist(Part):
    """What to remember while `phase` lasts."""

    id: Id
    title: Text = ""
    phase: Text = ""
    starts: Literal["declared", "mitigated", "resolved"] = "declared"
    """From when its targets count; a list that has not started is not overdue."""
    within: Duration | None = None
    """The target of every item that has none of its own."""
    severities: tuple[str, ...] = ()
    """Only for these; unsaid, for all."""
    scenario: str = ""
    """Only where this scenario matches or is chosen."""
    items: tuple[ChecklistItem, ...] = Field(min_length=1)


TEMPLATE_VALUES = frozenset(
    {
        "ref", "title", "service", "severity", "meaning", "status", "impact", "known", "commander",
        "communications", "channel", "declared_by", "started", "duration", "next_update", "link", "drill",
        "private", "by", "contact", "say", "resolved", "root_cause", "fix", "follow_ups", "date", "detected",
        "time_to_detect", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve", "updates_on_time",
        "went_well", "went_wrong", "timeline", "outputs", "mitigations", "roles", "to", "done", "next_steps",
        "how", "within", "bridge",
    }
)  # fmt: skip
"""What templates may name; `Templates` says what each of them is."""


class StatusPage(Part):
    """The status page's text for each status; users read it, so it names no pod and no person."""

    investigating: str = default_texts.STATUS_INVESTIGATING
    identified: str = default_texts.STATUS_IDENTIFIED
    monitoring: str = default_texts.STATUS_MONITORING
    resolved: str = default_texts.STATUS_RESOLVED


class Templates(Part):
    """Jinja2 texts (`runbooks.templates.render`). The values a template may name, all text unless said otherwise:

    everywhere: ref ("INC-7"), title, service, severity, meaning, status, impact, known, commander, communications,
    channel, declared_by, started, duration, next_update, link (to the card), drill and private (true or false);
    update: by; escalation: contact (mentions), say; resolution and postmortem: resolved, root_cause, fix,
    follow_ups [{text, owner, due}]; postmortem: date, detected, time_to_detect, time_to_acknowledge,
    time_to_mitigate, time_to_resolve, updates_on_time ("4 of 5"), went_well [text], went_wrong [text],
    timeline [{at, person, kind, text}], outputs [{at, title, line, level, headline, text}],
    mitigations [{at, title, line, state, by}], roles [{role, person}]; handoff: to, by, done [text], next_steps [text];
    page, email, ticket and status_page (what is said outside Slack): how, within, bridge.
    """

    announcement: str = default_texts.ANNOUNCEMENT
    update: str = default_texts.UPDATE
    automatic_update: str = default_texts.AUTOMATIC_UPDATE
    resolution: str = default_texts.RESOLUTION
    escalation: str = default_texts.ESCALATION
    postmortem: str = default_texts.POSTMORTEM
    handoff: str = default_texts.HANDOFF
    page: str = default_texts.PAGE
    email: str = default_texts.EMAIL
    ticket: str = default_texts.TICKET
    status_page: StatusPage = StatusPage()


class Runbook(Part):
    """Everything Muster knows of one service; only `service` and one severity are required."""

    service: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    title: Text = ""
    about: Text = ""
    owner: Text = ""
    on_call: str = ""
    """A name of `people` in muster.yaml: invited to every incident of this service."""
    roles: tuple[RoleHeld, ...] = ()
    bridge: Text = ""
    """Where people talk: a link or a number."""
    values: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")], str] = Field(
        default_factory=dict
    )
    """What `$NAME` in a line stands for; no secrets."""
    redact: tuple[Expression, ...] = ()
    """Regular expressions (RE2) of what must not be shown, besides what Muster knows."""
    kubernetes: Target | None = None
    prometheus: str = "prod"
    """A name of `prometheus` in muster.yaml."""
    channels: Channels = Channels()
    links: tuple[Link, ...] = ()
    severities: tuple[Severity, ...] = Field(min_length=1)
    declare_when: tuple[Text, ...] = ()
    """When to declare at all, in plain words."""
    escalation: tuple[EscalationLevel, ...] = ()
    """For severities that say nothing of their own."""
    contacts: tuple[Contact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    templates: Templates = Templates()
    drills: tuple[Drill, ...] = ()
    _folder: Path | None = PrivateAttr(default=None)

    @property
    def folder(self) -> Path | None:
        """Where its file lies, and the manifests that its lines apply; none for one that was never in a file."""
        return self._folder

    def lying_in(self, folder: Path) -> "Runbook":
        """Return it as one whose file lies there."""
        placed = self.model_copy()
        placed._folder = folder  # noqa: SLF001  # its own
        return placed

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

    def levels(self, key: str) -> tuple[EscalationLevel, ...]:
        """Return whom a severity escalates to, in order: its own levels, else the runbook's."""
        severity = self.severity(key)
        return severity.escalate if severity and severity.escalate else self.escalation

    def at(self, cluster: str) -> "Runbook":
        """Return the same runbook for another cluster; empty means its own."""
        if not cluster or self.kubernetes is None:
            return self
        return self.model_copy(update={"kubernetes": self.kubernetes.model_copy(update={"cluster": cluster})})

    def of_phase(self, phase: Phase) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of one phase, in the runbook's order."""
        return tuple(step for step in self.diagnostics if step.phase == phase)


def _loose(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


__all__ = [
    "EVENTS",
    "TEMPLATE_VALUES",
    "Channels",
    "Checklist",
    "ChecklistItem",
    "Contact",
    "Diagnostic",
    "Drill",
    "DrillTime",
    "EscalationLevel",
    "Input",
    "Link",
    "Mitigation",
    "Notice",
    "Part",
    "Phase",
    "RoleHeld",
    "Runbook",
    "Scenario",
    "Severity",
    "StatusPage",
    "Target",
    "Templates",
]
