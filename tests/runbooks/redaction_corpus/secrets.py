"""Secrets where incidents show them, made up here from parts, so that no scanner takes one for real."""

import base64
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass

_RANDOM = random.Random()
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Planted:
    """A text, and the secret in it."""

    text: str
    secret: str


def _any(length: int, letters: str = _LETTERS) -> str:
    return "".join(_RANDOM.choice(letters) for _ in range(length))


def _hex(length: int) -> str:
    return _any(length, "0123456789abcdef")


def _jwt() -> str:
    parts = (
        base64.urlsafe_b64encode(one.encode()).decode().rstrip("=")
        for one in ('{"alg":"RS256"}', '{"sub":"x","iat":1}')
    )
    return ".".join([*parts, _any(43)])


def _issued() -> Iterator[str]:
    """Yield tokens whose shape tells what they are, wherever they stand."""
    upper = string.ascii_uppercase + string.digits
    yield "xo" + "xb-" + _any(12, string.digits) + "-" + _any(24)
    yield "xo" + "xp-" + _any(12, string.digits) + "-" + _any(32)
    yield "xa" + "pp-1-A" + _any(10, upper) + "-" + _any(13, string.digits) + "-" + _hex(64)
    yield "gh" + "p_" + _any(36)
    yield "gh" + "s_" + _any(36)
    yield "github" + "_pat_" + _any(22) + "_" + _any(59)
    yield "gl" + "pat-" + _any(20)
    yield "sk" + "_live_" + _any(24)
    yield "wh" + "sec_" + _any(32)
    yield "np" + "m_" + _any(36)
    yield "sk" + "-proj-" + _any(48)
    yield "sk" + "-ant-" + _any(40)
    yield "AK" + "IA" + _any(16, upper)
    yield "AI" + "za" + _any(35)
    yield "ya" + "29." + _any(60)
    yield "GOC" + "SPX-" + _any(28)
    yield "S" + "G." + _any(22) + "." + _any(43)
    yield "hv" + "s." + _any(24)
    yield "gl" + "sa_" + _any(32) + "_" + _hex(8)
    yield "do" + "p_v1_" + _hex(64)
    yield "dck" + "r_pat_" + _any(27)
    yield "pypi" + "-AgE" + _any(60)
    yield "da" + "pi" + _hex(32)
    yield "$2" + "b$12$" + _any(53)
    yield _any(3) + "8Q~" + _any(34)
    yield _jwt()


