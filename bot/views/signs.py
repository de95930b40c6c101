"""What states, risks and phases are called, and the sign that each has."""

from collections.abc import Mapping

from bot.store.tables import MitigationRun, RunState

LEVELS: Mapping[str, str] = {
    "ok": "✅",
    "warning": "⚠️",
    "bad": "❌",
    "running": "⏳",
    "manual": "☑️",
    "interrupted": "⏸️",
}
"""How a step stands."""
PHASES: Mapping[str, str] = {"assess": "Quick assessment", "investigate": "Investigation", "verify": "Verification"}
RUNS: Mapping[RunState, str] = {
    RunState.WAITING: ":hourglass:",
    RunState.RUNNING: ":gear:",
    RunState.DONE: ":white_check_mark:",
    RunState.FAILED: ":x:",
    RunState.INTERRUPTED: ":pause_button:",
    RunState.CANCELLED: ":no_entry_sign:",
}
REHEARSED = ":mortar_board:"
_RISKS = {"low": ":large_green_circle:", "medium": ":large_yellow_circle:", "high": ":red_circle:"}
_ENDS = {
    RunState.WAITING: "waiting for a yes",
    RunState.RUNNING: "still running",
    RunState.INTERRUPTED: "interrupted by a restart",
    RunState.CANCELLED: "let go",
}


def risk(name: str) -> str:
    """Say how risky a mitigation is."""
    return f"{_RISKS.get(name, '')} {name} risk".strip()


def begun(run: MitigationRun) -> bool:
    """Whether a mitigation is one of those that tell what was done: it was confirmed."""
    return run.state not in {RunState.WAITING, RunState.CANCELLED}


def outcome(run: MitigationRun) -> str:
    """Say how a mitigation went; what was only rehearsed in a drill was not done."""
    return "rehearsed" if run.rehearsed else _ENDS.get(run.state, run.state.value)


def sign(run: MitigationRun) -> str:
    """Return the sign of how a mitigation went."""
    return REHEARSED if run.rehearsed else RUNS[run.state]
