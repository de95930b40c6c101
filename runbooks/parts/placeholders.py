"""`{replicas}` in a line: where a chosen value goes, as part of one word, and as no more than a value in it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from runbooks.lines.refusal import LineRefused

_PLACEHOLDER = re.compile(r"(?<![{.$])\{([a-z][a-z0-9_]*)\}")
_JSONPATH = {"end"}
_JSON = re.compile(r"[{\[]\s*[\"{\[]")
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')
_PATCH = re.compile(r"-p|--patch(?:=|$)")
_URL = re.compile(r"[^\s\"']*://")
_PATH = re.compile(r"(?:--(?:raw|url)=)?[\w.:{}-]*/")
_LIST = re.compile(r"(?:^|\s)(?:--(?:set(?:-\w+)?|limits|requests|selector|field-selector)[ =]|-l)")
_FORM = re.compile(r"-[A-Za-z]*[db]|--(?:data(?!-urlencode)|cookie)")


def placeholders(line: str) -> set[str]:
    """Return the names a line uses; jsonpath's `{end}` is none."""
    return set(_PLACEHOLDER.findall(line)) - _JSONPATH


def filled(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put values into words that were read before: a value is part of one word, whatever it holds.

    Raises LineRefused for one that would be more than a value in a JSON text, a URL, a form or a list.
    """
    return tuple(_word(words, at, values) for at in range(len(words)))


def _word(words: Sequence[str], at: int, values: Mapping[str, str]) -> str:
    word, before = words[at], words[at - 1] if at else ""
    if "{" not in word:
        return word
    if _JSON.search(word) or ("patch" in words[:at] and (_PATCH.fullmatch(before) or _PATCH.match(word))):
        return "".join(map(_structured(values), _STRING.split(word)))
    paths = "curl" in words or any(one.startswith("--raw") for one in words)
    if _URL.match(word) or (paths and _PATH.match(word)):
        return _PLACEHOLDER.sub(_addressed(word, values), word)
    wanted, where = _wanted(word, before, in_curl="curl" in words)
    return _PLACEHOLDER.sub(lambda found: _fitting(wanted, found, values, where), word)


def _wanted(word: str, before: str, *, in_curl: bool) -> tuple[str, str]:
    """Say what a value in a word may be, and what it would be more than."""
    if in_curl and "=" in word and (_FORM.match(before) or _FORM.match(word)):
        return r"[^&;]*", "a form"
    listed = _LIST.search(f"{before} {word}") or re.search(r",\S", word)
    return (r"[^,]*", "a list") if listed else (r"(?s:.*)", "")


def _structured(values: Mapping[str, str]) -> Callable[[str], str]:
    def part(text: str) -> str:
        if text.startswith('"'):
            return _PLACEHOLDER.sub(
                lambda found: json.dumps(values.get(found[1], found[0]), ensure_ascii=False)[1:-1], text
            )
        return _PLACEHOLDER.sub(lambda found: _fitting(r"[\w.+-]*", found, values, "JSON"), text)

    return part


def _addressed(word: str, values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def value(found: re.Match[str]) -> str:
        in_host = not re.search(r"[/?#]", word[: found.start()].rpartition("://")[2])
        item = "(?:[a-z.]+/)?" if found[1] == "item" else ""
        wanted = r"[\w.-]+" if in_host else r"(?!\.+$)[\w.~:@+,=-]+"
        return _fitting(item + wanted, found, values, "a URL")

    return value


def _fitting(wanted: str, found: re.Match[str], values: Mapping[str, str], where: str) -> str:
    value = values.get(found[1])
    if value is not None and not re.fullmatch(wanted, value):
        raise LineRefused(f"`{value[:40]}` would be more than a value in {where}.", "Choose another.")
    return found[0] if value is None else value