_ANYWHERE = (
    'time=2026-11-21T12:00:03Z level=error msg="upstream said 401" sent={}',
    "panic: cannot use {} here\n\ngoroutine 1 [running]:",
    '{{"level":"warn","args":["--verbose","{}"]}}',
)
_NAMED = (
    "DB_PASSWORD={}",
    "export API_TOKEN='{}'",
    "      REDIS_PASSWORD:  {}",
    '{{"user":"app","password":"{}","host":"db"}}',
    '  "clientSecret": "{}",',
    "spring.datasource.password={}",
    "- name: SMTP_PASS\n  value: {}\n- name: LOG_LEVEL\n  value: info",
    '{{"name": "STRIPE_SECRET_KEY", "value": "{}"}}',
    "helm upgrade api ./chart --set auth.secretKey={}",
    "mysql --host db --password {} -e 'SELECT 1'",
    "PGPASSWORD={} psql -h db -U app",
    "ALTER USER app WITH PASSWORD '{}';",
    "CREATE USER 'app'@'%' IDENTIFIED BY '{}';",
    'level=debug msg="login with password: {} for app"',
    "aws_secret_access_key = {}",
    "  token: {}",
    "X-Api-Key: {}",
    "x-vault-token: {}",
    "GET /callback?access_token={}&state=x HTTP/1.1",
    "Server=tcp:db,1433;User ID=sa;Password={};Encrypt=true",
    "DefaultEndpointsProtocol=https;AccountName=logs;AccountKey={};EndpointSuffix=core.windows.net",
    "curl -sS -u admin:{} https://grafana.internal/api/health",
    "mysql -u root -p{} orders",
    "redis-cli -h redis -a {} ping",
    "config={{'db_password': '{}', 'pool': 5}}",
    'msg="{{\\"password\\":\\"{}\\",\\"user\\":\\"app\\"}}"',
    "client-key-data: {}",
    'encryption_key: "{}"',
)
_HEADERS = (
    "Authorization: Bearer {}",
    "authorization: Basic {}==",
    '-H "Authorization: token {}"',
    "> Proxy-Authorization: Basic {}",
    "Cookie: sid={}; theme=dark",
    "Set-Cookie: session={}; Path=/; HttpOnly",
    'headers={{"Authorization": "Bearer {}"}}',
    "retrying with bearer {} after 401",
)
_ADDRESSES = (
    "postgres://app:{}@db.internal:5432/orders?sslmode=require",
    "dial redis://:{}@redis:6379/0: connection refused",
    "amqp://svc:{}@rabbit:5672/%2f",
    "mongodb+srv://root:{}@cluster0.example.net/test",
    "cloning https://oauth2:{}@git.example.com/team/repo.git",
    "https://{}@sentry.example.com/42",
    "https://hooks." + "slack.com/services/T00000000/B00000000/{}",
    "https://discord.com/api/webhooks/1234/{}",
    "https://logs.blob.core.windows.net/a?sv=2024-01-01&sig={}",
    "https://b.s3.amazonaws.com/k?X-Amz-Date=20261121T000000Z&X-Amz-Signature={}",
)


def _blocks() -> Iterator[Planted]:
    for kind in ("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""):
        inner = "\n".join(_any(64) for _ in range(4))
        begin, end = f"-----BEGIN {kind}PRIVATE " + "KEY-----", f"-----END {kind}PRIVATE " + "KEY-----"
        yield Planted(f"tls.key: |\n{begin}\n{inner}\n{end}\nnext line", inner.splitlines()[2])
        yield Planted(f'"private_key": "{begin}\\n{inner.replace(chr(10), chr(92) + "n")}\\n{end}\\n",', inner[70:110])
    for key in ("username", "tls.crt", "config", "dsn"):
        value = base64.b64encode(_any(24).encode()).decode()
        yield Planted(
            f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  {key}: {value}\ntype: Opaque\n", value
        )
        yield Planted(f'{{"kind":"Secret","data":{{"{key}":"{value}"}},"metadata":{{"name":"db"}}}}', value)
        plain = _any(20)
        yield Planted(
            f"kind: Secret\nstringData:\n  {key}: |\n    first {plain}\n    second\nmetadata:\n  name: db\n", plain
        )
    for diff in (
        "@@ -1 +1,2 @@\n+        - name: DB_PASSWORD\n+          value: {}\n         image: web:1\n",
        "@@ -1 +1 @@\n         - name: DB_PASSWORD\n-          value: {}\n+          value: other-7-word\n",
        "@@ -1 +1 @@\n         - name: DB_PASSWORD\n-          value: before-1-word\n+          value: {}\n",
        "@@ -1 +1,2 @@\n   data:\n+  db-password: {}\n",
    ):
        plain = _any(12, string.ascii_lowercase)
        yield Planted(diff.format(plain), plain)
    docker = base64.b64encode(f"user:{_any(16)}".encode()).decode()
    yield Planted(f'{{"auths":{{"registry.example.com":{{"auth":"{docker}"}}}}}}', docker)


def planted() -> list[Planted]:
    """Return the whole corpus, the same each time."""
    _RANDOM.seed(20261121)
    made = [Planted(place.format(token), token) for token in _issued() for place in _ANYWHERE]
    secrets = [(place, secret) for place in (*_NAMED, *_HEADERS, *_ADDRESSES) for secret in (_any(20) + "7", _hex(32))]
    made += [Planted(place.format(secret), secret) for place, secret in secrets]
    return [*made, *_blocks()]
