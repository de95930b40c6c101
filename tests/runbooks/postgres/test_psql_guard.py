"""The psql of a diagnostic's container only reads, whatever stands around it; a value stays a value of its SQL."""

from dataclasses import replace

import pytest

from runbooks.compiling import LineRefused, compiled
from runbooks.postgres.psql_guard import filled_words, guarded
from tests.runbooks.purposes import DIAGNOSTIC, MITIGATION

EXEC = ("kubectl", "exec", "db-0", "-c", "postgres", "--")
LIMIT = "PGOPTIONS=-c default_transaction_read_only=on -c statement_timeout=9500 -c standard_conforming_strings=on"
SELECT = ("psql", "-c", "SELECT 1")


def guard(*program: str) -> tuple[str, ...]:
    return guarded((*EXEC, *program), program, 10)


@pytest.mark.parametrize(
    ("before", "psql"),
    [
        ((), SELECT),
        ((), ("/usr/bin/psql", "-U", "app", "-d", "orders", "-tAc", "SELECT 1")),
        ((), ("psql", "-cSELECT 1")),
        ((), ("psql", "--command=SELECT 1", "-v", "ON_ERROR_STOP=1")),
        ((), ("psql", "postgresql://app@localhost/orders?sslmode=disable", "-xc", "SELECT 1")),
        ((), ("psql", "-l")),
        ((), ("psql", "--version")),
        ((), ("psql", "-c", "\\dt+ public.*")),
        ((), ("psql", "-c", "\\l+")),
        ((), ("psql", "-c", "\\d orders")),
        ((), ("psql", "-c", "\\conninfo")),
        (("env", "PGPASSWORD=x", "PGHOST=db"), SELECT),
        (("env", "-i"), SELECT),
        (("env", "-u", "PGOPTIONS"), SELECT),
        (("sudo", "-u", "postgres"), SELECT),
        (("gosu", "postgres"), SELECT),
        (("runuser", "-u", "postgres", "--"), SELECT),
        (("timeout", "-k", "5", "10", "nice", "-n", "19"), SELECT),
    ],
)
def test_the_limits_stand_right_before_psql_however_it_is_begun(before: tuple[str, ...], psql: tuple[str, ...]) -> None:
    assert guard(*before, *psql) == (*EXEC, *before, "env", LIMIT, *psql)


@pytest.mark.parametrize(
    "program",
    [
        ("redis-cli", "ping"),
        ("ls", "/usr/bin/psql"),
        ("pgrep", "psql"),
        ("cat", "/var/lib/postgresql/.psql_history"),
        ("tail", "-n", "50", "/var/log/psql.log"),
        ("head", "/var/log/psql.log"),
        ("du", "-sh", "/var/log/psql"),
        ("wc", "-l", "/var/log/psql.log"),
    ],
)
def test_other_programs_stay_as_they_are(program: tuple[str, ...]) -> None:
    assert guard(*program) == (*EXEC, *program)


