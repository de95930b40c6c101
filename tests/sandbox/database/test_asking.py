"""The pretend PostgreSQL answers what responders ask, and works out every condition of it."""

import pytest

from sandbox.database.answers import Complaint, Session
from sandbox.database.asking import ask, copied
from sandbox.database.state import Database

NOW = 1_795_262_400.0


@pytest.fixture
def database() -> Database:
    """A database in which one migration holds up three others, and two transactions were left open."""
    found = Database.quiet(NOW)
    holder = found.connect("active", "ALTER TABLE orders ADD COLUMN note text", NOW - 900)
    found.connect("active", "INSERT INTO orders VALUES ($1)", NOW - 200, 3, behind=holder)
    found.connect("idle in transaction", "SELECT * FROM models", NOW - 2400, 2)
    return found


def rows(database: Database, sql: str) -> list[list[str | None]]:
    return [list(row) for row in ask(sql, Session(database, NOW)).rows]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("true", 23), ("state = 'active'", 9), ("state <> 'idle'", 11), ("state LIKE 'idle%'", 14),
        ("state ILIKE 'IDLE in%'", 2), ("state ~ '^idle$'", 12), ("state !~ 'idle'", 9), ("state IN ('active')", 9),
        ("query_start < now() - interval '5 minutes'", 3), ("now() - query_start > '00:05:00'::interval", 3),
        ("state = 'active' AND now() - query_start > interval '1 minute'", 4), ("pid = 4117 OR pid = 4118", 2),
        ("wait_event_type = 'Lock'", 3), ("state = 'active' AND query ILIKE '%alter table%'", 2),
        ("usename = 'nobody'", 0), ("extract(epoch FROM now() - state_change) > 1000", 2),
        ("pid <> pg_backend_pid()", 22), ("cardinality(pg_blocking_pids(pid)) > 0", 3),
        ("state = 'idle in transaction' AND xact_start IS NOT NULL", 2), ("datname = current_database()", 23),
    ],
)  # fmt: skip
def test_every_condition_counts(database: Database, condition: str, count: int) -> None:
    assert rows(database, f"SELECT count(*) FROM pg_stat_activity WHERE {condition}") == [[str(count)]]


def test_only_what_the_condition_means_is_ended(database: Database) -> None:
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND "
    assert rows(database, f"{ending} usename = 'nobody' AND query_start < now() - interval '5 minutes'") == []
    assert (database.waiting, database.connections) == (3, 22)
    assert rows(database, f"{ending} query_start < now() - interval '5 minutes'") == [["t"]]
    assert (database.waiting, database.connections) == (0, 21)


