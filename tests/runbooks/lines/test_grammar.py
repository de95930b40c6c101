"""bash's own grammar is the judge: a line that is accepted has its words, and nothing in it is a shell's work."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.lines.pipes import read
from runbooks.lines.refusal import LineRefused
from runbooks.lines.words import Line, read_line
from tests.runbooks.lines.grammar import NotJudged, commands, shell_work, tree

LINES = (Path(__file__).parent / "corpus.txt").read_text().splitlines()
VALUES = {"A": "x y", "pod": "{item}"}
_PIECES = [
    *r"""
    a kubectl -n get ⏎ | ' " \\ \$ \" \* \a $ $A ${A} ${A:-b} $pod # ~ * ? [x] {a,b} {1..3} = A= 2>&1 > /dev/null f.txt
    $( ) ` && || echo true ; & < <<EOF $' ! % é / - 1 ( { } .. , a[0] $[ $((1+2)) <(a) =~ -- @ ${A $1 |& >>
    """.replace("⏎", "\n").split(" "),
    *("", " ", "  ", " \\\n ", "\n", "a\\ b", " 2>/dev/null ", " || echo ", "date +%Y", "time "),
]
_REDIRECTIONS = {"redirected_statement", "file_redirect", "file_descriptor", ">", ">&", "&>", ">>", "&>>", ">|", "|&"}
_DATE = {"command_substitution", "$(", ")", "`"}


def understood(line: Line) -> set[str]:
    """Return the kinds of nodes that this reading accounts for."""
    kinds = {"variable_assignment", "="} if line.assignments else set()
    if line.otherwise is not None:
        kinds |= {"list", "||"}
    if line.streams.save_as:
        kinds |= _DATE
    return (
        kinds | _REDIRECTIONS | {";"}
    )  # where a redirection goes is tried in test_understood; `;` may only end a line


@settings(max_examples=1500, derandomize=True)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_whatever_is_accepted_is_what_bashs_grammar_sees(rest: str) -> None:
    line = f"kubectl {rest}".strip()
    try:
        read_ = read_line(line, VALUES)
        root = tree(line)
        seen = tuple(tuple(words) for words in commands(root, VALUES))
    except (LineRefused, NotJudged):
        return
    work = shell_work(root)
    assert not work - understood(read_)
    if not work & _REDIRECTIONS and read_.otherwise is None:
        assert seen == read_.commands


@pytest.mark.parametrize("line", LINES)
def test_lines_as_people_write_them_are_cut_as_bash_cuts_them(line: str) -> None:
    line = line.replace("⏎", "\n")
    read_ = read_line(line, VALUES)
    root = tree(line)
    assert not shell_work(root) - understood(read_)
    seen = [tuple(words) for words in commands(root, VALUES)]
    assert tuple(seen[: len(read_.commands)]) == read_.commands


@pytest.mark.parametrize("line", LINES)
def test_lines_as_people_write_them_have_filters_that_are_known(line: str) -> None:
    assert read(line.replace("⏎", "\n"), VALUES).words


@settings(max_examples=500, derandomize=True)
@given(st.text(max_size=60))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    with suppress(LineRefused):
        assert read(text, VALUES).words
