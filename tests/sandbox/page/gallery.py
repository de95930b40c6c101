"""Messages that show every block and element the page draws, as a bot would post them."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(label: str, value: str, about: str = "") -> Json:
    return {"text": plain(label), "value": value} | ({"description": plain(about)} if about else {})


def button(label: str, action: str, style: str = "", **more: Any) -> Json:
    return (
        {"type": "button", "text": plain(label), "action_id": action, "value": "7"}
        | ({"style": style} if style else {})
        | more
    )


def confirm(title: str, text: str, yes: str, no: str, style: str = "primary") -> Json:
    return {"title": plain(title), "text": mrkdwn(text), "confirm": plain(yes), "deny": plain(no), "style": style}


def card(unix: int) -> list[Json]:
    """Return an incident's card: header, fields, context, buttons, a select."""
    fields = (
        ("Severity", ":large_orange_circle: SEV-2"),
        ("Status", "Investigating"),
        ("Service", "`inferadb`"),
        ("Commander", "<@U0ALEX>"),
        ("Started", f"<!date^{unix}^{{date_short_pretty}} {{time}}|earlier>"),
        ("Next update", f"<!date^{unix + 1800}^{{time}}|soon>"),
    )
    buttons = [
        button("Acknowledge", "acknowledge", "primary"),
        button("Post update", "post_update"),
        button("Diagnose", "diagnose"),
        button("Mitigate", "mitigate"),
        button(
            "Escalate", "escalate", "danger", confirm=confirm("Escalate?", "This calls <@U0SAM>.", "Call", "Not yet")
        ),
        button("Resolve", "resolve"),
    ]
    return [
        {"type": "header", "block_id": "head", "text": plain(":rotating_light: INC-7 · Checkout errors above 5%")},
        {"type": "section", "block_id": "facts", "fields": [mrkdwn(f"*{name}*\n{value}") for name, value in fields]},
        {"type": "section", "block_id": "impact", "text": mrkdwn("*Impact* One in twenty checkouts fails in `eu-1`.")},
        {"type": "context", "block_id": "small", "elements": [mrkdwn("Declared by <@U0ALEX> · <#C0INCIDENTS>")]},
        {"type": "actions", "block_id": "buttons", "elements": buttons},
    ]


def texts() -> str:
    return (
        "*bold* _italic_ ~strike~ `code` :pushpin: :unknown_thing: <https://example.com/a?b=1|a link> "
        "<@U0SAM> <#C0INCIDENTS> <!here> <!subteam^S0ONCALL>\n"
        "&gt; quoted _well_\n&gt; twice\nplain again &lt;b&gt;not html&lt;/b&gt; &amp; more\n"
        "```\nkubectl get pods\nNAME   READY\n```\nafter"
    )


def choosing() -> list[Json]:
    """Return every select and other element of choice, in sections and actions."""
    severities = [option(f"SEV-{n}", f"SEV-{n}", "Everything is down" if n == 1 else "") for n in range(1, 5)]
    groups = [
        {"label": plain("Now"), "options": [option("Roll back", "roll-back"), option("Restart", "restart")]},
        {"label": plain("Later"), "options": [option("Scale up", "scale-up")]},
    ]
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Show runbook", "rb"), option("Mute", "mu")],
    }
    return [
        section("Severity", {"type": "static_select", "placeholder": plain("Pick one"), "options": severities}),
        section("Mitigation", {"type": "static_select", "placeholder": plain("Pick a way"), "option_groups": groups}),
        section("Person", {"type": "users_select", "placeholder": plain("Pick a person")}),
        section("People", {"type": "multi_users_select", "placeholder": plain("Pick people")}),
        section("Tags", {"type": "multi_static_select", "placeholder": plain("Pick tags"), "options": severities}),
        section("Channel", {"type": "channels_select", "placeholder": plain("Pick a channel")}),
        section("Place", {"type": "conversations_select", "placeholder": plain("Pick a place")}),
        section("Pod", {"type": "external_select", "placeholder": plain("Find a pod"), "min_query_length": 2}),
        section("Day", {"type": "datepicker", "initial_date": "2026-03-01"}),
        section("Hour", {"type": "timepicker", "initial_time": "14:05"}),
        section("Ticks", {"type": "checkboxes", "options": [option("Told support", "a"), option("Paged *dba*", "b")]}),
        section("Way", {"type": "radio_buttons", "options": [option("Fast", "fast"), option("Careful", "careful")]}),
        {"type": "section", "block_id": "overflow", "text": mrkdwn("More"), "accessory": overflow},
        {"type": "actions", "block_id": "row", "elements": [button("Sure", "sure", "danger", confirm=SURE)]},
    ]


