"""SQL is printed as psql prints it, reads where it must only read, and ends when its time is over."""

import asyncio
from pathlib import Path

import pytest

from runbooks.lines.refusal import LineRefused
from runbooks.psql_text import Look
from runbooks.sql import ROWS, Database, DatabaseFailed
from tests.runbooks.database import Place

pytestmark = pytest.mark.postgres
READING = [
    "SELECT 1",
    "SELECT 1 AS a, 'x' AS b, NULL AS c, true AS t, false f, 1.50::numeric n, 1e10::float8 d",
    "SELECT 'a\nb' AS \"two\nlines\", 5 AS n, E'x\\ty\\r' AS tab",
    "SELECT 5 n, 'a\nb\nc' t UNION ALL SELECT 12345, 'zzzzzzzzz'",
    "SELECT 'a\nb' x, 'long one\nshort' y, 3 z",
    'SELECT 1 AS "A B", 2 AS "longer than\nanother"',
    "SELECT timestamptz '2026-01-02 03:04:05.678+00', timestamp '2026-01-02', date '2026-01-01', time '12:00'",
    "SELECT interval '1 day 02:03:04', interval '5 minutes', '0044-03-15 BC'::date, 'infinity'::timestamptz",
    "SELECT ARRAY[1,2,NULL], ARRAY['a b','c\"d',''], '\\x0102ff'::bytea, '{\"a\": 1}'::jsonb, row(1,'x y',null)",
    "SELECT inet '10.0.0.1/8', '(1,2)'::point, int4range(1,5), B'101', 'a'::\"char\", 'x'::name",
    "SELECT '日本語' AS \"表\", 'e\u0301' b, '👍' c",
    "SELECT 'NaN'::float8, 'Infinity'::float8, 'NaN'::numeric, 1::oid, '5'::xid, 3.2::float4, 12::money, '12'",
    "SELECT 1 WHERE false",
    "VALUES (1,'a'),(2,'b')",
    "TABLE models",
    "SHOW work_mem",
    "EXPLAIN (COSTS OFF) SELECT * FROM models WHERE id = 1 ORDER BY name",
    "SELECT 1; SELECT 'two' AS b",
    "SELECT 1; SELECT * FROM nope; SELECT 3",
    "SELECT * FROM nope",
    "SELECT nope FROM models",
    "SELECT pg_terminate_backen(1)",
    "SELECT 1/0",
    "SELECT 'a'::int",
    "SELECT count(*) FROM models WHERE created_at > now() AND status = 'a very long text that is cut off on the right'",
    "SELECT 1,\n 2,\n nope,\n 3",
    "SELECT 'a very long text that is cut off on the left, for the place is far right', nope, 'and more' FROM models",
    "SELECT 1 -- comment",
    "/* c /* nested */ */ SELECT $$a;b$$, $x$ ' $x$",
    "SELECT E'it\\'s; x', 'a;b', \"id\" FROM models",
    "SELECT most_common_vals FROM pg_stats WHERE tablename = 'pg_aggregate' AND attname = 'aggkind'",
    "COPY (SELECT id, name, NULL AS n FROM models) TO STDOUT CSV HEADER",
    "COPY (SELECT 1, NULL, E'a\tb') TO STDOUT",
    "COPY models TO STDOUT",
    "SELECT 1;;",
    "SELECT '' AS \"\", 5",
    "SELECT json_agg(x) FROM generate_series(1,3) x",
]
CHANGING = [
    "CREATE TABLE w (a int, b text)",
    "INSERT INTO w VALUES (1,'x'),(2,'y')",
    "INSERT INTO w VALUES (3,'z') RETURNING a",
    "UPDATE w SET b='q' WHERE a=1",
    "UPDATE w SET b='q' WHERE a=1 RETURNING *",
    "DELETE FROM w WHERE a=2",
    "VACUUM w",
    "VACUUM w; SELECT 1",
    "SET work_mem='1MB'; SHOW work_mem",
    "INSERT INTO w VALUES ('a',1)",
    "INSERT INTO w VALUES (9,'x'); SELECT 1/0",
    "SELECT count(*) FROM w",
    "CREATE TABLE IF NOT EXISTS w (a int)",
    "BEGIN; UPDATE w SET b='1'; COMMIT",
    "ALTER TABLE w ADD COLUMN a int",
    "DO $$ BEGIN RAISE NOTICE 'hello'; RAISE EXCEPTION 'bad' USING HINT = 'do', DETAIL = 'why'; END $$",
    "SELECT pg_cancel_backend(999999)",
    "DROP TABLE w",
    "DROP TABLE IF EXISTS w",
]


async def test_what_reads_is_printed_as_psql_prints_it(place: Place) -> None:
    for sql in READING:
        ours, theirs = await place.look(sql), await place.as_psql("-c", sql)
        assert (ours.stdout, ours.stderr, ours.exit_code) == (theirs.stdout, theirs.stderr, theirs.exit_code), sql


