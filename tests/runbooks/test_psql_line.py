"""A psql line is its SQL and its switches; where the database is and who asks is said by the connection."""

import pytest

from runbooks.compiling import DIAGNOSTIC, LineRefused, Purpose, compiled
from runbooks.psql_line import guarded, psql, sql_at, without_login
from runbooks.psql_text import Look

ASKING = Purpose(programs=True, connection="orders-db")
WIKI = """PGPASSWORD=$POSTGRES_PASSWORD psql -h $POSTGRES_HOST -U $POSTGRES_USER -d $POSTGRES_DB -c "
SELECT count(*), state FROM pg_stat_activity GROUP BY state;
"
"""


def test_the_line_of_the_wiki_is_its_sql_and_its_variables_are_left_out_with_a_note() -> None:
    ready = compiled(WIKI, None, ASKING)
    assert ready.psql is not None
    assert ready.psql.scripts == ("\nSELECT count(*), state FROM pg_stat_activity GROUP BY state;\n",)
    assert (ready.connection, ready.changes) == ("orders-db", False)
    assert len(ready.notes) == 1
    assert "PGPASSWORD" in ready.notes[0]


def test_a_password_written_out_is_left_out_and_not_told() -> None:
    ready = compiled("PGPASSWORD='correct horse' psql -U app -h db.internal -c 'SELECT 1'", None, ASKING)
    assert "correct" not in f"{ready.notes} {ready.pipeline}"
    assert any("host" in note and "user" in note for note in ready.notes)


def test_variables_in_the_sql_are_not_left_out() -> None:
    with pytest.raises(LineRefused, match="POSTGRES_DB"):
        compiled("psql -d $POSTGRES_DB -c \"SELECT pg_database_size('$POSTGRES_DB')\"", None, ASKING)
    declared = Purpose(programs=True, connection="orders-db", variables={"POSTGRES_DB": "orders"})
    ready = compiled("psql -d $POSTGRES_DB -c \"SELECT pg_database_size('$POSTGRES_DB')\"", None, declared)
    assert ready.psql is not None
    assert ready.psql.scripts == ("SELECT pg_database_size('orders')",)


def test_other_lines_keep_their_words() -> None:
    for line in ("kubectl exec a -- psql -U $X -c 'SELECT 1'", "curl -h $X", "echo psql -h $X"):
        assert without_login(line) == (line, ())


@pytest.mark.parametrize(
    ("line", "look"),
    [
        ("psql -tAc 'SELECT 1'", Look(tuples_only=True, unaligned=True)),
        ("psql -X -q --csv -c 'SELECT 1'", None),
        ("psql --tuples-only -P pager=off -v ON_ERROR_STOP=1 --command='SELECT 1'", Look(tuples_only=True)),
        ("psql -A -F , -c 'SELECT 1'", Look(unaligned=True, separator=",")),
        ("psql -f a.sql", None),
        ("psql -h db", None),
        ("psql -x -c 'SELECT 1'", None),
        ("psql -o /tmp/a -c 'SELECT 1'", None),
        ("psql -c '\\! id'", None),
        ("psql -c 'DELETE FROM a'", None),
    ],
)
def test_switches_are_known_or_refused(line: str, look: Look | None) -> None:
    if look is None:
        with pytest.raises(LineRefused):
            compiled(line, None, ASKING)
        return
    ready = compiled(line, None, ASKING)
    assert ready.psql is not None
    assert (ready.psql.look, ready.psql.scripts) == (look, ("SELECT 1",))


def test_a_line_may_name_its_connection() -> None:
    assert psql(["psql", "service=orders-db", "-c", "SELECT 1"]).service == "orders-db"
    assert compiled("psql -d service=orders-db -c 'SELECT 1'", None, DIAGNOSTIC).connection == "orders-db"


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (["psql", "-U", "a", "-c", "x", "--command", "y"], (4, 6)),
        (["kubectl", "exec", "a", "--", "psql", "-tAc", "x"], (6,)),
        (["kubectl", "exec", "a", "--", "env", "A=b", "/usr/bin/psql", "-c", "x"], (8,)),
        (["kubectl", "exec", "a", "-c", "db", "--", "ls"], ()),
        (["kubectl", "exec", "a", "-c", "db", "--", "psql", "-c", "x"], (8,)),
        (["kubectl", "logs", "a", "-c", "x"], ()),
    ],
)
def test_it_is_known_which_words_are_sql(words: list[str], at: tuple[int, ...]) -> None:
    assert sql_at(words) == at


def test_a_value_goes_into_the_sql_of_a_container_as_a_value() -> None:
    line = "kubectl exec {item} -- psql -c \"SELECT * FROM a WHERE b = '{item}'\""
    ready = compiled(line, {"item": "x'; DROP TABLE a"}, DIAGNOSTIC)
    assert ready.command is not None
    assert ready.command.arguments == ("x'; DROP TABLE a",)
    assert ready.command.program[-1] == "SELECT * FROM a WHERE b = 'x''; DROP TABLE a'"


def test_a_containers_psql_is_made_to_read_only_and_in_time() -> None:
    words = ("kubectl", "exec", "db-0", "-c", "postgres", "--", "psql", "-c", "SELECT 1")
    other = (*words[:6], "redis-cli", "ping")
    limit = "PGOPTIONS=-c default_transaction_read_only=on -c statement_timeout=9500"
    assert guarded(words, 10) == (*words[:6], "env", limit, *words[6:])
    assert guarded(other, 10) == other
    with pytest.raises(LineRefused):
        guarded((*words[:-1], "TRUNCATE a"), 10)


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
        ("psql", "-f", "/tmp/fix.sql"),
        ("psql", "-d", "a", "-xf/tmp/fix.sql"),
        ("psql", "--file=/tmp/fix.sql"),
    ],
)
def test_the_psql_of_a_diagnostics_container_only_reads_however_its_sql_is_given(program: tuple[str, ...]) -> None:
    with pytest.raises(LineRefused):
        guarded(("kubectl", "exec", "db-0", "--", *program), 10)


@pytest.mark.parametrize("program", [("psql", "-cSELECT 1"), ("psql", "-d", "a", "-xc", "SELECT 1"), ("psql", "-l")])
def test_what_reads_in_a_container_runs_with_the_guard_where_there_is_sql(program: tuple[str, ...]) -> None:
    words = guarded(("kubectl", "exec", "db-0", "--", *program), 10)
    assert words[-len(program) :] == program
    assert ("env" in words) is ("-l" not in program)
