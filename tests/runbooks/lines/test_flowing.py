"""Filters work on a text as it comes: what wants no more ends those before it, and nobody waits for a lost one."""

import threading
import tracemalloc
from collections.abc import Iterator
from itertools import count

import pytest

from runbooks.lines.pipes import Flowing, read


def going(filters: str, source: Iterator[str]) -> Flowing:
    return read(f"kubectl get pods | {filters}").flowing(source)


def endless() -> Iterator[str]:
    return (f"line {number}\n" for number in count(1))


@pytest.mark.parametrize(
    ("filters", "printed"),
    [
        ("head -2", "line 1\nline 2\n"),
        ("head -c 9", "line 1\nli"),
        ("head -n 0", ""),
        ("grep -m1 7", "line 7\n"),
        ("grep -m1 -A1 7", "line 7\nline 8\n"),
        ("grep 3 | head -2", "line 3\nline 13\n"),
        ("grep -n -B1 100 | head -2", "99-line 99\n100:line 100\n"),
        ("sed 2q", "line 1\nline 2\n"),
        ("sed -n '2,${s/line/row/p}' | head -1", "row 2\n"),
        ("awk 'NR == 2 {print $2; exit}'", "2\n"),
        ("awk '{print $2 * 2}' | head -2", "2\n4\n"),
        ("cut -d' ' -f2 | head -1", "1\n"),
        ("tr -s e E | head -1", "linE 1\n"),
        ("cat -n | head -1", "     1\tline 1\n"),
        ("uniq -c -w 4 -s 6 | head -1", "      9 line 1\n"),
        ("paste -d, - - | head -1", "line 1,line 2\n"),
        ("paste -sd, | head -c 7", "line 1,"),
        ("tail -n +3 | head -1", "line 3\n"),
        ("head -n -2 | head -1", "line 1\n"),
        ("head -3 | sort -r | head -1", "line 3\n"),
    ],
)  # fmt: skip
def test_an_endless_source_is_read_only_as_far_as_somebody_wants_more(filters: str, printed: str) -> None:
    flowing = going(filters, endless())
    assert "".join(flowing) == printed
    assert (flowing.exit_code, flowing.errors) == (0, [])


def test_a_quiet_grep_ends_with_the_first_match() -> None:
    flowing = going("grep -q 3", endless())
    assert not list(flowing)
    assert flowing.exit_code == 0


def test_no_line_is_asked_for_that_nobody_wants() -> None:
    source = endless()
    assert "".join(going("grep line | head -3", source)) == "line 1\nline 2\nline 3\n"
    assert next(source) == "line 4\n"


@pytest.mark.parametrize("filters", ["cat", "grep ab", "wc", "tr -s b", "sed s/b/c/", "cut -c1-3", "head -c 5"])
def test_it_makes_no_difference_where_a_text_is_cut(filters: str) -> None:
    text = "abbb é\n\nab c\nab"
    whole = "".join(going(filters, iter([text])))
    assert "".join(going(filters, iter(text))) == whole


@pytest.mark.parametrize("filters", ["awk 'BEGIN {while (1) x++}'", "awk '{for (;;) x++}'", "sed s/a/b/", "grep a"])
def test_a_filter_that_nobody_waits_for_ends(filters: str) -> None:
    line = read(f"kubectl get pods | {filters} | cat")
    stop = threading.Event()
    stop.set()
    flowing = line.flowing(["a\n"], stop)
    assert not list(flowing)
    assert flowing.errors == [f"{filters.split(maxsplit=1)[0]}: stopped, for the line's time is over.\n"]


def test_a_filter_is_stopped_in_the_middle_of_its_work() -> None:
    stop = threading.Event()

    def source() -> Iterator[str]:
        yield "1\n"
        yield "2\n"
        stop.set()
        yield "3\n"

    flowing = read("kubectl get pods | awk '{print $1 * 2}'").flowing(source(), stop)
    assert "".join(flowing) == "2\n4\n"
    assert flowing.exit_code == 124


