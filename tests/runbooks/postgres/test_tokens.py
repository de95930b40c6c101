"""SQL is cut where PostgreSQL cuts it: what is a text here is one there, too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.refusal import LineRefused
from runbooks.postgres.tokens import statements, tokens
from tests.runbooks.database import Place

PIECES = st.lists(
    st.sampled_from(
        [
            "'",
            '"',
            "$$",
            "$a$",
            ";",
            "--",
            "\n",
            "/*",
            "*/",
            "\\",
            "(",
            ")",
            "E'",
            "SELECT",
            "é",
            "1",
            " ",
            "{x}",
            "\r",
            'U&"',
            "\u2028",
        ]
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
    "sql", ["", " ; ", "-- only a comment", "\\dt", "SELECT 'a", 'SELECT "a', "SELECT $$a", "/* a"]
)
def test_what_is_no_statement_is_refused(sql: str) -> None:
    with pytest.raises(LineRefused):
        statements(sql)


HIDING = [
    "SELECT 1 -- a comment ends here\r; DELETE FROM models",
    "SELECT E'a'\n'\\' ' ; DELETE FROM models --'",
    "SELECT E'a' -- on it goes\n '\\' ' ; DELETE FROM models --'",
    "SELECT $a😀$ ' $a😀$; DELETE FROM models --'",
    "SELECT $a\u00a0$ ' $a\u00a0$; DELETE FROM models --'",
    "SELECT 1 /* /* */ ' */; DELETE FROM models --'",
    "SELECT 'a\\'; DELETE FROM models --'",
    "SELECT $$ $a$ $$; DELETE FROM models --$a$",
    "SELECT 1 AS a$$; DELETE FROM models --$$",
    'SELECT 1 AS "a"" \' "; DELETE FROM models --\'',
    "SELECT B'1', X'1F', N'a', U&'\\0041'; DELETE FROM models",
]


@pytest.mark.parametrize("sql", HIDING)
def test_what_stands_behind_a_text_or_a_comment_is_seen(sql: str) -> None:
    assert [one.verb for one in statements(sql)] == ["select", "delete"]


@pytest.mark.postgres
async def test_what_stands_behind_a_text_or_a_comment_would_be_run(place: Place) -> None:
    for sql in HIDING:
        assert "3" in (await place.as_psql("-Atc", "SELECT count(*) FROM models")).stdout
        await place.as_psql("-c", sql)
        assert (await place.as_psql("-Atc", "SELECT count(*) FROM models")).stdout == "0\n", sql
        await place.as_psql("-c", "INSERT INTO models (status) VALUES ('a'), ('b'), ('c')")


@given(st.integers(1, 40).map(lambda many: "SELECT E'a'" + "--" * many))
def test_many_comments_are_taken_apart_at_once(sql: str) -> None:
    assert [one.text for one in statements(sql)] == ["SELECT E'a'"]
