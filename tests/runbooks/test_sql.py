"""SQL is printed as psql prints it, reads where it must only read, and ends when its time is over."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url

from runbooks.lines.refusal import LineRefused
from runbooks.postgres.psql_line import Psql
from runbooks.postgres.session import KEPT, ROWS
from runbooks.postgres.statements import changing
from runbooks.redaction import MASK
from runbooks.sql import Database, DatabaseFailed
from tests.runbooks.database import Place

pytestmark = pytest.mark.postgres
SSL_WANTED = (80877103).to_bytes(4, "big")
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
    "SELECT uppr('a'), now(1)",
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
    "COPY (SELECT id, name, NULL AS n FROM models) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';', NULL 'none')",
    "COPY (SELECT name, 'a,b' FROM models) TO STDOUT (FORMAT csv, FORCE_QUOTE *, QUOTE '~')",
    "COPY models (id, name) TO STDOUT DELIMITER '|'",
    "COPY (SELECT nope FROM models) TO STDOUT",
    "SELECT 1; COPY (SELECT nope FROM models) TO STDOUT",
    "(SELECT 1) UNION (SELECT 2) ORDER BY 1",
    "SELECT 1;;",
    "SELECT '' AS \"\", 5",
    "SELECT json_agg(x) FROM generate_series(1,3) x",
]
ACTS = re.compile(
    r"_(?:set|reset|create|drop|advance|clear|restore|import|export|emit|promote|switch|rotate|reload|terminate|cancel"
    r"|pause|resume|copy|notify|log_|start|stop|flush|sync|put|unlink|write|read|open|truncate|from|advisory|slot|file$)"
    r"|_ls_dir|nextoid"
)
"""What the names of functions that act have in them."""
SOUNDING = {
    "pg_current_wal_flush_lsn", "pg_get_wal_replay_pause_state", "pg_is_wal_replay_paused", "pg_show_all_file_settings",
    "pg_replication_origin_session_is_setup", "pg_stat_clear_snapshot",
}  # fmt: skip
"""Those that read, and only sound so."""
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


SHAPES = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE address AS (street text, city text);
CREATE DOMAIN counted AS int CHECK (value > 0);
CREATE TABLE people (id counted, name text, mood mood, at address, moods mood[], during tstzrange, bits bit(4));
INSERT INTO people VALUES (1, 'ann', 'happy', ('a st', 'b'), '{sad,ok}', '[2026-01-01,2026-02-01)', B'1010');
INSERT INTO people VALUES (2);
CREATE VIEW happy AS SELECT id, name FROM people WHERE mood = 'happy';
CREATE FUNCTION told() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
RAISE NOTICE 'looked at % rows', 3; RAISE WARNING 'careful' USING DETAIL = 'why', HINT = 'what'; RETURN 1; END $$;
CREATE FUNCTION failed() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no good' USING HINT = 'try'; END $$;
CREATE FUNCTION pairs() RETURNS SETOF record LANGUAGE sql AS $$ SELECT 'q'::text, 3 $$;
"""
OF_RUNBOOKS = [
    "TABLE people",
    "SELECT mood, (at).city, moods, count(*) OVER () FROM people ORDER BY id",
    "SELECT * FROM happy",
    "SELECT pg_get_viewdef('happy'::regclass, true)",
    "SELECT told(); SELECT 2",
    "SELECT failed()",
    "SELECT * FROM pairs() AS q(name text, depth int)",
    "EXPLAIN (FORMAT JSON, COSTS OFF) SELECT * FROM models",
    "EXPLAIN (COSTS OFF) UPDATE models SET status = 'x' WHERE id = 1",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT name FROM models ORDER BY id",
    "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0",
    "SELECT relation::regclass, * FROM pg_locks WHERE NOT granted",
    "SELECT gid, prepared, owner FROM pg_prepared_xacts; SELECT * FROM pg_stat_progress_vacuum",
    "SELECT client_addr, state, replay_lag, sync_state FROM pg_stat_replication",
    "SELECT pg_is_in_recovery(), now() - pg_last_xact_replay_timestamp() AS delay",
    "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
    "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT column_name, data_type, column_default FROM information_schema.columns WHERE table_name = 'models'",
    "SELECT status, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 2) FROM models GROUP BY 1 ORDER BY 1",
    "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY id), array_agg(id) FILTER (WHERE id = 3) FROM models",
    "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n, n * n AS square FROM t",
    "SELECT checkpoints_timed FROM pg_stat_bgwriter",
    "SELECT * FROM pg_stat_statements ORDER BY total_time DESC LIMIT 5",
    "SELECT status, count(*) FROM models",
    "SELECT current_setting('no.such', true), current_setting('no.such')",
    "SELECT 1 AS one, 2 AS one, 3 AS \"One\", NULL, ''",
    "SELECT lag(id) OVER w, id FROM models WINDOW w AS (ORDER BY id) ORDER BY id OFFSET 1 FETCH FIRST 1 ROWS ONLY",
    "SELECT * FROM models TABLESAMPLE system (100) ORDER BY id",
]


