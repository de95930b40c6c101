"""A service's severities: what each means, how fast it is answered, who hears of it, when and how."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from runbooks.parts.durations import Cadence, Duration, Within
from runbooks.parts.part import Part, Text

HOUR = Within(length=timedelta(hours=1))
Unless = Literal["", "acknowledged", "mitigated", "resolved"]
How = Literal["page", "call", "email", "status-page", "ticket", "bridge", "message"]
Moment = Literal["declared", "updated", "resolved"]


class EscalationLevel(Part):
    """Who hears of it next: `after` that long, unless the incident has come so far by then."""

    level: Text = ""
    """What people call it: `L2`."""
    after: Duration = timedelta(0)
    unless: Unless = ""
    business_hours: bool = False
    """Outside of business hours it waits for the next morning."""
    notify: tuple[str, ...] = Field(min_length=1)
    """Names of `people` in muster.yaml."""
    say: Text = ""


class Notice(Part):
    """What is said outside Slack: told to whoever is responsible, ready to copy, until something sends it by itself."""

    how: How
    whom: tuple[Text, ...] = ()
    """Names of `people`, addresses, or plain words: `customers`, `stakeholders`."""
    at: tuple[Moment, ...] = ("declared",)
    within: Duration = timedelta(0)
    """How long after that moment it should be out."""
    only_if: Text = ""
    """In plain words, for a person to decide: `customers are affected`."""
    say: Text = ""
    """The text to send, where the template of `how` does not fit."""


class Severity(Part):
    """One step of the ladder."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=20)]
    meaning: Text = ""
    examples: tuple[Text, ...] = ()
    respond_within: Within = HOUR
    resolve_within: Within | None = None
    first_update: Duration | None = None
    """When the first update is due, if sooner or later than the cadence says."""
    update: Cadence = Field(default=Cadence(), alias="update_every")
    invite: tuple[str, ...] = ()
    """Names of `people` who join the channel at once, besides the runbook's `on_call`."""
    notices: tuple[Notice, ...] = ()
    escalate: tuple[EscalationLevel, ...] = ()
    suggest_when: tuple[str, ...] = ()
    """Conditions such as `error_ratio > 0.05`; one that holds is enough."""
    emoji: str = ""
