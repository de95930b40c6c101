"""Where secrets stand: rules of three parts: what is kept, the secret, what is kept again.

`detect-secrets` was weighed and
left out: it judges files, not streams, has no bound on the time of its patterns, and its entropy rules take image
digests and pod names for secrets.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from runbooks.issued_secrets import HASHED, ISSUED

MASK = "[redacted]"
NAME = (
    r"[A-Za-z0-9_.-]*(?:passw(?:or)?d|passwort|passphrase|passcode|pwd|[_.-]p(?:ass|w)|(?-i:[a-z0-9]P(?:ass|w))|secret(?:[_-]?string)?|token|api[_-]?key|account[_-]?key"
    r"|access[_-]?key(?:[_-]?id)?|secret[_-]?key|shared[_-]?key|private[_-]?key|license[_-]?key|client[_-]?key[_-]?data"
    r"|credentials?|erlang[_-]?cookie|(?-i:_PAT)|psk|pepper|rootpw|(?:cli|_)[_-]?auth|auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|webhook[_-]?url)(?:[_-](?:v?\d+|base|old|new|b64))?"
)
_QUOTED = rf"(?:{NAME}|pass|pw)"
"""Names between quotes; without them, `PASS: TestLogin` tells of a test."""
_KEYS = (
    r"[A-Za-z0-9_.-]*(?:hmac|fernet|encrypt\w*|cipher|aes|jwt|cookie|app|application|routing|integration|service|admin"
    r"|deploy|storage|ingest\w*|write|server|tunnel|subscription|unseal)[_.-]?key(?:[_-](?:v?\d+|old|new|base64))?"
)
"""Keys that are secret when they look so; `cache_key` and `partition_key` are none."""
_PEM = r"[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;&"'}\])]+)"""
_LINE = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s,"'{\[(]\S*?|[{\[(][^\s,;&"'}\])]+)"""
"""A value to the end of its line: `,`, `;` and `&` belong to it."""
FLAG = rf"--?(?:{NAME}|requirepass|masterauth)"
_LEAD = r"[+-]{0,2}[ \t]+(?:-[ \t]+)?"
_ARGUMENT = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s"'-].*?)([ \t]*$)"""
_PLAIN = re.compile(
    r"(?i)[\"']?(?:true|false|null|none|nil|yes|no|ok|set|unset|empty|[|>][-+]?|<[^>]*>|\[?redacted\]?|\*+|\.{3}|-|\d{1,3}"
    r"|\$\(?\{?\w+\}?\)?|\{\w+\}|)[\"']?"
)
"""Values that say nothing: `token: false`, `secret: <none>`, `password=$PASSWORD`."""
_FILE = re.compile(r"[\"']?(?:\.{1,2}|/(?:etc|var|run|tmp|mnt|opt|usr|home|root|secrets?|vault))/[\w./-]+[\"']?")
_REFERENCE = re.compile(r"[\"']?[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[a-z0-9]([a-z0-9.-]*[a-z0-9])?[\"']?")
_METRIC = re.compile(r"[\d.]+(?:e[-+]?\d+)?")
_FLAGS = "|".join(
    (
        r"(?:sqlcmd|bcp)\b[^\n|]*?\s-P",
        r"ldap\w+\b[^\n|]*?\s-w",
        r"(?:docker|podman|nerdctl|skopeo|buildah|helm\s+registry)\s+login\b[^\n|]*?\s-p",
        r"(?:cqlsh|mongo|mongosh|mongodump|mongorestore|influx)\b[^\n|]*?\s-p",
        r"zip\b[^\n|]*?\s-P",
        r"htpasswd\s+-\w*b\w*\s+\S+\s+\S+",
        r"az\s+login\b[^\n|]*?\s-p",
        r"ssh-keygen\b[^\n|]*?\s-[NP]",
        r"(?i:ENV|ARG)\s+(?i:\w*(?:_pass|passw\w*|secret|token|_key))",
        r"rabbitmqctl\s+(?:change_password|add_user|authenticate_user)\s+\S+",
        r"(?i:sentinel\s+auth-pass)\s+\S+",
        r"aws\s+configure\s+set\s+\S*(?:secret|token)\S*",
    )
)
"""Programs whose password is a word of its own, and what stands before it."""


