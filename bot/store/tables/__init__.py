"""The tables: what Muster remembers. Times are aware and UTC; people and channels are Slack's ids."""

from bot.store.tables.incidents import Entry, FollowUp, Incident, Kind, Link, Role, Status, Update
from bot.store.tables.response import Handoff, HandoffState, NoticeRow, NoticeState, Tick
from bot.store.tables.runs import Diagnosis, MitigationRun, RunState, StepOutput
from bot.store.tables.slack import EffectRow, EffectState, Person, Place, SeenPayload
from bot.store.tables.timing import DrillPlan, Due, DueKind

__all__ = [
    "Diagnosis",
    "DrillPlan",
    "Due",
    "DueKind",
    "EffectRow",
    "EffectState",
    "Entry",
    "FollowUp",
    "Handoff",
    "HandoffState",
    "Incident",
    "Kind",
    "Link",
    "MitigationRun",
    "NoticeRow",
    "NoticeState",
    "Person",
    "Place",
    "Role",
    "RunState",
    "SeenPayload",
    "Status",
    "StepOutput",
    "Tick",
    "Update",
]