async def test_what_runbooks_ask_is_printed_as_psql_prints_it(place: Place) -> None:
    assert (await place.change(SHAPES)).exit_code == 0
    for sql in OF_RUNBOOKS:
        for words in ([], ["-x"], ["--csv"], ["-At"]):
            assert await place.line(*words, "-c", sql) == await place.as_psql(*words, "-c", sql), (words, sql)


async def test_what_changes_is_printed_as_psql_prints_it(place: Place) -> None:
    theirs = [await place.as_psql("-c", sql) for sql in CHANGING]
    assert theirs[-1].stderr.startswith("NOTICE:"), "psql has left a table behind"
    for sql, expected in zip(CHANGING, theirs, strict=True):
        ours = await place.change(sql)
        assert (ours.stdout, ours.stderr, ours.exit_code) == (expected.stdout, expected.stderr, expected.exit_code), sql


LOOKS = [
    "-t", "-A", "-At", "-A -F ,", "-q", "-x", "-xt", "-xA", "-xAt", "-x -q", "--csv", "--csv -t", "--csv -x",
    "-A -F \\t", "-P null=NIL", "-P footer=off", "-A -P footer=off", "-xA -P null=x", "-P format=csv",
    "-P format=unaligned -t", "-P expanded=on", "-P expanded", "-P tuples_only", "-x -P footer=off",
    "-P pager=off -P border=1", "--tuples-only",
]  # fmt: skip


PRINTED = [
    'SELECT id, name, NULL AS n FROM models ORDER BY id; SELECT \'a\nb,"c"\' AS "two\nlines", 5 AS a_long_name',
    "SELECT 1 AS a, repeat('x', 30) AS b, 'x\ny' AS thirteen_chars",
    "SELECT 1 AS a WHERE false",
    "SELECT 1.5 AS twelve_chars, '\\.' AS b",
]


async def test_the_switches_of_a_line_are_psqls(place: Place) -> None:
    for words in map(str.split, LOOKS):
        for sql in PRINTED:
            ours = await place.line(*words, "-c", sql)
            assert ours == await place.as_psql(*words, "-c", sql), (words, sql)


async def test_what_stands_in_a_secrets_column_is_masked_also_where_its_name_is_not_printed(place: Place) -> None:
    sql = "SELECT 'acme' AS name, 'a1b2c3' AS api_key, true AS has_token"
    for words in ([], ["-t"], ["-At"], ["-x"], ["--csv", "-t"]):
        printed = await place.line(*words, "-c", sql)
        assert "a1b2c3" not in printed.stdout, words
        assert "acme" in printed.stdout
        assert MASK in printed.stdout


FAILING = [
    ["SELECT 1", "SELECT 1/0", "SELECT 3"],
    ["SELECT nope", "SELECT 2"],
    ["SELECT 1", "SELECT 2; SELECT nope"],
    ["SELECT 1", "SELECT 2"],
]


async def test_several_scripts_end_as_psqls_do(place: Place) -> None:
    for stop in ("", "-v ON_ERROR_STOP=1", "-v ON_ERROR_STOP=off", "-v ON_ERROR_STOP", "--set=ON_ERROR_STOP=on"):
        for scripts in FAILING:
            words = [*stop.split(), *(word for script in scripts for word in ("-c", script))]
            assert await place.line(*words) == await place.as_psql(*words), words


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


HIDDEN = """
CREATE FUNCTION cleaned() RETURNS bigint LANGUAGE sql AS 'DELETE FROM models RETURNING id';
CREATE FUNCTION opened() RETURNS text LANGUAGE sql AS $$ SELECT set_config('transaction_read_only', 'off', true) $$;
CREATE FUNCTION made() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE made (a int); END $$;
CREATE VIEW cleaning AS SELECT cleaned();
"""


REFUSED = [
    ("SELECT cleaned()", "cannot execute DELETE in a read-only transaction"),
    ("SELECT 1; SELECT opened(); SELECT cleaned()", "transaction read-write mode must be set before any query"),
    ("SELECT opened()", "transaction read-write mode must be set before any query"),
    ("SELECT made()", "cannot execute CREATE TABLE in a read-only transaction"),
    ("TABLE cleaning", "cannot execute DELETE in a read-only transaction"),
    ("EXPLAIN ANALYZE SELECT cleaned()", "cannot execute DELETE in a read-only transaction"),
]


async def test_what_hides_behind_a_name_is_refused_by_the_server(place: Place) -> None:
    assert (await place.change(HIDDEN)).exit_code == 0
    for sql, said in REFUSED:
        ended = await place.look(sql)
        assert (ended.exit_code, said in ended.stderr) == (1, True), (sql, ended)
    assert "3" in (await place.look("SELECT count(*) FROM models")).stdout