@dataclass(frozen=True)
class Shape:
    """A pattern of three groups; `secret` says of the middle one whether it is meant."""

    pattern: str
    secret: Callable[[str, str], bool]


def _any(_name: str, value: str) -> bool:
    return not _PLAIN.fullmatch(value)


def named(name: str, value: str) -> bool:
    """`secret=default/db`, `existingSecret: db` and `password=./file` say where one is, and are none."""
    if not _any(name, value) or _FILE.fullmatch(value) or "existing" in name.lower():
        return False
    if name.rstrip(" =:").upper() in {"PWD", "OLDPWD"} and value.startswith("/"):
        return False
    return not (name.rstrip(" =:\"'").lower().endswith("secret") and _REFERENCE.fullmatch(value))


def _alone(name: str, value: str) -> bool:
    """What `env` prints: a name in capitals and all of its value, or a value of one word; other pairs are none."""
    words = value.split()
    capitals = name.rstrip("=: ").rpartition(" ")[2].isupper()
    plain = "=" not in value and not any(word[:1] in "-<$" for word in words)
    return plain and (capitals or len(words) == 1) and named(name, value)


def _in_prose(name: str, value: str) -> bool:
    """`invalid token: expired` is a sentence; a secret has a digit, or is long and mixed."""
    bare = value.strip("\"'")
    odd = any(char.isdigit() for char in bare) or (
        bare.lower() != bare and bare.upper() != bare and bare[1:].lower() != bare[1:]
    )
    return named(name, value) and len(bare) >= len("abc123") and odd


def _directive(name: str, value: str) -> bool:
    """`password a1b2c3` of a file or a list of keys; the name of a Secret has dashes, and a metric has a number."""
    return "-" not in name and _in_prose(name, value) and _METRIC.fullmatch(value) is None


def _in_struct(name: str, value: str) -> bool:
    """What Go prints of a struct or a map: `{User:app Password:…}`; an image has a version there."""
    return _in_prose(name, value) and re.fullmatch(r"v?\d+(?:\.\d+)+[\w.-]*", value) is None


def _argument(name: str, value: str) -> bool:
    """The word after a flag in a list; in lines, both stand equally far in, as a flag's help does not."""
    flag, _, rest = name.partition("\n")
    lead = rest.rpartition("\n")[2] if flag[:1] in " \t+-" else ""
    beside = flag[1:].startswith(lead[1:]) and flag[len(lead) :][:1] in {"-", '"', "'"}
    return (not lead or beside) and value.lstrip("\"'")[:1] != "-" and named(flag.rstrip(", \"'\\"), value)


def _random(_name: str, value: str) -> bool:
    """Long, and of digits and letters, as nobody writes a word, nor an address."""
    if "://" in value or _FILE.fullmatch(value):
        return False
    bare = value.strip("\"'")
    kinds = [any(map(kind, bare)) for kind in (str.isdigit, str.isupper, str.islower)]
    return (
        len(bare) >= len("0123456789abcdef")
        and kinds[0]
        and (all(kinds) or re.fullmatch("[0-9a-f]{32,}", bare) is not None)
    )


def _private(name: str, value: str) -> bool:
    return "PUBLIC" not in name and _random(name, value)


def _strong(_name: str, value: str) -> bool:
    """What a generator makes, and no sentence has: ten characters with letters and digits, or eight with capitals."""
    kinds = [any(map(kind, value)) for kind in (str.isdigit, str.isupper, str.islower)]
    length = len("Abcdef12") if all(kinds) else len("abcdefgh12")
    return len(value) >= length and kinds[0] and any(kinds[1:]) and "/" not in value


def _mixed(_name: str, value: str) -> bool:
    return any(char.isdigit() or char in "=_" for char in value)


