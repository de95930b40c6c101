"""A psql line is its SQL and its switches; where the database is and who asks is said by the connection."""

import pytest

from runbooks.compiling import LineRefused, Purpose, compiled
from runbooks.postgres.psql_line import psql, without_login
from runbooks.postgres.psql_text import Look
from tests.runbooks.purposes import DIAGNOSTIC

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


@pytest.mark.parametrize(
    "line",
    [
        'psql "$DATABASE_URL" -c "SELECT 1"',
        "psql $DATABASE_URL -tc 'SELECT 1'",
        "psql -h $PGHOST -p ${PGPORT} -U $PGUSER $PGDATABASE -c 'SELECT 1'",
        "PGCONNECT_TIMEOUT=5 PGSSLMODE=require psql -h db -c 'SELECT 1'",
        "PGOPTIONS='-c statement_timeout=5000' psql -c 'SELECT 1'",
        "psql -1 -c 'SELECT 1'",
    ],
)
def test_what_says_where_the_database_is_is_left_out_however_it_is_written(line: str) -> None:
    ready = compiled(line, None, ASKING)
    assert ready.psql is not None
    assert ready.psql.scripts == ("SELECT 1",)
    assert len(ready.notes) == ("-1" not in line) + ("-h db" in line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("psql -c '\\dt+ public.*'", "pg_total_relation_size"),
        ("psql -c '\\l'", "pg_database_size"),
        ("psql -c '\\d orders'", "information_schema.columns"),
        ("psql -c '\\dew'", "information_schema.columns"),
        ("psql -c '\\x' -c 'SELECT 1'", "Write `psql -x`"),
        ("psql -c '\\timing' -c 'SELECT 1'", "is told anyway"),
        ("psql -c '\\copy a to b.csv csv'", "TO STDOUT"),
        ("psql -c '\\watch 5'", "Write the query"),
        ("psql -c 'SELECT 1 \\watch 5'", "Write the query"),
        ("psql -c 'SELECT 1 \\gx'", "Write `psql -x`"),
        ("psql -c 'SELECT 1; SELECT 2 \\g'", "Leave it out"),
        ("psql -l", "FROM pg_database"),
        ("psql -V", "SELECT version()"),
        ("psql -o a.txt -c 'SELECT 1'", "> name.txt"),
        ("psql -f a.sql", "Write its SQL"),
        ("psql -1 -c 'SELECT 1' -c 'SELECT 2'", "Write them as one"),
    ],
)
def test_what_is_refused_tells_the_nearest_thing_that_works(line: str, said: str) -> None:
    with pytest.raises(LineRefused) as refused:
        compiled(line, None, ASKING)
    assert said in refused.value.instead


@pytest.mark.parametrize("sql", ["COPY a FROM STDIN", "copy a (b, c) from stdin CSV", "SELECT 1; COPY a FROM stdin"])
def test_a_copy_that_would_wait_for_rows_is_refused_when_it_is_read(sql: str) -> None:
    loading = Purpose(changing=True, kind="sql", connection="orders-db")
    with pytest.raises(LineRefused, match="nobody sends"):
        compiled(sql, None, loading)
    assert compiled("COPY stdin FROM '/tmp/a'; COPY (SELECT 1 FROM stdin) TO STDOUT", None, loading).changes


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
        ("psql -tAc 'SELECT 1'", Look(tuples_only=True, format="unaligned")),
        ("psql -X -q --csv -c 'SELECT 1'", Look(format="csv", quiet=True)),
        ("psql --tuples-only -P pager=off -v ON_ERROR_STOP=1 --command='SELECT 1'", Look(tuples_only=True)),
        ("psql -A -F , -c 'SELECT 1'", Look(format="unaligned", separator=",")),
        ("psql -A -F '\\t' -c 'SELECT 1'", Look(format="unaligned", separator="\\t")),
        ("psql -x -P null=- -P footer=off -c 'SELECT 1'", Look(expanded=True, null="-", footer=False)),
        ("psql -P format=html -c 'SELECT 1'", None),
        ("psql -P border=2 -c 'SELECT 1'", None),
        ("psql -P expanded=auto -c 'SELECT 1'", None),
        ("psql -v ON_ERROR_STOP=maybe -c 'SELECT 1'", None),
        ("psql -v name=value -c 'SELECT 1'", None),
        ("psql -H -c 'SELECT 1'", None),
        ("psql -L /tmp/a -c 'SELECT 1'", None),
        ("psql -f a.sql", None),
        ("psql -h db", None),
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


@pytest.mark.parametrize(
    ("switch", "stops"),
    [
        ("", False),
        ("-v ON_ERROR_STOP=1", True),
        ("--set=ON_ERROR_STOP=on", True),
        ("-v ON_ERROR_STOP=", True),
        ("-v ON_ERROR_STOP", False),
        ("-v ON_ERROR_STOP=off", False),
        ("-v ON_ERROR_STOP=1 -v ON_ERROR_STOP=0", False),
    ],
)
def test_whether_an_error_ends_the_line_is_known(switch: str, stops: bool) -> None:
    assert psql(["psql", *switch.split(), "-c", "SELECT 1"]).stops is stops


def test_a_line_may_name_its_connection() -> None:
    assert psql(["psql", "service=orders-db", "-c", "SELECT 1"]).service == "orders-db"
    assert compiled("psql -d service=orders-db -c 'SELECT 1'", None, DIAGNOSTIC).connection == "orders-db"
