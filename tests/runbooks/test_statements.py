"""SQL is cut where PostgreSQL cuts it, what changes is known, and a chosen value stays a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.refusal import LineRefused
from runbooks.statements import changing, filled_in, must_read, statements, tokens

PIECES = st.lists(
    st.sampled_from(
        ["'", '"', "$$", "$a$", ";", "--", "\n", "/*", "*/", "\\", "(", ")", "E'", "SELECT", "é", "1", " ", "{x}"]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_taking_sql_apart_loses_nothing(sql: str) -> None:
    try:
        found = list(tokens(sql))
    except LineRefused:
        return
    assert "".join(token.text for token in found) == sql
    assert all(sql[token.at :].startswith(token.text) for token in found)


@given(PIECES)
def test_whatever_is_written_is_read_or_refused(sql: str) -> None:
    try:
        found = statements(sql)
    except LineRefused:
        return
    assert found
    assert all(sql[one.at :].startswith(one.text) for one in found)


@pytest.mark.parametrize(
    ("sql", "texts"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';' ; ; SELECT \";\"", ["SELECT ';'", 'SELECT ";"']),
        ("SELECT $$;$$; SELECT $a$ $$; $a$", ["SELECT $$;$$", "SELECT $a$ $$; $a$"]),
        ("SELECT E'\\';' -- ; not\n", ["SELECT E'\\';'"]),
        ("/* ; /* ; */ ; */ SELECT 1 /* end */", ["SELECT 1"]),
        ("SELECT (1;2); SELECT 3", ["SELECT (1;2)", "SELECT 3"]),
    ],
)
def test_statements_end_at_their_semicolons(sql: str, texts: list[str]) -> None:
    assert [one.text for one in statements(sql)] == texts


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
        ("SELECT query_to_xml('SELECT pg_reload_conf()', true, true, '')", "`query_to_xml()`"),
        ("SELECT dblink_send_query('c', 'x')", "`dblink_send_query()`"),
        ("SELECT pg_try_advisory_xact_lock(1)", "`pg_try_advisory_xact_lock()`"),
        ("COPY a FROM STDIN", "`COPY` to or from a file"),
        ("COPY a TO PROGRAM 'x' /* stdout */", "`COPY` to or from a file"),
        ("VACUUM", "`VACUUM`"),
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
    "sql", ["", " ; ", "-- only a comment", "\\dt", "SELECT 'a", 'SELECT "a', "SELECT $$a", "/* a"]
)
def test_what_is_no_statement_is_refused(sql: str) -> None:
    with pytest.raises(LineRefused):
        statements(sql)


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


@pytest.mark.parametrize("sql", ["SELECT E'{x}'", "SELECT $${x}$$"])
def test_a_value_has_no_place_where_it_could_not_be_quoted(sql: str) -> None:
    with pytest.raises(LineRefused, match="plain quotes"):
        filled_in(sql, {"x": "a"})


@given(st.sampled_from(["SELECT {x} FROM a", "SELECT '{x}' FROM a", "SELECT 'a {x} b', 2"]), st.text(max_size=20))
def test_no_value_can_become_more_than_one_value(sql: str, value: str) -> None:
    plain = [token.kind for token in tokens(filled_in(sql, {"x": "v"}))]
    numbers = {"number": "text"}
    found = [numbers.get(token.kind, token.kind) for token in tokens(filled_in(sql, {"x": value}))]
    minus = value.startswith("-") and "(" in filled_in(sql, {"x": value})
    assert found == [numbers.get(kind, kind) for kind in plain] or minus
