"""What Slack and phones do to a line on its way, undone: only for a line that a person typed into Slack."""

import re

_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‘’‚‛", "'"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u200b\u2060\ufeff", ""),
        "…": "...",
        "−": "-",
    }
)
# None of them reads on past another `<` or begins twice at the same place, so that a long text takes one pass.
_LINK = re.compile(r"<(?:(https?://[^|<>\s]++)|mailto:([^|<>\s]++)|tel:([^|<>\s]++))(?:\|([^<>]*+))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]++)(?:\|([^<>]*+))?>")
_PERSON = re.compile(r"<(?:@|!subteam\^)([A-Z0-9]++)(?:\|@?([^<>]*+))?>")
_EVERYBODY = re.compile(r"<!(here|channel|everyone)(?:\|[^<>]*+)?>")
_DASH = re.compile(
    r"""("(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z)|'[^']*+(?:'|\Z))|(?<!\S)[—–]+(?:(-?[A-Za-z0-9](?![A-Za-z0-9-]))|(?=[A-Za-z])|(\d)|(?!\S))"""
)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


def unmangled(text: str) -> str:
    """Give back the line a person typed: quotes, dashes, links and entities as they were; code marks are taken off."""
    text = _LINK.sub(_as_typed, _CHANNEL.sub(lambda one: f"#{one[2] or one[1]}", text))
    text = _EVERYBODY.sub(r"@\1", _PERSON.sub(lambda one: f"@{one[2] or one[1]}", text))
    text = _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], text).translate(_CHARACTERS)
    text = _DASH.sub(_dash, text).strip()
    if text.startswith("```") and text.endswith("```") and len(text) > len("``````"):
        text = text[3:-3].strip()
    elif text.startswith("`") and text.endswith("`") and text.count("`") == len("``"):
        text = text[1:-1].strip()
    return text.removeprefix("$ ")


def _dash(found: re.Match[str]) -> str:
    """A long dash was `--` before a word or alone, `-` before a single letter or a number; in quotes it is meant."""
    if found[1]:
        return found[1]
    if found[2] or found[3]:
        return f"-{(found[2] or found[3]).removeprefix('-')}"
    return "--"


def _as_typed(link: re.Match[str]) -> str:
    """Slack puts http:// before a bare host, and the label is what was typed; any other label is not believed."""
    url, mail, phone, label = link.groups()
    if url is None:
        return label or mail or phone
    bare = url.partition("://")[2].rstrip("/")
    return label if label and label.rstrip("/") in {bare, url.rstrip("/")} else url
