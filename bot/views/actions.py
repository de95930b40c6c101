"""The names by which Slack tells us which button, form or shortcut a person used."""

from typing import Final

# Buttons. Their value is the incident's number ("7") unless a comment says otherwise.
ACKNOWLEDGE: Final = "acknowledge"
POST_UPDATE: Final = "post_update"
DIAGNOSE: Final = "diagnose"
MITIGATE: Final = "mitigate"
ESCALATE: Final = "escalate"
RESOLVE: Final = "resolve"
NO_CHANGE: Final = "no_change"
SNOOZE: Final = "snooze"
REOPEN: Final = "reopen"
POSTMORTEM: Final = "postmortem"
SUGGESTED: Final = "suggested"  # value: the command as it was meant, "severity SEV-2"
DECLARE_BUTTON: Final = "declare_button"
ROLE_COMMANDER: Final = "role_commander"  # a users_select; its block id is "role:7"
MITIGATION_CHOOSE: Final = "mitigation_choose"  # value: "7/scale-up"
MITIGATION_APPLY: Final = "mitigation_apply"  # value: "7/scale-up/token"
MITIGATION_CANCEL: Final = "mitigation_cancel"  # value: "7/scale-up/token"
STEP_DONE: Final = "step_done"  # value: "7/diagnosis/step"
NOTICE_SENT: Final = "notice_sent"  # value: "7/12", the notice's number
NOTICE_ANSWER: Final = "notice_answer"  # value: "7/12/not needed"
CHECKLIST_TICK: Final = "checklist_tick"  # checkboxes; their block id is "checklist:7:…"
CHECKLIST_OPEN: Final = "checklist_open"  # a select; value: "7/first-five-minutes"
HANDOFF_ACCEPT: Final = "handoff_accept"  # value: "7/3", the handoff's number
HANDOFF_DECLINE: Final = "handoff_decline"

# Forms (callback ids of modals).
DECLARE_FORM: Final = "declare"
UPDATE_FORM: Final = "update"
RESOLVE_FORM: Final = "resolve"
NOTE_FORM: Final = "note"
REOPEN_FORM: Final = "reopen"
CANCEL_FORM: Final = "cancel"
MITIGATION_FORM: Final = "mitigation"
SEVERITY_FORM: Final = "severity"
HANDOFF_FORM: Final = "handoff"

# Inside the declare form: the select that redraws the severities, and theirs, so that a choice is not overwritten.
SERVICE_CHOSEN: Final = "service_chosen"
SEVERITY_CHOSEN: Final = "severity_chosen"

# Shortcuts.
DECLARE_FROM_MESSAGE: Final = "declare_from_message"
DECLARE_INCIDENT: Final = "declare_incident"


def role_block(number: int) -> str:
    """Return the block id that tells which incident's role a person select fills."""
    return f"role:{number}"