def test_one_process_is_ended_by_its_number_which_stays_the_same(database: Database) -> None:
    ((pid,),) = rows(database, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'ALTER%'")
    assert [pid, "3"] in rows(database, "SELECT pid, (SELECT count(*) FROM pg_locks WHERE NOT granted) FROM pg_locks")
    assert rows(database, f"SELECT pg_terminate_backend({pid})") == [["t"]]
    assert database.waiting == 0
    again = ask(f"SELECT pg_terminate_backend({pid})", Session(database, NOW))
    assert (again.rows, again.notices) == ([["f"]], (f"WARNING:  PID {pid} is not a PostgreSQL backend process",))


def test_cancelling_ends_a_query_and_leaves_an_idle_transaction_open(database: Database) -> None:
    rows(database, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert database.waiting == 0
    assert rows(database, "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == [["2"]]
    assert database.connections == 22


def test_what_is_only_described_ends_nothing(database: Database) -> None:
    seen = ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity", Session(database, NOW, acts=False))
    assert seen.columns == (("pg_terminate_backend", "bool"),)
    ask("VACUUM", Session(database, NOW, acts=False))
    assert database.connections == 22
    assert database.tables["orders"].dead


def test_who_blocks_whom_is_found_by_the_usual_join(database: Database) -> None:
    sql = """SELECT blocked.pid AS blocked_pid, blocking.query AS blocking_query FROM pg_catalog.pg_locks bl
        JOIN pg_stat_activity blocked ON blocked.pid = bl.pid JOIN pg_locks kl ON kl.relation = bl.relation
        AND kl.database IS NOT DISTINCT FROM bl.database AND kl.granted AND kl.pid <> bl.pid
        JOIN pg_stat_activity blocking ON blocking.pid = kl.pid WHERE NOT bl.granted"""
    assert {query for _, query in rows(database, sql)} == {"ALTER TABLE orders ADD COLUMN note text"}
    sql = """SELECT a.pid FROM pg_stat_activity a JOIN pg_stat_activity b ON b.pid = ANY(pg_blocking_pids(a.pid))"""
    assert len(rows(database, sql)) == 3


def test_a_locked_table_cannot_be_read_while_its_name_may_be_said(database: Database) -> None:
    with pytest.raises(Complaint, match="statement timeout"):
        rows(database, "SELECT count(*) FROM orders")
    assert len(rows(database, "SELECT pid FROM pg_locks WHERE relation = 'orders'::regclass")) == 4
    database.terminate(next(one.pid for one in database.backends if one.query.startswith("ALTER")))
    assert rows(database, "SELECT count(*) FROM orders") == [["18204"]]


@pytest.mark.parametrize(
    ("sql", "columns", "row"),
    [
        ("SELECT 1", [("?column?", "int8")], ["1"]),
        ("SELECT now()", [("now", "timestamptz")], ["2026-11-21 12:00:00+00"]),
        ("SELECT now() - interval '90 minutes' AS at", [("at", "timestamptz")], ["2026-11-21 10:30:00+00"]),
        ("SELECT max(now() - query_start) FROM pg_stat_activity", [("max", "interval")], ["00:40:00"]),
        ("SELECT interval '1 day 2 hours'", [("?column?", "interval")], ["1 day 02:00:00"]),
        ("SELECT count(*) FILTER (WHERE state = 'idle') FROM pg_stat_activity", [("count", "int8")], ["12"]),
        ("SELECT round(100.0 * 1 / 8, 1) AS pct", [("pct", "numeric")], ["12.5"]),
        ("SELECT 3::float / 2 AS half", [("half", "numeric")], ["1.5"]),
        ("SELECT pg_size_pretty(pg_database_size(current_database()))", [("pg_size_pretty", "text")], ["14 GB"]),
        ("SELECT left('abcdef', 3)", [("left", "text")], ["abc"]),
        ("SELECT granted FROM pg_locks WHERE granted", [("granted", "bool")], ["t"]),
        ('SELECT 1 AS "Total MB"', [("Total MB", "int8")], ["1"]),
        ("SELECT 'a;b -- c' AS said -- not this", [("said", "text")], ["a;b -- c"]),
        ("SHOW max_connections", [("max_connections", "text")], ["100"]),
        ("SELECT setting::int FROM pg_settings WHERE name = 'max_connections'", [("setting", "text")], ["100"]),
        ("SELECT count(*) FROM transactions WHERE created_at > now() - '1 h'::interval", [("count", "int8")], ["1200"]),
        ("WITH one AS (SELECT 2 AS two) SELECT two FROM one", [("two", "int8")], ["2"]),
        ("TABLE pg_stat_replication", None, None),
    ],
)  # fmt: skip
def test_an_answer_has_postgresqls_names_types_and_texts(
    database: Database, sql: str, columns: list[tuple[str, str]] | None, row: list[str] | None
) -> None:
    answer = ask(sql, Session(database, NOW))
    assert columns is None or list(answer.columns) == columns
    assert [list(one) for one in answer.rows] == ([] if row is None else [row])


@pytest.mark.parametrize(
    ("sql", "code", "says"),
    [
        ("SELECT 1 FROM nosuch", "42P01", 'relation "nosuch" does not exist'),
        ("SELECT nosuch FROM pg_locks", "42703", 'column "nosuch" does not exist'),
        ("SELECT l.nosuch FROM pg_locks l", "42703", "column l.nosuch does not exist"),
        ("SELECT nosuch(1)", "42883", r"function nosuch\(\) does not exist"),
        ("SELEC 1", "42601", 'syntax error at or near "selec"'),
        ("SELECT 1 FROM pg_locks WHERE", "42601", "syntax error at end of input"),
        ("SELECT pid FROM pg_locks GROUPED BY 1 2", "42601", "syntax error at or near"),
        ("SELECT now() - interval 'soon'", "22007", 'invalid input syntax for type interval: "soon"'),
        ("DELETE FROM models", "0A000", "only reads"),
        ("SHOW nosuch", "42704", "unrecognized configuration parameter"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", "57014", "timeout"),
        ("SELECT count(*) FROM transactions WHERE hex(zeroblob(400000)) ~ '(0|1)*z'", "57014", "timeout"),
        ("SELECT length(hex(zeroblob(9000000)))", "0A000", "too big"),
        ("SELECT now() + interval '99999999 years'", "22008", "timestamptz out of range"),
        ("SELECT 1e300 * 1e300 + now()", "22008", "timestamptz out of range"),
        ("SELECT interval '1 day' * -1e308 * 10", "22008", "interval out of range"),
        (f"SELECT interval '{'9' * 400}:00'", "22007", "invalid input syntax for type interval"),
        ("SELECT created_at FROM audit_log UNION ALL SELECT 'soon'", "42804", "different types"),
        ("SELECT §0§", "42601", "syntax error at or near"),
        ("WITH one AS (SELECT 1) DELETE FROM models", "0A000", "there is no DELETE here"),
        ("SELECT 'a' ~ '(?=a)'", "0A000", "exception"),
    ],
)
def test_what_it_cannot_do_is_said_in_postgresqls_words(database: Database, sql: str, code: str, says: str) -> None:
    with pytest.raises(Complaint, match=says) as caught:
        ask(sql, Session(database, NOW))
    assert caught.value.code == code


def test_no_statement_reaches_a_file_of_this_machine(database: Database) -> None:
    for sql in (
        "SELECT load_extension('x')", "ATTACH DATABASE '/tmp/x' AS y", "SELECT readfile('/etc/passwd')",
        "EXPLAIN ATTACH DATABASE '/tmp/x' AS y", "EXPLAIN PRAGMA temp_store = 1", "COPY (VACUUM INTO '/tmp/x') TO '/y'",
    ):  # fmt: skip
        with pytest.raises(Complaint):
            ask(sql, Session(database, NOW))


def test_no_pattern_stops_the_company(database: Database) -> None:
    assert rows(database, f"SELECT '{'a' * 400}!' ~ '(a+)+$' AS found") == [["0"]]
    wide = " " * 100_000
    assert len(rows(database, f"EXPLAIN SELECT id FROM audit_log WHERE id{wide}> 0 ORDER BY id{wide}+ 1 LIMIT 1")) == 4


def test_in_a_read_only_transaction_nothing_changes(database: Database) -> None:
    for sql in (
        "VACUUM", "UPDATE models SET status = 'x'", "EXPLAIN ANALYZE DELETE FROM transactions",
        "EXPLAIN (ANALYZE, BUFFERS) UPDATE transactions SET amount = 1", "COPY (DELETE FROM transactions) TO '/tmp/x'",
        "WITH one AS (SELECT 1) INSERT INTO transactions SELECT 1, 2, 3",
    ):  # fmt: skip
        with pytest.raises(Complaint, match="in a read-only transaction"):
            ask(sql, Session(database, NOW, read_only=True))


def test_vacuum_removes_the_dead_rows_that_the_statistics_show(database: Database) -> None:
    dead = "SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup > 0 ORDER BY n_dead_tup DESC LIMIT 1"
    assert rows(database, dead) == [["transactions"]]
    done = ask("VACUUM VERBOSE ANALYZE transactions", Session(database, NOW))
    assert (done.tag, done.notices) == ("VACUUM", ('INFO:  vacuuming "app.public.transactions"',))
    assert rows(database, dead) == [["orders"]]


def test_explain_shows_the_table_that_is_read_from_end_to_end(database: Database) -> None:
    sql = "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM transactions WHERE amount > 10 ORDER BY created_at DESC LIMIT 5"
    lines = [line for (line,) in rows(database, sql)]
    assert lines[0].startswith("Sort  (cost=")
    assert lines[1] == "  Sort Key: created_at DESC"
    assert lines[2].startswith("  ->  Seq Scan on transactions  (cost=0.00..")
    assert "rows=24086" in lines[2]
    assert lines[3].strip() == "Filter: (amount > 10)"
    assert lines[-1].startswith("Execution Time:")
    with pytest.raises(Complaint, match="nosuch"):
        rows(database, "EXPLAIN SELECT * FROM nosuch")


def test_explain_alone_plans_and_does_nothing(database: Database) -> None:
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    for how in ("EXPLAIN", "EXPLAIN (ANALYZE false)", "EXPLAIN VERBOSE"):
        assert "actual time" not in str(rows(database, f"{how} {ending}"))
    assert database.connections == 22
    assert ask("EXPLAIN DELETE FROM transactions", Session(database, NOW, read_only=True)).tag == "EXPLAIN"
    with pytest.raises(Complaint, match="statement timeout"):
        rows(database, "EXPLAIN SELECT * FROM orders")
    rows(database, f"EXPLAIN ANALYZE {ending}")
    assert database.connections == 0


def test_copy_gives_the_rows_as_text_or_csv(database: Database) -> None:
    session = Session(database, NOW)
    database.audits[0] = ('a "b", c', "log\tin", NOW - 60)
    query = "SELECT actor, action, null AS empty FROM audit_log WHERE id = 1"
    assert copied(f"COPY ({query}) TO STDOUT", session) is not None
    sent = [copied(f"COPY ({query}) TO STDOUT {how}", session) for how in ("", "CSV HEADER", "(FORMAT csv)")]
    assert [one[0] for one in sent if one] == [
        'a "b", c\tlog\\tin\t\\N\n', 'actor,action,empty\n"a ""b"", c",log\tin,\n', '"a ""b"", c",log\tin,\n',
    ]  # fmt: skip
    assert ask(f"COPY ({query}) TO '/tmp/audit.csv'", session).tag == "COPY 1"