SHAPES = (
    Shape(rf"()(-----BEGIN {_PEM}(?s:.*?)(?:-----END {_PEM}|\z))()", _any),
    Shape(r"()((?:^|\n)(?:[A-Za-z0-9+/=]{16,76}\n)+-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)()", _any),
    *(Shape(rf"()(\b(?:{issued}))()", _any) for issued in ISSUED),
    *(Shape(rf"()({hashed})()", _any) for hashed in HASHED),
    Shape(r"(https://hooks\.slack\.com/)((?:services|workflows|triggers)/[A-Za-z0-9/_-]+)()", _any),
    Shape(r"(https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/)([A-Za-z0-9/_-]+)()", _any),
    Shape(r"(https://(?:[a-z0-9.-]+\.webhook\.office|outlook\.office(?:365)?)\.com/)([A-Za-z0-9/_@-]+)()", _any),
    Shape(
        r"(?i)(\b(?:proxy-)?authorization[\\\"']*\s*[:=]\s*[\\\"'\[]*(?:digest|aws4-hmac-sha256|oauth|hawk|signature)\s)([^\r\n]+)()",
        _any,
    ),
    Shape(
        r"(?i)(\b(?:proxy-)?authorization[\\\"']*\s*[:=]\s*[\\\"'\[]*"
        r"(?:(?:bearer|basic|token|api-?key|ssws|geniekey|splunk|negotiate|ntlm|key|jwt|sso-key)\s+)?)([^\s\\\"',\]]{2,})()",
        _any,
    ),
    Shape(r"(?i)(\bbearer\s+)([A-Za-z0-9._~+/-]{12,}=*)()", _any),
    Shape(r"(?i)(\bbasic\s+)([A-Za-z0-9+/_-]{12,}=*)()", _mixed),
    Shape(r"(?i)(\b(?:set-)?cookie[\"']?\s*:\s*)([^\r\n]+)()", _any),
    Shape(
        r"(?i)([?&;](?:sig|signature|auth|x-amz-(?:signature|credential|security-token)|code|session(?:_?id)?|jwt)=)([^\s&\"'#]{8,})()",
        _mixed,
    ),
    Shape(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@\"']*:)([^\s@\"'/]*(?:@[^\s\"'/?]+)?)(@)", _any),
    Shape(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)([^\s:/@\"']{20,})(@)", _any),
    Shape(rf"(?i)(\\?\"{_QUOTED}\\?\"\s*:\s*\\\")((?:[^\"\\])+)(\\\")", named),
    Shape(rf"(?i)(\"{_QUOTED}\"\s*:\s*\")((?:[^\"\\]|\\.)+)(\")", named),
    Shape(r"(?i)(\"auths?\"\s*:\s*\")([A-Za-z0-9+/]{8,}=*)(\")", _any),
    Shape(rf"(?i)(\"-*{NAME}=)((?:[^\"\\\n]|\\.)+)(\")", _alone),
    Shape(rf"(?im)(^[ \t]*(?:export |declare -x )?{NAME}(?:=|:[ ]{{2,}}))(\S.*?)([,;]?[ \t]*$)", _alone),
    Shape(rf"(?i)(\b{NAME}(?:[\"']\]?)?\s*=>?\s*)({_VALUE})()", named),
    Shape(
        rf"(?im)(^[ \t<>+*-]*[\"']?{NAME}[\"']?::?[ \t]+(?:[!&][\w!-]+[ \t]+)?)({_LINE})([,;]?[ \t]*(?:[ \t]#.*)?$)",
        named,
    ),
    Shape(rf"(?i)([\"']?\b{NAME}[\"']?:[ \t]+)({_VALUE})()", _in_prose),
    Shape(rf"(?i)('{_QUOTED}':\s*')([^'\n]+)(')", named),
    Shape(rf"(?i)(\s--?(?:{NAME}|\w*pass) +)([^\s-]\S*)()", named),
    Shape(rf"(?i)([({{]\s*[\"']?{NAME}[\"']?,\s*(?:<<)?[\"'])([^\"'\n]+)([\"'])", _in_prose),
    Shape(rf"(?i)(\b{NAME}[\"']?\s*[=:]\s*\[redacted\]\s*[-=]>\s*)({_VALUE})()", named),
    Shape(rf"(?im)(^[ \t]*{NAME}[ \t]+)(\S+)(;?[ \t]*$)", _directive),
    Shape(rf"(?im)(^{_LEAD}[\"']?{FLAG}[\"']?[ \t]*\n{_LEAD}){_ARGUMENT}", _argument),
    Shape(rf"(?im)(^{_LEAD}[\"']?{FLAG}[\"']?[ \t]*\n-[^\n]*\n\+{_LEAD}){_ARGUMENT}", _argument),
    Shape(rf"(?i)(\"{FLAG}\"[ \t]*,\s*\")((?:[^\"\\\n]|\\.)+)(\")", _argument),
    Shape(rf"(?i)(\\\"{FLAG}\\\"[ \t]*,\s*\\\")([^\"\\\n]+)(\\\")", _argument),
    Shape(rf"(?i)('{FLAG}'[ \t]*,\s*')((?:[^'\n]|'')+)(')", _argument),
    Shape(rf"(?i)([\[ ]{FLAG},[ \t]+)([^\s,\]\"'-][^\s,\]]*)([,\]])", _in_prose),
    Shape(rf"(\b(?:{_FLAGS})\s+)([^\s-]\S*)()", _any),
    Shape(r"(?i)(\b(?:requirepass|masterauth|bindpw|r[ow]community)\"?\s+(?:\d\) )?\"?)([^\s\"-][^\s\"]*)()", _any),
    Shape(r"(?i)(\b(?:private|preshared)key\s*=\s*)(\S+)()", _any),
    Shape(r"(\bAUTH\s+(?:\w+\s+)?)(\S{6,})()", _in_prose),
    Shape(r"(\s-pass(?:in|out)?\s+pass:)(\S+)()", _any),
    Shape(r"(?i)(\b(?:login|user|account)\s+\S+\s+password\s+)(\S+)()", _in_prose),
    Shape(r"(?m)(^[\w.*-]+:(?:\d{2,5}|\*):[A-Za-z_*][\w.-]*:[A-Za-z_*][\w.-]*:)(\S+)([ \t]*$)", _in_prose),
    Shape(r"(\b(?:sqlplus\s+(?:-\w+\s+)*|thin:)[\w$#]+/)([^\s@]+)(@)", _any),
    Shape(r"(\b[\w.-]+:)([^\s:@\"']+)(@(?:tcp|udp|unix)\()", _any),
    Shape(r"(\s-U\s+[\w.\\-]+%)(\S+)()", _any),
    Shape(
        r"(?i)(\b(?:identified\s+by|password|pgp_sym_\w+\([^)']*)[\s,(]+|\bset\s+password\b[^=\n]*=\s*)('[^'\n]+')()",
        _any,
    ),
    Shape(rf"(?i)(<[^<>/]*{NAME}>|<[^<>]*\b(?:key|name)=\"{NAME}\"[^<>]*>)([^<\n]+)(</)", _any),
    Shape(rf"(?i)(\b(?:key|name)=\"{NAME}\"\s+value=\")([^\"\n]+)(\")", _any),
    Shape(rf"(?i)((?:[\[{{(]|\s){NAME}:)([^\s,}})\]]+)()", _in_struct),
    Shape(rf"(?im)(^[ \t+-]*[\"']?{NAME}[\"']?:[ \t]*[|>][-+]?[ \t]*\n[ \t+]+)(\S.*$)()", _any),
    Shape(r"(?i)(\b(?:password|passphrase|passcode|token|secret|pin)\s+(?:is|was)\s*:?\s+)(\S+)()", _in_prose),
    Shape(r"(\b[A-Z_]*PASSWORD[ \t]+)(\S{8,})()", _in_prose),
    Shape(rf"(?i)({NAME}%22%3A%22)((?:[^%\s]|%[013-9a-f][0-9a-f]|%2[013-9a-f])+)()", _any),
    Shape(rf"(?i)({NAME}%3D)([^%&\s]+)()", _any),
    Shape(r"(?i)(\b(?:SAMLResponse|SAMLRequest|\w*SESS(?:ION)?ID|sid|connect\.sid)=)([^\s;&\"']{8,})()", _any),
    Shape(r"(?im)(\b(?:unseal|recovery) key(?: \d+)?:\s+)(\S+)()", _any),
    Shape(r"(?m)(^[ \t]*(?:export )?[A-Z][A-Z0-9_]*_KEY(?:=|:[ \t]+))(\S+)([ \t]*$)", _private),
    Shape(r"(?i)([?&]key=)([^\s&\"'#]+)()", _random),
    Shape(rf"(?i)(\b{_KEYS}[\"']?\s*[:=]\s*)({_VALUE})()", _random),
    Shape(r"(\b[\w.-]+:)([^\s:@/\"']{6,})(@[\w.-]+:\d{2,5}\b)", _in_prose),
    Shape(r"(?im)(\bpassword\b[^\n:=]{0,60}:\s{1,4})(\S+)([ \t]*$)", _strong),
    Shape(r"(?i)(\bpassword[ \t]+)(\S+)()", _strong),
    Shape(r"(?i)(\b(?:(?-i:[Pp]ass)|pw|puk)\s*[=:]\s*|\bpass=)([^\s,;]+)()", _in_prose),
    Shape(r"(?im)(\b(?:api key|token|passphrase|bearer|secret)\b[^\n:=]{0,30}:\s{1,4})(\S+)([ \t]*$)", _random),
    Shape(r"(?i)(\b(?:license|assertion|code_verifier|client_secret_\w+)\s*[:= ]\s*(?:\w+:)?)(\S+)()", _random),
    Shape(r"(?i)(\b(?:psk|community|api-key)\s+)(\S+)()", _strong),
    Shape(r"(?i)(\b(?:ACL\s+SETUSER|user\s+\S+\s+o(?:n|ff))\s(?:[^\n]*?\s)?[>#])(\S+)()", _any),
    Shape(r"(\{(?:S?SHA\d*|SMD5|CRYPT)\})(\S+)()", _any),
    Shape(r"(\bK10[0-9a-f]{64}::\w+:)(\S+)()", _any),
    Shape(r"(?i)(/(?:login|reset[\w-]*|invite|verify|magic|confirm|activate|share)/)([A-Za-z0-9_-]{20,})()", _random),
    Shape(r"(?im)(\b_auth\s*=\s*)(\S+)()", _any),
    Shape(r"(\b(?:curl|etcdctl|http)\b[^\n|]*?\s(?:-u|--user|--proxy-user)[ =]*[\"']?[^\s:\"']*:)([^\s\"']+)()", _any),
    Shape(r"(\b(?:mysql|mysqldump|mariadb)\b[^\n|]*?\s-p)([^\s-]\S*)()", _any),
    Shape(r"(\b(?:redis-cli\b[^\n|]*?\s-a|sshpass\s+-p)\s*)(\S+)()", _any),
    Shape(rf"(?i)(\"name\":\s*\"{NAME}\",\s*\"value\":\s*\")((?:[^\"\\]|\\.)+)(\")", _any),
    Shape(rf"(?im)(^[\s+-]*name:\s*[\"']?{NAME}[\"']?\s*\n[\s+-]*value:[ \t]*)(\S.*$)()", _any),
    Shape(rf"(?im)(^[\s+-]*name:\s*[\"']?{NAME}[\"']?\s*\n-[ \t]*value:[^\n]*\n\+[ \t]*value:[ \t]*)(\S.*$)()", _any),
)
"""In order; a later one sees what an earlier one has masked."""
