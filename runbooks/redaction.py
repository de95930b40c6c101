"""The one choke point for secrets: every output passes here before it is stored, posted or logged.

RE2 again: a log line of a megabyte must not stop the bot.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import re2

MASK = "[redacted]"
_NAME = (
    r"[A-Za-z0-9_.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|private[_-]?key|credentials?|auth[_-]?key|signing[_-]?key|encryption[_-]?key)"
)
_KEY = r"[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,;&"'}\])]+)"""
_PLAIN = re.compile(r"(?i)[\"']?(?:true|false|null|none|nil|yes|no|<[^>]*>|\[redacted\]?|-|\d{1,3}|)[\"']?")
"""Values that say nothing: `token: false`, `secret: <none>`."""

# Each rule: what is kept, the secret, what is kept again.
_RULES = (
    rf"()(-----BEGIN {_KEY}(?s:.*?)(?:-----END {_KEY}|\z))()",
    r"()(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)()",
    r"()(\b(?:xox[abeoprs]|xapp-\d|xwfp)-[A-Za-z0-9-]{6,})()",
    r"(https://hooks\.slack\.com/)((?:services|workflows|triggers)/[A-Za-z0-9/_-]+)()",
    r"()(\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b)()",
    r"()(\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9._-]{20,})()",
    r"()(\bgh[opsur]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{16,})()",
    r"()(\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,})()",
    r"()(\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bhvs\.[A-Za-z0-9_-]{20,})()",
    r"(?i)(\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token|digest)\s+)?)([^\s\"',]+)()",
    r"(?i)(\bbearer\s+)([A-Za-z0-9._~+/-]{12,}=*)()",
    r"(?i)(\b(?:set-)?cookie[\"']?\s*:\s*)([^\r\n]+)()",
    r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*:)([^\s/@\"']+)(@)",
    rf"(?i)(\"{_NAME}\"\s*:\s*\")((?:[^\"\\]|\\.)+)(\")",
    rf"(?i)(\b{_NAME}\s*=\s*)({_VALUE})()",
    rf"(?i)(\b{_NAME}:[ \t]+)({_VALUE})()",
    r"(?i)(--(?:password|passwd|token|secret|api-key) +)([^\s-]\S*)()",
    rf"(?i)(\"name\":\s*\"{_NAME}\",\s*\"value\":\s*\")((?:[^\"\\]|\\.)+)(\")",
    rf"(?im)(^\s*-?\s*name:\s*\"?{_NAME}\"?\s*\n\s*value:[ \t]*)(\S.*$)()",
)


class Redaction:
    """Replaces what looks like a secret; `patterns` are the house's own, and `words` are secrets known literally."""

    def __init__(self, patterns: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        known = sorted({word for word in words if len(word) >= len("12345678")}, key=len, reverse=True)
        own = [*(re2.escape(word) for word in known), *patterns]
        self._rules = [_rule(pattern) for pattern in (*(f"()({pattern})()" for pattern in own), *_RULES)]

    def __call__(self, text: str) -> str:
        for rule in self._rules:
            text = rule(text)
        return text


def _rule(pattern: str) -> Callable[[str], str]:
    options = re2.Options()
    options.log_errors = False
    compiled: Any = re2.compile(pattern, options)  # re2 has no types
    return lambda text: str(compiled.sub(_masked, text)) if compiled.search(text) else text


def _masked(found: Any) -> str:
    """Keep what stands before and after; a number of the house's own groups may stand between."""
    groups = found.groups()
    if _PLAIN.fullmatch(groups[1]):
        return str(found.group(0))
    return f"{groups[0]}{MASK}{groups[-1]}"
