"""A runbook with levels, deadlines and roles, for the tests of the response."""

from typing import Any

from runbooks.model import Runbook

from .conftest import RUNBOOK

LEVELS = [
    {"level": "L1", "after": "0s", "notify": ["on-call"]},
    {
        "level": "L2",
        "after": "15m",
        "unless": "acknowledged",
        "notify": ["platform-lead", "dba"],
        "say": "take it over",
    },
    {"level": "L3", "after": "30m", "unless": "mitigated", "notify": ["manager"]},
    {"level": "L4", "after": "2h", "business_hours": True, "notify": ["director"]},
]


def responding(*, severity: dict[str, Any] | None = None, **more: Any) -> Runbook:
    """Return a runbook whose SEV-1 is as given, with SEV-3 as the mildest."""
    worst = {"key": "SEV-1", "respond_within": "10m", "update_every": "1h", "escalate": LEVELS} | (severity or {})
    ladder = [worst, {"key": "SEV-2", "update_every": "2h"}, {"key": "SEV-3", "update_every": "1d"}]
    return Runbook.model_validate(RUNBOOK | {"severities": ladder} | more)