@pytest.mark.parametrize(
    "program",
    [
        ("psql", "-xc", "DELETE FROM a"),
        ("psql", "-Atxc", "DELETE FROM a"),
        ("psql", "-U", "app", "-cDELETE FROM a"),
        ("psql", "-AtcDELETE FROM a"),
        ("psql", "--command=DELETE FROM a"),
        ("psql", "--comm", "DELETE FROM a"),
        ("psql", "-c", "SELECT 1", "-c", "DELETE FROM a"),
        ("psql", "-c", "SELECT 1", "orders", "-c", "DELETE FROM a"),
        ("psql", "-F", "-l", "-c", "DELETE FROM a"),
        ("psql", "-F", "--version", "-c", "DELETE FROM a"),
        ("psql", "-l", "-c", "DELETE FROM a"),
        ("psql", "-c", "COPY a TO PROGRAM 'sh'"),
        ("psql", "-c", "COPY stdout TO '/tmp/a'"),
        ("psql", "-c", "\\! id"),
        ("psql", "-c", "\\copy a to program 'sh'"),
        ("psql", "-c", "\\o /tmp/a"),
        ("psql", "-c", "\\i /tmp/fix.sql"),
        ("psql", "-c", "\\dt `id`"),
        ("psql", "-c", "\\dt \\! id"),
        ("psql", "-c", "\\dt\n\\! id"),
        ("psql", "-c", "\\d :x"),
        ("psql", "-c", "\\encoding SJIS", "-c", "SELECT 1"),
        ("psql", "-c", "\\gexec"),
        ("psql", "-f", "/tmp/fix.sql"),
        ("psql", "-d", "a", "-xf/tmp/fix.sql"),
        ("psql", "--file=/tmp/fix.sql"),
        ("psql", "-o", "/tmp/a", "-c", "SELECT 1"),
        ("psql", "-o|sh", "-c", "SELECT 1"),
        ("psql", "--out=/tmp/a", "-c", "SELECT 1"),
        ("psql", "-L", "/tmp/a", "-c", "SELECT 1"),
        ("psql", "-qtAL/tmp/a", "-c", "SELECT 1"),
        ("psql", "-s", "-c", "SELECT 1"),
        ("psql", "--nonsense", "-c", "SELECT 1"),
        ("psql", "options=-cdefault_transaction_read_only=off", "-c", "SELECT cleaned()"),
        ("psql", "-d", "dbname=a options = '-c default_transaction_read_only=off'", "-c", "SELECT cleaned()"),
        ("psql", "postgresql:///a?%6fptions=-cdefault_transaction_read_only%3doff", "-c", "SELECT cleaned()"),
        ("psql", "dbname=a client_encoding=sjis", "-c", "SELECT 1"),
        ("env", "PGOPTIONS=-c default_transaction_read_only=off", "psql", "-c", "SELECT cleaned()"),
        ("env", "PGCLIENTENCODING=SJIS", *SELECT),
        ("env", "PSQLRC=/tmp/rc", *SELECT),
        ("env", "PATH=/tmp", *SELECT),
        ("sudo", "-u", "postgres", "PGSERVICEFILE=/tmp/x", *SELECT),
        ("env", "-i", "psql", "-c", "DELETE FROM a"),
        ("env", "-S", "psql -c 'DELETE FROM a'"),
        ("timeout", "10", "psql", "-c", "DELETE FROM a"),
        ("sudo", "-i", *SELECT),
        ("su", "-", "postgres", "-c", "psql -c 'SELECT 1'"),
        ("sh", "-c", "psql -c 'SELECT 1'"),
        ("bash", "-lc", "PGOPTIONS= psql -c 'SELECT 1'"),
        ("xargs", *SELECT),
        ("man", "-P", "psql -c 'DELETE FROM a'", "ls"),
        ("find", "/", "-name", "a", "-exec", "psql", "-c", "DELETE FROM a", ";"),
    ],
)
def test_what_may_write_or_take_the_guard_away_is_refused(program: tuple[str, ...]) -> None:
    with pytest.raises(LineRefused):
        guard(*program)


def test_a_namespace_that_looks_like_the_end_of_the_flags_hides_no_psql() -> None:
    with pytest.raises(LineRefused):
        compiled("kubectl exec db-0 -n -- -- psql -c 'DELETE FROM a'", None, DIAGNOSTIC)


@pytest.mark.parametrize(
    "psql", ["psql -l", "psql -c 'SELECT 1'", "psql --command='SELECT 1'", "sudo -u postgres psql -tc 'SELECT 1'"]
)
def test_a_line_of_a_runbook_is_guarded_and_shown_so(psql: str) -> None:
    ready = compiled(f"kubectl exec db-0 -- {psql}", None, DIAGNOSTIC)
    assert any(word.startswith("PGOPTIONS=") for word in ready.pipeline.words)
    assert ready.command is not None
    assert ready.command.words == ready.pipeline.words[1:]


def test_a_mitigation_may_write() -> None:
    ready = compiled("kubectl exec db-0 -- psql -c 'VACUUM a'", None, MITIGATION)
    assert ready.pipeline.words[-3:] == ("psql", "-c", "VACUUM a")


@pytest.mark.parametrize("sql", ["SELECT 1 \\gx", "SELECT 'a", "VACUUM a; SELECT 1", ""])
def test_sql_of_a_mitigation_that_no_server_takes_is_refused_when_the_line_is_read(sql: str) -> None:
    with pytest.raises(LineRefused):
        compiled(f'kubectl exec db-0 -- psql -c "{sql}"', None, MITIGATION)


@pytest.mark.parametrize("sql", ["\\dt", "TRUNCATE a; SELECT 1", "VACUUM a"])
def test_what_psql_takes_from_a_mitigation_stays(sql: str) -> None:
    assert compiled(f'kubectl exec db-0 -- psql -c "{sql}"', None, MITIGATION).pipeline.words[-1] == sql


EVIL = "x'; DROP TABLE a; --"
QUOTED = "SELECT 'x''; DROP TABLE a; --'"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("psql -c \"SELECT '{x}'\"", QUOTED),
        ("psql -tAc \"SELECT '{x}'\"", QUOTED),
        ("psql -c\"SELECT '{x}'\"", f"-c{QUOTED}"),
        ("psql --command=\"SELECT '{x}'\"", f"--command={QUOTED}"),
        ('psql --comm "SELECT {x}"', QUOTED),
        ("env PGUSER=app psql -c \"SELECT '{x}'\"", QUOTED),
        ("sudo -u postgres psql -c \"SELECT '{x}'\"", QUOTED),
        ("timeout 5 psql -U app -c \"SELECT '{x}'\"", QUOTED),
    ],
)
def test_a_value_goes_into_the_sql_of_a_container_as_a_value(line: str, word: str) -> None:
    ready = compiled(f"kubectl exec db-0 -- {line}", {"x": EVIL}, MITIGATION)
    assert ready.pipeline.words[-1] == word