async def test_of_the_servers_own_functions_those_that_act_are_refused(place: Place) -> None:
    query = "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND prokind = 'f' AND proname ~ '^(pg|lo)_'"
    names = (await place.line("-At", "-c", query)).stdout.split()
    taken = {name for name in names if not changing(f"SELECT {name}()")}
    assert len(names) > 150
    assert {name for name in taken if ACTS.search(name)} == SOUNDING
    assert {"pg_total_relation_size", "pg_blocking_pids", "pg_ls_waldir", "pg_is_in_recovery"} <= taken


async def test_a_slow_query_is_ended_by_the_server(place: Place) -> None:
    ended = await place.look("SELECT pg_sleep(30)", seconds=3)
    assert (ended.exit_code, ended.stderr) == (1, "ERROR:  canceling statement due to statement timeout\n")


async def test_cancelling_ends_the_statement_on_the_server(place: Place) -> None:
    running = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE query LIKE '%(SELECT pg_sleep(77%' AND pid <> pg_backend_pid() AND state = 'active'"
    )
    slow = asyncio.create_task(place.look("SELECT pg_sleep(77)", seconds=80))
    async with asyncio.timeout(60):
        while "1" not in (await place.look(running)).stdout.split("\n")[2]:
            assert not slow.done()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        while "0" not in (await place.look(running)).stdout.split("\n")[2]:
            pass


CUT = f"Only the first {ROWS:,} rows were kept. Add LIMIT, or narrow the WHERE."


async def test_many_rows_are_cut_and_that_is_said(place: Place) -> None:
    ended = await place.look("SELECT n FROM generate_series(1, 3000000) n")
    assert f"({ROWS} rows)" in ended.stdout
    assert (ended.notes, ended.stderr, ended.exit_code) == ((CUT,), "", 0)


async def test_what_follows_a_cut_still_runs_and_still_only_reads(place: Place) -> None:
    assert (await place.change(HIDDEN)).exit_code == 0
    for rows in (ROWS + 1, ROWS + 2, 3_000_000):
        many = f"SELECT n FROM generate_series(1, {rows}) n"
        ended = await place.look(f"{many}; SELECT 'after it' AS said", "SELECT 'the next' AS said")
        assert ended.stdout.count("after it") + ended.stdout.count("the next") == 2
        assert (ended.notes, ended.stderr, ended.exit_code) == ((CUT,), "", 0)
        assert "read-only transaction" in (await place.look(f"{many}; SELECT cleaned()")).stderr


async def test_as_many_rows_as_are_kept_are_no_cut(place: Place) -> None:
    ended = await place.look(f"SELECT n FROM generate_series(1, {ROWS}) n")
    assert (ended.notes, f"({ROWS} rows)" in ended.stdout) == ((), True)


async def test_what_comes_in_masses_until_time_is_over_is_cut_and_the_next_runs(place: Place) -> None:
    endless = "COPY (SELECT repeat('x', 1000000) FROM generate_series(1, 10000000)) TO STDOUT"
    ended = await place.look(f"{endless}; SELECT 'after it' AS said", seconds=6)
    assert "after it" in ended.stdout
    assert (ended.stderr, ended.exit_code, len(ended.notes)) == ("", 0, 1)


async def test_a_large_copy_is_cut_and_that_is_said(place: Place) -> None:
    large = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT"
    ended = await place.look(f"{large}; SELECT 'after it' AS said")
    assert KEPT - 1001 <= ended.stdout.rfind("x\n") + 2 <= KEPT
    assert "after it" in ended.stdout
    assert ended.notes == ("Only the first 8 MiB were kept. Narrow the WHERE.",)


async def test_a_session_that_the_server_ends_is_told_and_nothing_more_is_asked(place: Place) -> None:
    ended = await place.change("SELECT 1 AS a", "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 'after it'")
    assert ended.stdout == " a \n---\n 1\n(1 row)\n\n"
    assert "The connection to the database `orders-db` was lost;" in ended.stderr
    assert ended.exit_code == 2


async def test_a_connection_that_breaks_in_the_middle_is_told(place: Place, tmp_path: Path) -> None:
    async with _breaking(place.url) as port:
        file = tmp_path / "broken.dsn"
        file.write_text(
            f"postgresql://postgres@127.0.0.1:{port}/{place.url.rpartition('/')[2].partition('?')[0]}?sslmode=disable"
        )
        ended = await Database("orders-db", file).run(
            Psql(("SELECT 1 AS a", "SELECT 'BREAK'", "SELECT 2")), reading=True, timeout=10
        )
    assert ended.stdout == " a \n---\n 1\n(1 row)\n\n"
    assert ended.stderr.startswith("The connection to the database `orders-db` was lost;")
    assert ended.exit_code == 2


