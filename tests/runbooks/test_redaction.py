"""Secrets are taken out of every output; what only looks like one stays."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.redaction import MASK, Redaction
from tests.runbooks.redaction_corpus.foreign import foreign
from tests.runbooks.redaction_corpus.innocent import innocent
from tests.runbooks.redaction_corpus.secrets import planted

redact = Redaction()
# Put together here, so that no scanner takes a made-up secret for a real one.
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
KEY = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("DB_PASSWORD=hunter2hunter", "hunter2hunter"),
        ("password: correct-horse", "correct-horse"),
        ('password="correct horse"', "correct horse"),
        ("INFERA__AUTH__SECRET='s3cr3t-value'", "s3cr3t-value"),
        ('{"client_secret": "abc-def-ghi"}', "abc-def-ghi"),
        ('{"name": "API_TOKEN", "value": "abc-def"}', "abc-def"),
        ('{\n "name": "API_TOKEN",\n "value": "abc-def"\n}', "abc-def"),
        ("- name: DB_PASSWORD\n  value: hunter2\n", "hunter2"),
        ('- name: DB_PASSWORD\n  value: "a b c"\n', "a b c"),
        ("+        - name: DB_PASSWORD\n+          value: hunter2\n", "hunter2"),
        ("         - name: DB_PASSWORD\n-          value: hunter1\n+          value: hunter2\n", "hunter1"),
        ("         - name: DB_PASSWORD\n-          value: hunter1\n+          value: hunter2\n", "hunter2"),
        ("+  db-password: hunter\n", "hunter"),
        ("postgres://app:hunter2@db:5432/x", "hunter2"),
        ("redis://:hunter2@redis/0", "hunter2"),
        ("https://example.com/?api_key=abcdef&x=1", "abcdef"),
        ("https://example.com/?access_token=abcdef", "abcdef"),
        ("Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"),
        ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ('-H "Authorization: token abcdef123"', "abcdef123"),
        ("sent bearer abcdefghijklmnop to x", "abcdefghijklmnop"),
        ("Set-Cookie: session=abcdef; Path=/", "session=abcdef"),
        (f"token is {JWT} today", JWT),
        (f"a\n{KEY}\nb", "IBAAKC"),
        (KEY[:45], "MIIEow"),
        ("AKIA" + "IOSFODNN7EXAMPLE", "IOSFODNN7"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI"),
        ("xoxb-" + "123456789012-abcdefGHIJ", "123456789012"),
        ("xapp-" + "1-A0123-456-abcdef", "A0123"),
        ("https://hooks.slack.com/services/" + "T0/B0/abcdef", "abcdef"),
        ("gh" + "p_" + "a" * 36, "a" * 36),
        ("glpat-" + "a" * 20, "a" * 20),
        ("sk_live_" + "a" * 24, "a" * 24),
        ("AIza" + "a" * 35, "a" * 35),
        ("SG." + "a" * 20 + "." + "b" * 20, "b" * 20),
        ("kubectl create secret generic x --from-literal=password=hunter2", "hunter2"),
        ("mysql --password hunter2", "hunter2"),
        ('{"kind":"Secret","stringData":{"a":"{\\"b\\": {\\"c\\": \\"hunter2\\"}}"}}', "hunter2"),
        ('{"kind":"Secret","data":{"a":"b","c":"aHVudGVyMg', "aHVudGVyMg"),
        ('{"kind": "Secret", "x": "{\\"data\\":{\\"a\\":\\"aHVudGVyMg\\"},\\"kind\\":\\"Secret\\"}"}', "aHVudGVyMg"),
        ('"last": "{\\"stringData\\":{\\"a\\":\\"say \\\\\\"hunter2\\\\\\"\\"},\\"kind\\":\\"Secret\\"}"', "hunter2"),
        ('"last": "{\\"kind\\":\\"Secret\\",\\"stringData\\":{\\"a\\":\\"{x} hunter2', "hunter2"),
        ("kind: Secret\nstringData: {a: hunter2}\n", "hunter2"),
        ("      DB_PASSWORD:  p4ss,word;rest\n", "rest"),
        ("      DB_PASSWORD:  abc}def\n", "def"),
        ("      DB_PASSWORD:  Tr0ub4dor&3\n", "&3"),
        ("  password: 'it''s x9'\n", "s x9"),
        ("  password: hunter,two,\n", "two"),
        ("DATABASE_URL=postgres://u:p@ssw0rd@db/x", "ssw0rd"),
        ("args:\n- --password\n- hunter\n", "hunter"),
        ("    Args:\n      --password\n      hunter two\n", "two"),
        ("         - --token\n-        - hunter1\n+        - hunter2\n", "hunter2"),
        ('"args": [\n  "--password",\n  "hunter"\n]', "hunter"),
        ('"last": "{\\"args\\":[\\"--password\\",\\"hunter\\"]}"', "hunter"),
        ("command: ['redis-server', '--requirepass', 'hunter']", "hunter"),
        ("command: [redis-server, --requirepass, hunter2x]", "hunter2x"),
        ("DB_PASSWORD=correct horse\n", "horse"),
        ("DB_PASSWORD=p4ss,word;rest&x\n", "rest"),
        ("      DB_PASSWORD:  correct horse\n", "horse"),
        ('"env": ["DB_PASSWORD=p4ss,word"]', "word"),
        ("  password: hunter  # the old one\n", "hunter"),
        ('{"pass": "hunter"}', "hunter"),
        ("LDAP_BIND_PW=hunter", "hunter"),
        ("< x-api-key: hunter\n", "hunter"),
        ('<property name="db.password">hunter</property>', "hunter"),
        ("define('DB_PASSWORD', 'hunter2');", "hunter2"),
        ("map[user:app password:hunter2]", "hunter2"),
        ("password    hunter2\n", "hunter2"),
        ('~ password = "a1b2c3" -> "hunter2"', "hunter2"),
        ("MIIEowIBAAKCAQEA1234\nIBAAKCAQEA1234567890\n-----END RSA PRIVATE " + "KEY-----", "IBAAKC"),
    ],
)
def test_a_secret_is_masked(text: str, secret: str) -> None:
    said = redact(text)
    assert secret not in said
    assert MASK in said


@pytest.mark.parametrize(
    "text",
    [
        "NAME                       READY   STATUS    RESTARTS   AGE",
        "inferadb-788cbfbc46-9nnpk   1/1     Running   0   25h",
        "automountServiceAccountToken: false",
        "secretName: inferadb-tls",
        "imagePullSecrets:\n- name: registry",
        "    secretKeyRef:\n      key: password\n      name: db",
        "token: true",
        "max_tokens=100",
        "password: <none>",
        "kubectl get secret -n inferadb",
        "https://example.com:8080/path",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "time=2026-11-21T12:00:00Z level=error msg=\"token bucket is empty\"",
        "inferadb_requests_total{code=\"200\"} 12345",
        "deployment.kubernetes.io/revision: \"3\"",
        "Use --password, then type it",
        "  --token\n      the token to use\n",
        "- --password\n- --verbose\n",
        '["--default-secret", "ops/tls"]',
        "password: (none)",
        "https://registry:443/@scope/package",
        "http://db:80, mail me@example.com",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(("text", "said"), [
    ("a DB_PASSWORD=x1y2z3 b", f"a DB_PASSWORD={MASK} b"),
    ("postgres://app:x1y2z3@db/x", f"postgres://app:{MASK}@db/x"),
    ('{"password": "x1y2z3", "a": 1}', f'{{"password": "{MASK}", "a": 1}}'),
    ('{"Authorization":["Basic YWRtaW46c2VjcmV0MTIz"]}', f'{{"Authorization":["Basic {MASK}"]}}'),
    ("Authorization: []", "Authorization: []"),
])  # fmt: skip
def test_what_stands_around_a_secret_stays(text: str, said: str) -> None:
    assert redact(text) == said


def test_the_houses_own_patterns_and_known_words_are_masked_too() -> None:
    own = Redaction(patterns=[r"CUST-(\d+)"], words=["swordfish-1234", "short"])
    assert own("CUST-12 said swordfish-1234, short") == f"{MASK} said {MASK}, short"


def test_what_stands_beside_a_secrets_data_stays() -> None:
    shown = '{"kind":"Secret","data":{"a":"b3Bz"},"metadata":{"x":"{\\"data\\":{\\"a\\":\\"b3Bz\\"},\\"y\\":1}"}}'
    assert redact(shown) == shown.replace("b3Bz", MASK)


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_redacting_the_corpus_twice_changes_nothing_more() -> None:
    for one in [*planted(), *foreign()]:
        assert redact(redact(one.text)) == redact(one.text)


def test_of_the_corpus_nearly_every_secret_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    corpus = [*planted(), *foreign()]
    missed = [one for one in corpus if one.secret in redact(one.text)]
    recall = 1 - len(missed) / len(corpus)
    with capsys.disabled():
        sys.stdout.write(f"\nredaction: recall {recall:.3f} of {len(corpus)} secrets\n")
    assert len(corpus) >= 400
    assert recall >= 0.99, [one.text for one in missed]


def test_of_the_innocent_lines_none_is_touched(capsys: pytest.CaptureFixture[str]) -> None:
    lines = innocent()
    touched = [line for line in lines if redact(line) != line]
    with capsys.disabled():
        sys.stdout.write(f"\nredaction: {len(touched)} false alarms in {len(lines)} lines\n")
    assert len(lines) >= 600
    assert not touched


SOME = 7


@pytest.mark.parametrize("size", [1, SOME, 64])
def test_a_secret_that_is_cut_in_two_by_a_stream_is_caught(size: int) -> None:
    for one in [*planted(), *(foreign() if size == SOME else ())]:
        text = f"before\n{one.text}\nafter\n"
        stream = redact.stream()
        said = "".join(stream.feed(text[at : at + size]) for at in range(0, len(text), size)) + stream.rest()
        assert said == redact(text)


@pytest.mark.parametrize("text", [
    "- --password\n- hunter\n",
    '  "--password",\n  "hunter"\n',
    "   - --token\n-  - hunter\n+  - hunter\n",
])  # fmt: skip
def test_a_stream_holds_a_flag_until_its_word_has_come(text: str) -> None:
    lines = [*text.splitlines(keepends=True), *["a line\n"] * 5]
    stream = redact.stream()
    said = "".join([*map(stream.feed, lines), stream.rest()])
    assert said == redact("".join(lines))
    assert "hunter" not in said


def test_a_stream_of_flags_is_not_held_back_for_ever() -> None:
    assert redact.stream().feed("- --verbose\n" * 200)


def test_a_stream_shows_what_is_whole_before_it_ends() -> None:
    stream = redact.stream()
    assert stream.feed("a line\n" * 10).count("a line") >= 6


def test_a_stream_without_line_ends_is_not_held_back_for_ever() -> None:
    stream = redact.stream()
    assert stream.feed("a word " * 20_000)


@pytest.mark.parametrize(
    "said", ['"password": "%s"', "IDENTIFIED BY '%s'", "Authorization: Bearer %s", "'password': 'a b %s'"]
)
@pytest.mark.parametrize("size", [SOME * 1000, 200_000])
def test_a_long_line_is_not_cut_behind_the_name_of_a_secret(said: str, size: int) -> None:
    secret = "hunter2correct"
    key, _, _ = said.partition("%s")
    begun = "x" * (32 * 1024 - len(key) - len(" a word, ") - 4)
    text = f"{begun} a word, {said % secret} {'y' * 5000} " + "z" * 70_000
    stream = redact.stream()
    shown = "".join(stream.feed(text[at : at + size]) for at in range(0, len(text), size))
    assert begun in shown
    assert secret not in shown + stream.rest()


def test_a_long_line_of_nothing_but_secrets_is_not_held_back_for_ever() -> None:
    stream = redact.stream()
    assert stream.feed("password: a1b2c3password: " * 10_000)


@pytest.mark.parametrize("ahead", [0, 1, 5])
def test_a_secret_whose_kind_comes_later_is_hidden_however_many_objects_came_before_it(ahead: int) -> None:
    plain = "apiVersion: v1\ndata:\n  a: " + "word " * 2000 + "\nkind: ConfigMap\n---\n"
    data = "".join(f"  key-{n}.yaml: Z2xvYmFs\n" for n in range(8))
    before = plain * (ahead * 256 * 1024 // len(plain))
    begun = f"{before}apiVersion: v1\ndata:\n{data}"
    stream = redact.stream()
    shown = "".join(stream.feed(begun[at : at + 4096]) for at in range(0, len(begun), 4096))
    shown += stream.feed("kind: Secret\nmetadata:\n  name: a\n---\n") + stream.rest()
    assert "Z2xvYmFs" not in shown
    assert shown.count("ConfigMap") == before.count("ConfigMap")


def test_a_line_of_many_blanks_is_read_in_one_pass() -> None:
    stream = redact.stream()
    assert stream.feed("key:" + " " * 250_000 + "x\na\nb\nc\nd\ne\n")