async def test_what_changes_is_printed_as_psql_prints_it(place: Place) -> None:
    theirs = [await place.as_psql("-c", sql) for sql in CHANGING]
    assert theirs[-1].stderr.startswith("NOTICE:"), "psql has left a table behind"
    for sql, expected in zip(CHANGING, theirs, strict=True):
        ours = await place.change(sql)
        assert (ours.stdout, ours.stderr, ours.exit_code) == (expected.stdout, expected.stderr, expected.exit_code), sql


@pytest.mark.parametrize("words", [["-t"], ["-A"], ["-At"], ["-A", "-F", ","], ["-q"]])
async def test_the_switches_of_a_line_are_psqls(words: list[str], place: Place) -> None:
    sql = "SELECT id, name, NULL AS n FROM models ORDER BY id; SELECT 'a\nb'"
    letters = "".join(words)
    look = Look("t" in letters, "A" in letters, "," if "," in letters else "|", "q" in letters)
    ours = await place.database.run([sql], reading=True, timeout=10, look=look)
    assert ours.stdout == (await place.as_psql(*words, "-c", sql)).stdout


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM models",
        "SELECT pg_terminate_backend(1)",
        "SELECT pg_catalog.pg_cancel_backend(1)",
        "WITH gone AS (DELETE FROM models RETURNING *) SELECT * FROM gone",
        "SELECT 1; COMMIT; DELETE FROM models",
        "SET TRANSACTION READ WRITE",
        "COPY models TO '/tmp/models'",
        "COPY (SELECT 1) TO PROGRAM 'sh'",
        "SELECT pg_read_file('/etc/passwd')",
        "\\! id",
        "SELECT 'open",
    ],
)
async def test_a_diagnostic_is_refused_what_may_change_something(sql: str, place: Place) -> None:
    with pytest.raises(LineRefused):
        await place.look(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM models FOR UPDATE",
        "SELECT * INTO copied FROM models",
        "EXPLAIN ANALYZE DELETE FROM models",
        "SELECT nextval/**/('models_id_seq')",
        "SELECT \"set_config\"('transaction_read_only', 'off', true); SELECT \"nextval\"('models_id_seq')",
    ],
)
async def test_what_looks_as_if_it_read_is_refused_by_the_server(sql: str, place: Place) -> None:
    try:
        ended = await place.look(sql)
    except LineRefused:
        return
    assert ended.exit_code == 1
    assert "read-only" in ended.stderr or "before any query" in ended.stderr


async def test_a_slow_query_is_ended_by_the_server(place: Place) -> None:
    ended = await place.look("SELECT pg_sleep(30)", seconds=0.2)
    assert (ended.exit_code, ended.stderr) == (1, "ERROR:  canceling statement due to statement timeout\n")


async def test_cancelling_ends_the_statement_on_the_server(place: Place) -> None:
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT pg_sleep(77%' AND state = 'active'"
    slow = asyncio.create_task(place.look("SELECT pg_sleep(77)", seconds=80))
    while "1" not in (await place.look(running)).stdout.split("\n")[2]:
        assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    while "0" not in (await place.look(running)).stdout.split("\n")[2]:
        pass


async def test_many_rows_are_cut_and_that_is_said(place: Place) -> None:
    ended = await place.look("SELECT n FROM generate_series(1, 3000000) n")
    assert f"({ROWS} rows)" in ended.stdout
    assert ended.notes == (f"Only the first {ROWS:,} rows were kept. Add LIMIT, or narrow the WHERE.",)


async def test_a_change_that_prints_many_rows_is_still_made_whole(place: Place) -> None:
    await place.change("INSERT INTO critical_table (name) SELECT 'x' FROM generate_series(1, 6000) RETURNING id")
    assert "6000" in (await place.look("SELECT count(*) FROM critical_table")).stdout


async def test_several_statements_are_one_transaction(place: Place) -> None:
    await place.change("DELETE FROM models; SELECT 1/0")
    assert "3" in (await place.look("SELECT count(*) FROM models")).stdout


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("postgresql://app:hunter2secret@127.0.0.1:1/orders", "cannot be reached"),
        ("hunter2secret", "holds no PostgreSQL address"),
        ("postgresql://app:hunter2secret@[bad/orders", "holds no PostgreSQL address"),
        ("postgresql://app:hunter2secret@127.0.0.1:port/orders", "holds no PostgreSQL address"),
        ("mysql://app:hunter2secret@127.0.0.1/orders", "holds no PostgreSQL address"),
    ],
)
async def test_a_database_that_cannot_be_asked_is_told_without_its_address(dsn: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text(dsn)
    with pytest.raises(DatabaseFailed) as failed:
        await Database("orders-db", file).run(["SELECT 1"], reading=True, timeout=5)
    assert said in str(failed.value)
    assert "`orders-db`" in str(failed.value)
    assert "hunter2secret" not in f"{failed.value!r} {failed.value.__context__!s}" or said != "cannot be reached"
    assert "hunter2secret" not in str(failed.value)


async def test_a_refused_login_says_what_the_server_said(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text(place.url.replace("postgres:", "nobody:").replace("postgres@", "nobody@"))
    with pytest.raises(DatabaseFailed, match='role "nobody" does not exist'):
        await Database("orders-db", file).run(["SELECT 1"], reading=True, timeout=5)
