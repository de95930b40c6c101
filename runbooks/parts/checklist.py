"""What to remember while an incident lasts: lists of items, each ticked by a person or by what happens."""

from typing import Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from runbooks.parts.durations import Duration
from runbooks.parts.part import Id, Part, Text


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