SURE = confirm(
    "Roll back inferadb?", "Deployment *inferadb* goes back to revision `41`.", "Roll back", "Keep", "danger"
)


def section(label: str, element: Json) -> Json:
    name = label.lower()
    return {
        "type": "section",
        "block_id": name,
        "text": mrkdwn(f"*{label}*"),
        "accessory": element | {"action_id": name},
    }


def rich() -> list[Json]:
    """Return rich text with a list and preformatted text, a table, a divider."""
    head = "NAME                        READY   STATUS             RESTARTS"
    pods = f"{head}\ninferadb-5f6d8c7b9-2xkqp    0/1     CrashLoopBackOff   6"
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]} for text in ("one", "two")]
    said = [
        {"type": "text", "text": "Crash loops ", "style": {"bold": True}},
        {"type": "emoji", "name": "warning"},
        {"type": "user", "user_id": "U0DANA"},
        {"type": "link", "url": "https://example.com/", "text": "dashboard"},
    ]
    elements = [
        {"type": "rich_text_section", "elements": said},
        {"type": "rich_text_list", "style": "bullet", "elements": items},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "it was quiet"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": pods}]},
    ]
    cells = (("Check", "Result", "Value"), ("Error ratio", "bad", "0.081"), ("p99", "ok", "0.21 s"))
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in cells]
    return [
        {"type": "rich_text", "block_id": "rich", "elements": elements},
        {"type": "divider", "block_id": "line"},
        {"type": "table", "block_id": "grid", "rows": rows, "column_settings": [{}, {}, {"align": "right"}]},
    ]


def attachment() -> Json:
    fields = [
        {"title": "Error ratio", "value": "8.1 %", "short": True},
        {"title": "p99", "value": "0.9 s", "short": True},
    ]
    return {
        "color": "danger",
        "title": "Alert: high errors",
        "text": "*firing* since 3 min",
        "fields": fields,
        "footer": "Alertmanager",
    }


def form() -> Json:
    """Return a modal with every input Muster uses."""
    severities = [option(f"SEV-{n}", f"SEV-{n}") for n in range(1, 5)]
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": plain("Declare an incident"),
        "submit": plain("Declare"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": [
            question("title", "What is broken?", {"type": "plain_text_input", "max_length": 100}, hint="One line."),
            question("severity", "Severity", {"type": "static_select", "options": severities}),
            question("impact", "Impact", {"type": "plain_text_input", "multiline": True}, optional=True),
            question(
                "replicas",
                "Replicas",
                {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "50"},
                optional=True,
            ),
            question("lead", "Commander", {"type": "users_select"}, optional=True),
            question("day", "Day", {"type": "datepicker"}, optional=True),
            question("hour", "Hour", {"type": "timepicker"}, optional=True),
            question(
                "flags",
                "Options",
                {"type": "checkboxes", "options": [option("Private", "private"), option("Drill", "drill")]},
                optional=True,
            ),
            question(
                "next",
                "Next update",
                {"type": "radio_buttons", "options": [option("15 min", "15"), option("30 min", "30")]},
                optional=True,
            ),
            {"type": "actions", "block_id": "more", "elements": [button("Open runbook", "push")]},
        ],
    }


def second_form() -> Json:
    blocks = [{"type": "section", "text": mrkdwn("What to do when *inferadb* is slow.")}]
    return {
        "type": "modal",
        "callback_id": "second",
        "title": plain("Runbook"),
        "close": plain("Back"),
        "blocks": blocks,
    }


def question(name: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    block = {"type": "input", "block_id": name, "label": plain(label), "optional": optional}
    return block | {"element": element | {"action_id": name}} | ({"hint": plain(hint)} if hint else {})
