"""A secret in a table stands below its column's name, and is masked there; its neighbours stay."""

import pytest

from runbooks.redaction import Redaction

redact = Redaction()
ALIGNED = " id | api_key | n \n----+---------+---\n  1 | {}  | 4\n  2 |         | 5\n(2 rows)\n\n token | x\n"
MYSQL = "+----+---------+\n| id | api_key |\n+----+---------+\n|  1 | {}  |\n+----+---------+\n| a | b |\n"
RECORDS = "-[ RECORD 1 ]--\nname  | bob\ntoken | {}\n-[ RECORD 2 ]--\nname  | al\ntoken | \n\ntoken | 12\n"
CSV = 'id,name,secret\n1,acme,{}\n2,"be,ta",\n\nfoo,bar,baz\n'
TABLES = [
    ALIGNED,
    MYSQL,
    RECORDS,
    CSV,
    " passwd \n--------\n {}\n(1 row)\n",
    "id|api_key\n1|{}\n(1 row)\n",
    "id\tapi_key\n1\t{}\n2\t\\N\n",
    " id | password_hash\n----+---------------\n  1 | {}\n",
]


@pytest.mark.parametrize("table", TABLES)
def test_only_the_cell_of_a_secret_is_masked(table: str) -> None:
    said = redact(table.format("a1b2c3"))
    assert "a1b2c3" not in said
    assert said.split() == table.format("[redacted]").split()


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_comes_in_pieces_is_masked_as_a_whole_one(table: str, size: int) -> None:
    text = "a line\n" * 5 + table.format("a1b2c3")
    stream = redact.stream()
    assert "".join(stream.feed(text[at : at + size]) for at in range(0, len(text), size)) + stream.rest() == redact(
        text
    )


def test_a_long_table_is_masked_to_its_end_without_being_held_back() -> None:
    stream = redact.stream()
    shown = stream.feed(" id | token\n----+-------\n" + "  1 | a1b2c3\n" * 20_000)
    assert shown.count("[redacted]") > 19_000
    assert "a1b2c3" not in shown + stream.feed("  2 | a1b2c3\n" * 9) + stream.rest()


def test_a_value_with_a_bar_in_it_is_masked_with_what_follows() -> None:
    assert "2c3" not in redact(" id | token\n----+-------\n  1 | a1b|2c3\n")


def test_a_secret_of_several_lines_is_masked_beside_its_record() -> None:
    assert "c3" not in redact("-[ RECORD 1 ]--\ntoken | a1b2+\n      | c3\n")