class Over(threading.Event):
    """A time that is over when it has been asked for a few times."""

    asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > 50


@pytest.mark.parametrize(
    "filters",
    [
        "grep -oE 'a.*b|a'",
        "sed -E 's/a.*b|a/x/g'",
        "sed -E 's/a.*b|a/x/9999'",
        "awk '{gsub(/a.*b|a/, \"x\")} 1'",
        "awk -F 'a.*b|a' '{print NF}'",
        "awk '{print split($0, parts, /a.*b|a/)}'",
    ],
)
def test_a_filter_is_stopped_within_a_long_line(filters: str) -> None:
    flowing = read(f"kubectl get pods | {filters}").flowing(["a" * 1000 + "\n"], Over())
    assert "".join(flowing) == ""
    assert flowing.exit_code == 124


@pytest.mark.parametrize("filters", ["sort -V", "xargs -n1", "column -t"])
def test_a_filter_is_stopped_among_the_lines_that_it_holds(filters: str) -> None:
    flowing = read(f"kubectl get pods | {filters}").flowing(["a b\n" * 999], Over())
    assert sum(map(len, flowing)) < 999
    assert flowing.exit_code == 124


def test_a_grep_that_may_search_one_line_many_times_is_slow() -> None:
    assert read("kubectl get pods | grep -io a").slow
    assert read("kubectl get pods | egrep --only-matching a").slow
    assert not read("kubectl get pods | grep -i error").slow


def much(end: str) -> Iterator[str]:
    """Yield 33 MiB, in pieces that grow smaller."""
    return (chr(ord("z") - number % 26) * 1024 * 1024 + end for number in range(33))


def test_a_filter_that_needs_the_whole_text_says_where_its_memory_ends() -> None:
    flowing = going("sort", much("\n"))
    assert [line[0] for line in flowing] == sorted("zyxwvutsrqponmlkjihgfedcbazyxwv"[:31])
    assert flowing.errors == ["sort: only the first 32 MiB were read. Narrow the line before it.\n"]


@pytest.mark.parametrize(
    ("filters", "end"),
    [("tail -99", "\n"), ("head -n -99", "\n"), ("cat -n", ""), ("grep a", ""), ("tail -9999999", "\n" * 40_000)],
)
def test_a_filter_does_not_remember_without_end(filters: str, end: str) -> None:
    flowing = going(filters, much(end))
    assert not list(flowing)
    assert flowing.exit_code == 2
    assert "grew beyond 32 MiB or a million parts. Narrow the line before it." in flowing.errors[0]


@pytest.mark.parametrize(
    ("filters", "piece", "code", "said"),
    [
        ("sort -n", "a\n", 0, "sort: only the first 1,000,000 lines were read. Narrow the line before it.\n"),
        ("awk '{print $1}'", "a ", 2, "awk: a line has more than 1,000,000 fields\n"),
        ("awk -F, '{print $1}'", "a,", 2, "awk: a line has more than 1,000,000 fields\n"),
        ("awk '{split($0, a, \"\")}'", "aa", 2, "awk: a line has more than 1,000,000 fields\n"),
        (
            "column -t -s ,",
            "a,",
            2,
            "column: the table grew beyond 32 MiB or a million parts. Narrow the line before it.\n",
        ),
    ],
)
def test_many_short_parts_take_no_more_memory_than_a_few_long_ones(
    filters: str, piece: str, code: int, said: str
) -> None:
    flowing = going(filters, (piece * 300_000 for _ in range(4)))
    list(flowing)
    assert (flowing.exit_code, flowing.errors) == (code, [said])


def test_cut_takes_apart_no_more_of_a_long_line_than_it_needs() -> None:
    line = "ab," * 1_000_000
    assert "".join(going("cut -d, -f2,4-", [line])) == f"ab,{line[9:]}\n"
    tracemalloc.start()
    "".join(going("cut -d, -f2", [line]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