def test_elsewhere_a_value_is_part_of_a_word() -> None:
    line = "kubectl exec {x} -- psql -U {x} -c \"SELECT '{x}'\""
    assert compiled(line, {"x": "a'b"}, MITIGATION).pipeline.words[2] == "a'b"
    assert compiled(line, {"x": "a'b"}, MITIGATION).pipeline.words[-3:] == ("a'b", "-c", "SELECT 'a''b'")
    assert filled_words(("kubectl", "logs", "-c", "{x}"), {"x": "a'b"})[3] == "a'b"
    assert filled_words(("psql", "-c", "SELECT {x}"), {"x": "a'b"})[2] == "SELECT 'a''b'"


@pytest.mark.parametrize(
    "program",
    [
        "sh -c 'echo {x}'",
        "nice bash -lc 'kill {x}'",
        "runuser -l postgres -c 'vacuumdb {x}'",
        "python -c 'stop({x})'",
        "python -c {x}",
        "redis-cli EVAL 'return {x}' 0",
        "env -S 'sleep {x}'",
        "env -S {x}",
    ],
)
def test_a_value_that_a_program_would_read_as_more_is_refused(program: str) -> None:
    assert compiled(f"kubectl exec db-0 -- {program}", {"x": "web-1.example:80"}, MITIGATION).command is not None
    for value in ("1; id", "$(id)", "a b", "`id`", "a'b", 'a"b', "a\nb", "*", "~", "a&b", "a|b", "<a", "{a,b}", "#a"):
        with pytest.raises(LineRefused, match="A shell would read"):
            compiled(f"kubectl exec db-0 -- {program}", {"x": value}, MITIGATION)


def test_a_value_stays_one_in_a_container_that_a_job_begins() -> None:
    line = "kubectl create job a --image=postgres -- psql -c \"SELECT '{x}'\""
    assert compiled(line, {"x": EVIL}, MITIGATION).pipeline.words[-1] == QUOTED
    with pytest.raises(LineRefused, match="A shell would read"):
        compiled("kubectl create job a --image=busybox -- sh -c 'run {x}'", {"x": "1; id"}, MITIGATION)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("docker exec db sh -c 'run {x}'", "1; id"),
        ("python -c 'stop({x})'", "1)or(2"),
        ("mysql -h db -e 'KILL {x}'", "1 OR 1=1"),
        ("aws rds describe-db-instances --query \"DBInstances[?Name=='{x}']\"", "a'||'b"),
    ],
)
def test_a_value_stays_one_in_a_text_that_a_tool_reads(line: str, value: str) -> None:
    tool = replace(MITIGATION, kind="tool")
    assert compiled(line, {"x": "12"}, tool).pipeline.words
    with pytest.raises(LineRefused, match=r"A shell would read|is no number"):
        compiled(line, {"x": value}, tool)


@pytest.mark.parametrize(
    "program",
    [
        "su postgres -c 'psql -c \"SELECT {x}\"'",
        "sh -c \"psql -c 'DELETE FROM a WHERE id={x}'\"",
        "sudo -iu postgres psql -c 'DELETE FROM a WHERE id={x}'",
        "sudo -iu postgres psql -c id={x}",
        "nice -10 psql -c 'DELETE FROM a WHERE id={x}'",
        "chroot /db psql --command 'DELETE FROM a WHERE id={x}'",
        "mysql -e 'KILL {x}'",
    ],
)
def test_only_a_number_goes_into_the_sql_of_a_client_that_is_not_looked_through(program: str) -> None:
    ready = compiled(f"kubectl exec db-0 -- {program}", {"x": "12"}, MITIGATION)
    assert "12" in ready.pipeline.words[-1]
    for value in ("id", "1--", "1 OR 1=1", "1; DROP DATABASE x"):
        with pytest.raises(LineRefused, match="is no number"):
            compiled(f"kubectl exec db-0 -- {program}", {"x": value}, MITIGATION)


def test_the_items_of_a_loop_are_the_runbooks_own() -> None:
    words = ("kubectl", "exec", "db-0", "--", "mysql", "-e", "CHECK TABLE {item}")
    assert filled_words(words, {"item": "orders"})[-1] == "CHECK TABLE orders"


def test_a_value_in_sql_that_holds_json_is_a_value_of_sql() -> None:
    line = 'psql service=shop -c "SELECT jsonb_build_object(\'{\\"a\\": 1}\', {x})"'
    assert compiled(line, {"x": "a b"}, MITIGATION).pipeline.words[-1].endswith("', 'a b')")


@pytest.mark.parametrize("program", ["backup_tool --backup-id {x}", "find / -name {x}", "tail /var/log/{x}"])
def test_a_value_that_is_an_argument_of_its_own_may_be_anything(program: str) -> None:
    ready = compiled(f"kubectl exec db-0 -- {program}", {"x": "a b"}, MITIGATION)
    assert ready.pipeline.words[-1].endswith("a b")
