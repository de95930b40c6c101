"""The one choke point for secrets: every output passes here before it is stored, posted or logged."""

import re
from collections.abc import Callable, Iterable

MASK = "[redacted]"
_NAMES = (
    r"[A-Za-z0-9_.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key"
    r"|client[_-]?secret|credential[s]?|auth[_-]?key|signing[_-]?key|encryption[_-]?key)(?![a-z])"
)
_PLAIN = r"(?:true|false|null|none|yes|no|<[^>\s]*>|\[redacted\]|-|\d{1,3})(?=[\s,;}\"']|$)"
_RULES: tuple[tuple[str, str], ...] = (
    (
        r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY)(?: BLOCK)?-----.*?(?:-----END (?P=kind)(?: BLOCK)?-----|\Z)",
        f"{MASK} private key",
    ),
    (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}\.?[A-Za-z0-9_-]*", MASK),
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{6,}|\bxapp-\d-[A-Za-z0-9-]{6,}|\bxwfp-[A-Za-z0-9-]{6,}", MASK),
    (r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+", f"https://hooks.slack.com/{MASK}"),
    (r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b", MASK),
    (r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9._-]{20,}", MASK),
    (r"\bgh[opsur]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{16,}", MASK),
    (r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}", MASK),
    (r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bhvs\.[A-Za-z0-9_-]{20,}", MASK),
    (
        r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic|token|digest)\s+)?[^\s\"',]+",
        rf"\1{MASK}",
    ),
    (r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/-]{12,}=*", rf"\1{MASK}"),
    (r"(?i)\b((?:set-)?cookie[\"']?\s*:\s*)[^\r\n]+", rf"\1{MASK}"),
    (r"([a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*):(?!\[redacted\])[^\s/@\"']+@", rf"\1:{MASK}@"),
    (rf"(?i)([?&;]{_NAMES}=)[^&\s\"']+", rf"\1{MASK}"),
    (rf"(?i)(\"{_NAMES}\"\s*:\s*\")(?!\[redacted\])(?:[^\"\\]|\\.)+(?=\")", rf"\1{MASK}"),
    (rf"(?i)\b({_NAMES}\s*=\s*)(?!{_PLAIN})(?:\"[^\"]*\"|'[^']*'|[^\s,;&\"']+)", rf"\1{MASK}"),
    (rf"(?im)\b({_NAMES}:[ \t]+)(?!{_PLAIN})(?:\"[^\"]*\"|'[^']*'|[^\s,;\"']+)", rf"\1{MASK}"),
    (r"(?i)(--(?:password|passwd|token|secret|api-key)[= ])(?!\[redacted\])\S+", rf"\1{MASK}"),
    (rf"(?i)(\"name\":\s*\"{_NAMES}\",\s*\"value\":\s*\")(?:[^\"\\]|\\.)+(?=\")", rf"\1{MASK}"),
    (rf"(?im)^(\s*-?\s*name:\s*\"?{_NAMES}\"?\s*\n\s*value:[ \t]*)\S.*$", rf"\1{MASK}"),
)


class Redaction:
    """Replaces what looks like a secret; `patterns` are the house's own, and `words` are secrets known literally."""

    def __init__(self, patterns: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        known = sorted({word for word in words if len(word) >= len("12345678")}, key=len, reverse=True)
        own = [*map(re.escape, known), *patterns]
        rules = [*((pattern, MASK) for pattern in own), *_RULES]
        self._rules: list[Callable[[str], str]] = [_rule(pattern, mask) for pattern, mask in rules]

    def __call__(self, text: str) -> str:
        for rule in self._rules:
            text = rule(text)
        return text


def _rule(pattern: str, mask: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.DOTALL if "BEGIN" in pattern else 0)
    return lambda text: compiled.sub(mask, text)
