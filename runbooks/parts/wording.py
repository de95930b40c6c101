"""In which words a service speaks: its templates, and the values that they may name."""

from runbooks import default_texts
from runbooks.parts.part import Part

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
