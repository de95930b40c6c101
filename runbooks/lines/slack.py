"""What Slack and phones do to a line on its way, undone."""

import re

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'", "\u00a0": " "})
_LINK = re.compile(r"<(?:(https?://[^|>\s]+)|mailto:([^|>\s]+)|tel:([^|>\s]+))(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]+)>")
_DASH = re.compile(r"(?<![^\s])[—–](?=[A-Za-z])")
_LONE_DASH = re.compile(r"(?<![^\s])—(?![^\s])")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


def unmangled(text: str) -> str:
    """Give back the line a person typed: quotes, dashes, links and entities as they were; code marks are taken off."""
    text = _LINK.sub(_as_typed, _CHANNEL.sub(r"#\1", text))
    text = _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], text).translate(_QUOTES)
    text = _LONE_DASH.sub("--", _DASH.sub("--", text)).strip()
    if text.startswith("```") and text.endswith("```") and len(text) > len("``````"):
        text = text[3:-3].strip()
    elif text.startswith("`") and text.endswith("`") and text.count("`") == len("``"):
        text = text[1:-1].strip()
    return text.removeprefix("$ ")


def _as_typed(link: re.Match[str]) -> str:
    url, mail, phone, label = link.groups()
    if url is None:
        return label or mail or phone
    shown = label or url
    # Slack adds http:// to a bare host; the label is what was typed.
    return shown if url.rstrip("/").endswith(shown.rstrip("/")) else url