@asynccontextmanager
async def _breaking(url: str) -> AsyncIterator[int]:
    """A way to the database that breaks as soon as somebody says BREAK."""
    socket = f"{make_url(url).query['host']}/.s.PGSQL.5432"

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(socket)
        back = asyncio.create_task(_copied(server, writer))
        while (said := await reader.read(65536)) and b"BREAK" not in said:
            to_server.write(said)
        to_server.close()
        await back

    ways = await asyncio.start_server(through, "127.0.0.1", 0)
    async with ways:
        yield ways.sockets[0].getsockname()[1]


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65536):
        writer.write(said)
    writer.close()


async def test_a_change_that_prints_many_rows_is_still_made_whole(place: Place) -> None:
    await place.change("INSERT INTO critical_table (name) SELECT 'x' FROM generate_series(1, 6000) RETURNING id")
    assert "6000" in (await place.look("SELECT count(*) FROM critical_table")).stdout


async def test_several_statements_are_one_transaction(place: Place) -> None:
    await place.change("DELETE FROM models; SELECT 1/0")
    assert "3" in (await place.look("SELECT count(*) FROM models")).stdout


TRANSACTIONS = [
    (["BEGIN", "DELETE FROM models", "ROLLBACK"], "3"),
    (["BEGIN", "DELETE FROM models", "COMMIT"], "0"),
    (["BEGIN; DELETE FROM models"], "3"),
    (["START TRANSACTION; DELETE FROM models", "SELECT 1; SELECT 2", "ROLLBACK"], "3"),
    (["BEGIN", "DELETE FROM models", "SELECT 1/0", "COMMIT"], "3"),
    (["DELETE FROM models WHERE id = 1; BEGIN; DELETE FROM models WHERE id = 2; ROLLBACK"], "3"),
    (["DELETE FROM models WHERE id = 1; COMMIT; DELETE FROM models WHERE id = 2; SELECT 1/0"], "2"),
    (["BEGIN; DELETE FROM models WHERE id = 1; COMMIT; DELETE FROM models WHERE id = 2"], "1"),
]


async def test_a_transaction_that_the_line_begins_is_its_own_to_end(place: Place) -> None:
    for scripts, left in TRANSACTIONS:
        for asked in (place.as_psql, partial(place.line, reading=False)):
            await place.change("TRUNCATE models", "INSERT INTO models (id, status) VALUES (1, ''), (2, ''), (3, '')")
            await asked(*(word for script in scripts for word in ("-c", script)))
            assert (await place.line("-Atc", "SELECT count(*) FROM models")).stdout == f"{left}\n", (scripts, asked)


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
        await Database("orders-db", file).run(Psql(("SELECT 1",)), reading=True, timeout=5)
    assert said in str(failed.value)
    assert "`orders-db`" in str(failed.value)
    assert "hunter2secret" not in f"{failed.value!r} {failed.value.__context__!s}" or said != "cannot be reached"
    assert "hunter2secret" not in str(failed.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53300", "connections are used up"),
        ("57P03", "wait, and look at its log"),
        ("28P01", "user and password in its DSN file"),
        ("3D000", "the database in its DSN file"),
        ("08P01", "Look at its log"),
    ],
)
async def test_a_refusal_says_what_to_do_about_it(code: str, said: str, tmp_path: Path) -> None:
    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big") - 4) == SSL_WANTED:
            writer.write(b"N")
        fields = b"".join(one + b"\0" for one in (b"SFATAL", b"VFATAL", b"C" + code.encode(), b"Mno, not now", b""))
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refusing, "127.0.0.1", 0)
    file = tmp_path / "dsn"
    file.write_text(f"postgresql://app:x@127.0.0.1:{server.sockets[0].getsockname()[1]}/orders")
    async with server:
        with pytest.raises(DatabaseFailed, match=f"no, not now\\. .*{said}"):
            await Database("orders-db", file).run(Psql(("SELECT 1",)), reading=True, timeout=5)


@pytest.mark.parametrize("asked", ["sslmode=verify-full", "sslmode=verify-ca&sslrootcert=/nowhere/ca.crt"])
async def test_a_certificate_that_is_missing_is_told(asked: str, tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text(f"postgresql://app:x@127.0.0.1:1/orders?{asked}")
    with pytest.raises(DatabaseFailed, match="CA certificate"):
        await Database("orders-db", file).run(Psql(("SELECT 1",)), reading=True, timeout=5)


async def test_a_refused_login_says_what_the_server_said(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text(place.url.replace("postgres:", "nobody:").replace("postgres@", "nobody@"))
    with pytest.raises(DatabaseFailed, match='role "nobody" does not exist'):
        await Database("orders-db", file).run(Psql(("SELECT 1",)), reading=True, timeout=5)
