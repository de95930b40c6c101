"""What secrets look like: rules of three parts: what is kept, the secret, what is kept again.

The shapes of tokens are those that their issuers document, so that scanners find them. `detect-secrets` was weighed and
left out: it judges files, not streams, has no bound on the time of its patterns, and its entropy rules take image
digests and pod names for secrets.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

NAME = (
    r"[A-Za-z0-9_.-]*(?:passw(?:or)?d|passwort|passphrase|passcode|pwd|[_-]pass|secret|token|api[_-]?key|account[_-]?key"
    r"|access[_-]?key(?:[_-]?id)?|secret[_-]?key|shared[_-]?key|private[_-]?key|license[_-]?key|client[_-]?key[_-]?data"
    r"|credentials?|auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|webhook[_-]?url)"
)
_PEM = r"[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;&"'}\])]+)"""
_PLAIN = re.compile(
    r"(?i)[\"']?(?:true|false|null|none|nil|yes|no|ok|set|unset|empty|<[^>]*>|\[redacted\]?|\*+|\.{3}|-|\d{1,3}"
    r"|\$\(?\{?\w+\}?\)?|\{\w+\}|)[\"']?"
)
"""Values that say nothing: `token: false`, `secret: <none>`, `password=$PASSWORD`."""
_REFERENCE = re.compile(r"[\"']?[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[a-z0-9]([a-z0-9.-]*[a-z0-9])?[\"']?")
_ISSUED = (
    r"xox[abeoprs]-[A-Za-z0-9-]{6,}|xapp-\d-[A-Za-z0-9-]{6,}|xwfp-[A-Za-z0-9-]{6,}|xoxe\.xox[bp]-[A-Za-z0-9-]{6,}",
    r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b",
    r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9._-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{30,}",
    r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    r"gh[opsur]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{16,}",
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}",
    r"sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-AgE[A-Za-z0-9_-]{40,}|dckr_pat_[A-Za-z0-9_-]{20,}",
    r"hv[sbr]\.[A-Za-z0-9_-]{20,}|glsa_[A-Za-z0-9_]{30,}|glc_[A-Za-z0-9+/=]{30,}|NRAK-[A-Z0-9]{20,}|sntry[su]_[A-Za-z0-9+/=_-]{30,}",
    r"do[opr]_v1_[a-f0-9]{32,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|dapi[a-f0-9]{32}|lin_api_[A-Za-z0-9]{30,}|dp\.[a-z]{2,4}\.[A-Za-z0-9]{30,}",
    r"(?:SK|AC)[a-f0-9]{32}\b|key-[a-f0-9]{32}\b|\d{8,10}:AA[A-Za-z0-9_-]{33}|AGE-SECRET-KEY-1[A-Z0-9]{40,}|pscale_tkn_[A-Za-z0-9_-]{30,}",
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*",
)


@dataclass(frozen=True)
class Shape:
    """A pattern of three groups; `secret` says of the middle one whether it is meant."""

    pattern: str
    secret: Callable[[str, str], bool]


def _any(_name: str, value: str) -> bool:
    return not _PLAIN.fullmatch(value)


def _named(name: str, value: str) -> bool:
    """`secret=default/db` is the name of one, not one."""
    return _any(name, value) and not (name.rstrip(" =:\"'").lower().endswith("secret") and _REFERENCE.fullmatch(value))


def _in_prose(name: str, value: str) -> bool:
    """`invalid token: expired` is a sentence; a secret has a digit, or is long and mixed."""
    bare = value.strip("\"'")
    odd = any(char.isdigit() for char in bare) or (
        bare.lower() != bare and bare.upper() != bare and bare[1:].lower() != bare[1:]
    )
    return _named(name, value) and len(bare) >= len("abc123") and odd


def _mixed(_name: str, value: str) -> bool:
    return any(char.isdigit() or char in "=_" for char in value)


