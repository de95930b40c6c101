"""What SQL may change is known before it is run, and a chosen value stays a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.refusal import LineRefused
from runbooks.postgres.statements import changing, filled_in, must_be_alone, must_read
from runbooks.postgres.tokens import tokens


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT 1", ""),
        ("select * from update_log where action = 'delete'", ""),
        ("SELECT 'pg_terminate_backend(1)'", ""),
        ("SELECT pg_terminate_backend FROM a", ""),
        ("WITH a AS (SELECT 1) SELECT * FROM a", ""),
        ("EXPLAIN (ANALYZE) SELECT 1", ""),
        ("COPY (SELECT 1) TO STDOUT CSV", ""),
        ("UPDATE a SET b = 1", "`UPDATE`"),
        ("SELECT 1; DROP TABLE a", "`DROP`"),
        ("WITH a AS ( /* x */ DELETE FROM b RETURNING *) SELECT * FROM a", "`DELETE`"),
        ("SELECT PG_Terminate_Backend (1)", "`pg_terminate_backend()`"),
        ('SELECT pg_catalog."pg_terminate_backend"(1)', "`pg_terminate_backend()`"),
        ("SELECT (pid).pg_terminate_backend FROM pg_stat_activity", "`pg_terminate_backend()`"),
        ('SELECT (a.pid)."pg_cancel_backend" FROM pg_stat_activity a', "`pg_cancel_backend()`"),
        ("SELECT ('/etc/hostname'::text) /* x */ . PG_Read_File", "`pg_read_file()`"),
        ("SELECT (ARRAY[1])[1].pg_terminate_backend", "`pg_terminate_backend()`"),
        ("SELECT X.pg_terminate_backend FROM unnest(ARRAY[1]) AS x", "`pg_terminate_backend()`"),
        ('SELECT unnest.pg_terminate_backend FROM "unnest"(ARRAY[1])', "`pg_terminate_backend()`"),
        ("SELECT 1 FROM unnest(ARRAY[1]) pg_catalog WHERE pg_catalog.pg_cancel_backend", "`pg_cancel_backend()`"),
        ("SELECT (a).n, a.pid, (a.b).c FROM pg_catalog.pg_class a, public.pg_buffercache", ""),
        ("SELECT pg_locks.pid::pg_catalog.int4 FROM pg_catalog.pg_locks WHERE pg_locks.granted", ""),
        ("SELECT query_to_xml('SELECT pg_reload_conf()', true, true, '')", "`query_to_xml()`"),
        ("SELECT dblink_send_query('c', 'x')", "`dblink_send_query()`"),
        ("SELECT pg_try_advisory_xact_lock(1)", "`pg_try_advisory_xact_lock()`"),
        ("COPY a FROM STDIN", "`COPY` to or from a file"),
        ("COPY a TO PROGRAM 'x' /* stdout */", "`COPY` to or from a file"),
        ("VACUUM", "`VACUUM`"),
        ('SELECT U&"pg\\005fterminate\\005fbackend"(1)', 'the encoded name `U&"pg\\005fterminate\\`'),
        ("COPY stdout TO '/tmp/a'", "`COPY` to or from a file"),
        ("COPY (SELECT 1) TO '/tmp/stdout'", "`COPY` to or from a file"),
        ('COPY a TO "stdout"', "`COPY` to or from a file"),
        ("COPY (DELETE FROM a RETURNING b) TO STDOUT", "`DELETE`"),
        ("COPY a (b, c) TO STDOUT", ""),
        ("EXPLAIN ANALYZE DELETE FROM a", "`EXPLAIN ANALYZE DELETE`"),
        ("EXPLAIN (VERBOSE, ANALYZE) CREATE TABLE b AS SELECT 1", "`EXPLAIN ANALYZE CREATE`"),
        ("EXPLAIN ANALYZE WITH b AS (DELETE FROM a RETURNING *) SELECT 1", "`DELETE`"),
        ("EXPLAIN ANALYZE EXECUTE a", "`EXPLAIN ANALYZE EXECUTE`"),
        ("EXPLAIN DELETE FROM a", ""),
        ("EXPLAIN (COSTS OFF) UPDATE a SET b = 1", ""),
        ("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", "`INSERT`"),
        ("WITH a AS MATERIALIZED (MERGE INTO b USING c ON true) SELECT 1", "`MERGE`"),
        ("(SELECT 1) UNION (SELECT 2)", ""),
        ("SELECT * INTO a FROM b", "`SELECT INTO`"),
        ("SELECT * FROM a FOR UPDATE SKIP LOCKED", "`FOR UPDATE`"),
        ("SELECT * FROM a FOR NO KEY UPDATE", "`FOR NO KEY UPDATE`"),
        ("SELECT substring(a FOR 3) FROM b", ""),
        ("SELECT nextval('a')", "`nextval()`"),
        ("SELECT \"set_config\"('a', 'b', false)", "`set_config()`"),
        ("SELECT lo_export(1, '/tmp/a')", "`lo_export()`"),
        ("SELECT pg_file_write('a', 'b', false)", "`pg_file_write()`"),
        ("SELECT pg_logical_slot_get_binary_changes('a', NULL, NULL)", "`pg_logical_slot_get_binary_changes()`"),
        ("SELECT pg_replication_origin_drop('a')", "`pg_replication_origin_drop()`"),
        ("SELECT pg_read_binary_file('/etc/passwd')", "`pg_read_binary_file()`"),
        ("SELECT pg_stat_statements_reset()", "`pg_stat_statements_reset()`"),
        ("SELECT pg_something_of_tomorrow()", "`pg_something_of_tomorrow()`"),
        ("SELECT cursor_to_xml('a', 1, true, true, '')", "`cursor_to_xml()`"),
        ("SELECT * FROM crosstab('DELETE FROM a RETURNING 1, 2, 3') AS x(a int)", "`crosstab()`"),
        ("SELECT run_command_on_workers('DELETE FROM a')", "`run_command_on_workers()`"),
        ("SELECT pg_size_pretty(sum(size)) FROM pg_ls_waldir()", ""),
        ("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication", ""),
        ("SELECT pg_blocking_pids(pid) FROM pg_stat_activity", ""),
        ("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()", ""),
        ("SELECT pg_get_indexdef(1), pg_relation_size('a'), pg_indexes_size('a'), pg_postmaster_start_time()", ""),
        ("SELECT * FROM pgstattuple('a'), pg_freespace('a'), pg_buffercache_summary()", ""),
        ("SELECT txid_current(), age(datfrozenxid), current_setting('a') FROM pg_database", ""),
        ("EXPLAIN ANALYSE DELETE FROM a", "`EXPLAIN ANALYZE DELETE`"),
        ('EXPLAIN ("analyze") DELETE FROM a', "`EXPLAIN ANALYZE DELETE`"),
        ('EXPLAIN ("analyze") WITH b AS (DELETE FROM a RETURNING *) SELECT 1', "`DELETE`"),
        ("WITH RECURSIVE a AS (SELECT 1 b) SEARCH DEPTH FIRST BY b SET c DELETE FROM d", "`DELETE`"),
        ('WITH RECURSIVE a AS (SELECT 1 b) CYCLE b SET c USING "d" UPDATE e SET f = 1', "`UPDATE`"),
        ("WITH RECURSIVE a AS (SELECT 1 b) SEARCH BREADTH FIRST BY b SET c SELECT * FROM a", ""),
        ("SELECT pg_stat_kcache_reset()", "`pg_stat_kcache_reset()`"),
        ("SELECT pg_qualstats_reset()", "`pg_qualstats_reset()`"),
        ("SELECT pg_stat_get_db_stat_reset_time(1), * FROM pg_stat_kcache(), pg_qualstats()", ""),
        ("BEGIN", "`BEGIN`"),
        ("$$SELECT$$", "`$$SELECT$$`"),
    ],
)
def test_what_may_change_something_is_known(sql: str, found: str) -> None:
    assert changing(sql) == found


def test_what_may_change_something_is_refused_with_the_mend() -> None:
    with pytest.raises(LineRefused, match="Make it a mitigation"):
        must_read("DELETE FROM a")


@pytest.mark.parametrize(
    "sql",
    [
        "VACUUM (FULL) a",
        "ALTER SYSTEM SET work_mem = '8MB'",
        "CREATE DATABASE a",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX (VERBOSE) TABLE CONCURRENTLY a",
        "COMMIT PREPARED 'a'",
    ],
)
def test_what_runs_in_no_transaction_is_refused_beside_another_statement(sql: str) -> None:
    must_be_alone(f"{sql};")
    with pytest.raises(LineRefused, match="runs in no transaction"):
        must_be_alone(f"SELECT 1; {sql}")


@pytest.mark.parametrize("sql", ["REINDEX TABLE a", "CREATE INDEX i ON a (b)", "UPDATE vacuum SET a = 1"])
def test_other_changes_are_taken_together(sql: str) -> None:
    must_be_alone(f"SELECT 1; {sql}")


@pytest.mark.parametrize(
    ("sql", "value", "written"),
    [
        ("SELECT {x}", "5", "SELECT 5"),
        ("SELECT 1-{x}", "-5", "SELECT 1-(-5)"),
        ("SELECT {x}", "a'; DROP TABLE b", "SELECT 'a''; DROP TABLE b'"),
        ("SELECT '{x} minutes'", "5", "SELECT '5 minutes'"),
        ("SELECT '{x}'", "a' OR 'a'='a", "SELECT 'a'' OR ''a''=''a'"),
        ('SELECT "{x}"', 'a"b', 'SELECT "a""b"'),
        ("SELECT 1 -- {x}", "a", "SELECT 1 -- {x}"),
        ("SELECT '{y}', {y}", "a", "SELECT '{y}', {y}"),
    ],
)
def test_a_value_goes_in_as_a_value(sql: str, value: str, written: str) -> None:
    assert filled_in(sql, {"x": value}) == written


@pytest.mark.parametrize(
    "sql", ["SELECT E'{x}'", "SELECT $${x}$$", 'SELECT U&"{x}"', "SELECT E{x}", "SELECT E'a' -- b\n {x}"]
)
def test_a_value_has_no_place_where_it_could_not_be_quoted(sql: str) -> None:
    with pytest.raises(LineRefused, match="plain quotes"):
        filled_in(sql, {"x": "a"})


NUMBERS = (["number"], ["other", "other", "number", "other"])


@pytest.mark.parametrize(
    ("sql", "before", "after", "kinds"),
    [
        ("SELECT {x} FROM a", "SELECT ", " FROM a", (*NUMBERS, ["text"])),
        ("SELECT '{x}' FROM a", "SELECT ", " FROM a", (["text"],)),
        ("SELECT 'a {x} b', 2", "SELECT ", ", 2", (["text"],)),
    ],
)
@given(st.text(max_size=20) | st.integers().map(str))
def test_no_value_can_become_more_than_one_value(
    sql: str, before: str, after: str, kinds: tuple[list[str], ...], value: str
) -> None:
    found = list(tokens(filled_in(sql, {"x": value})))
    begins, ends = list(tokens(before)), list(tokens(after))
    middle = found[len(begins) : len(found) - len(ends)]
    assert found[: len(begins)] == begins
    assert [token.text for token in found[len(begins) + len(middle) :]] == [token.text for token in ends]
    assert [token.kind for token in middle] in kinds
