"""What a runbook is: a service's ladder of severities, what to look at, what to do, whom to tell and in which words."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, StringConstraints

from runbooks.parts.checklist import EVENTS, Checklist, ChecklistItem
from runbooks.parts.drill import Drill, DrillTime
from runbooks.parts.ladder import EscalationLevel, Notice, Severity
from runbooks.parts.part import Expression, Id, Named, Part, Text
from runbooks.parts.steps import Diagnostic, Input, Mitigation, Phase
from runbooks.parts.wording import TEMPLATE_VALUES, StatusPage, Templates


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