SHAPES = (
    Shape(rf"()(-----BEGIN {_PEM}(?s:.*?)(?:-----END {_PEM}|\z))()", _any),
    *(Shape(rf"()(\b(?:{issued}))()", _any) for issued in _ISSUED),
    Shape(r"()(\$(?:2[aby]\$\d\d|apr1|1|5|6|y)\$[./A-Za-z0-9$=,]{20,})()", _any),
    Shape(r"(https://hooks\.slack\.com/)((?:services|workflows|triggers)/[A-Za-z0-9/_-]+)()", _any),
    Shape(r"(https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/)([A-Za-z0-9/_-]+)()", _any),
    Shape(r"(https://[a-z0-9.-]+\.webhook\.office\.com/)([A-Za-z0-9/_@-]+)()", _any),
    Shape(
        r"(?i)(\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token|digest|apikey)\s+)?)([^\s\"',]+)()",
        _any,
    ),
    Shape(r"(?i)(\bbearer\s+)([A-Za-z0-9._~+/-]{12,}=*)()", _any),
    Shape(r"(?i)(\bbasic\s+)([A-Za-z0-9+/_-]{12,}=*)()", _mixed),
    Shape(r"(?i)(\b(?:set-)?cookie[\"']?\s*:\s*)([^\r\n]+)()", _any),
    Shape(
        r"(?i)([?&;](?:sig|signature|x-amz-(?:signature|credential|security-token)|code|session(?:_?id)?|jwt)=)([^\s&\"'#]{8,})()",
        _mixed,
    ),
    Shape(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*:)([^\s@\"'/]+)(@)", _any),
    Shape(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)([^\s:/@\"']{20,})(@)", _any),
    Shape(rf"(?i)(\\?\"{NAME}\\?\"\s*:\s*\\\")((?:[^\"\\])+)(\\\")", _named),
    Shape(rf"(?i)(\"{NAME}\"\s*:\s*\")((?:[^\"\\]|\\.)+)(\")", _named),
    Shape(r"(?i)(\"auths?\"\s*:\s*\")([A-Za-z0-9+/]{8,}=*)(\")", _any),
    Shape(rf"(?i)(\b{NAME}[\"']?\s*=\s*)({_VALUE})()", _named),
    Shape(rf"(?im)(^[ \t+-]*[\"']?{NAME}[\"']?:[ \t]+)({_VALUE})([ \t]*$)", _named),
    Shape(rf"(?i)([\"']?\b{NAME}[\"']?:[ \t]+)({_VALUE})()", _in_prose),
    Shape(rf"(?i)('{NAME}':\s*')([^'\n]+)(')", _named),
    Shape(rf"(?i)(--{NAME} +)([^\s-]\S*)()", _named),
    Shape(r"(?i)(\b(?:identified by|password)\s+)('[^'\n]+')()", _any),
    Shape(r"(\bcurl\b[^\n|]*?\s(?:-u|--user|--proxy-user)[ =]*[\"']?[^\s:\"']*:)([^\s\"']+)()", _any),
    Shape(r"(\b(?:mysql|mysqldump|mariadb)\b[^\n|]*?\s-p)([^\s-]\S*)()", _any),
    Shape(r"(\b(?:redis-cli\b[^\n|]*?\s-a|sshpass\s+-p)\s*)(\S+)()", _any),
    Shape(rf"(?i)(\"name\":\s*\"{NAME}\",\s*\"value\":\s*\")((?:[^\"\\]|\\.)+)(\")", _any),
    Shape(rf"(?im)(^[\s+-]*name:\s*[\"']?{NAME}[\"']?\s*\n[\s+-]*value:[ \t]*)(\S.*$)()", _any),
    Shape(rf"(?im)(^[\s+-]*name:\s*[\"']?{NAME}[\"']?\s*\n-[ \t]*value:[^\n]*\n\+[ \t]*value:[ \t]*)(\S.*$)()", _any),
)
"""In order; a later one sees what an earlier one has masked."""
