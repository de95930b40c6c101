"""What a person typed, with Slack's and the keyboard's changes undone.

Slack escapes `&`, `<` and `>`, and makes links of what looks like one; phones and Macs make quotes curly, `--` a dash
and a space unbreakable. Words are read only after all that is undone.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

BRACKETS = re.compile(r"<([^<>]*)>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
REF = re.compile(r"inc-?(\d{1,9})", re.IGNORECASE)
NUMBER = re.compile(r"#?(\d{1,9})")
DASH = re.compile(r"(?<!\S)([—–])(?=[A-Za-z])")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad"))
PLAIN = str.maketrans({
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'",
    "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2011": "-", "\u2212": "-",
})  # fmt: skip


@dataclass(frozen=True)
class Words:
    """A command as it was meant: `INC-7 severity SEV-2 why` is ref, verb and text."""

    ref: str | None
    verb: str
    text: str
    mentions: tuple[str, ...] = ()
    ref_word: str = ""
    """The reference as typed, if it stands after the verb, where it may be a word of the text."""


def typed(raw: str) -> Words:
    """Read a slash command's text; the incident may stand before or after the verb."""
    first, rest = _split(plain(raw))
    ref = _ref(first, bare=True)
    verb, text = _split(rest) if ref else (first, rest)
    after, remaining = _split(text)
    if not ref and (ref := _ref(after)):
        return Words(ref, verb.lower(), remaining, mentions(raw), ref_word=after)
    return Words(ref, verb.lower(), text, mentions(raw))


def plain(raw: str) -> str:
    """Undo what Slack and the keyboard did to a text."""
    opened = BRACKETS.sub(_unlinked, raw)
    text = opened.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return DASH.sub("--", text.translate(INVISIBLE).translate(PLAIN)).strip()


def mentions(raw: str) -> tuple[str, ...]:
    """Return the people a text mentions, in order."""
    return tuple(MENTION.findall(raw))


def one_line(text: str) -> str:
    """Put a text into one line."""
    return " ".join(text.split())


def loose(text: str) -> str:
    """Return letters and digits alone, of any script: `Roll back`, `roll-back` and `rollback` are the same."""
    return re.sub(r"[\W_]", "", text.casefold())


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> str | None:
    """Return the known word that was probably meant; `alike` is how much of it must be there, from 0 to 1."""
    few = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=alike)
    return few[0] if few else None


def several_near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words that may have been meant: those that are alike, then those that contain it."""
    names = list(known)
    alike = difflib.get_close_matches(word.lower(), names, n=most, cutoff=0.6)
    within = [one for one in names if len(word) > 2 and loose(word) in loose(one)]
    return list(dict.fromkeys([*alike, *within]))[:most]


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """Ask whether something that is near was meant; where nothing is, say `otherwise`."""
    near = several_near(word, known)
    return f"Did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else otherwise


def _split(text: str) -> tuple[str, str]:
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def _ref(word: str, *, bare: bool = False) -> str | None:
    found = REF.fullmatch(word) or (NUMBER.fullmatch(word) if bare else None)
    return found[1] if found else None


def _unlinked(found: re.Match[str]) -> str:
    """Return what was typed before Slack made a link or a mention of it."""
    target, _, label = found[1].partition("|")
    if target.startswith("@"):
        return f"@{label.removeprefix('@')}" if label else target
    if target.startswith("#"):
        return f"#{label}" if label else target
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{label.removeprefix('@') if label else target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    bare = address.removeprefix("http://").removeprefix("https://").rstrip("/")
    return label if label and label.rstrip("/") == bare else address
