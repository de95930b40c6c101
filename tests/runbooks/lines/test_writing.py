"""Words written as a line again: short to read, and the same words to a shell."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.writing import written


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["kubectl", "get", "pods", "-l", "app=x"], "kubectl get pods -l app=x"),
        (["grep", "two words"], "grep 'two words'"),
        (["psql", "-c", "SELECT 1 WHERE state = 'active'"], """psql -c "SELECT 1 WHERE state = 'active'" """.strip()),
        (["echo", "it's $HOME"], """echo 'it'"'"'s $HOME'"""),
        (["grep", ""], "grep ''"),
    ],
)
def test_a_line_is_quoted_as_a_person_would(words: list[str], line: str) -> None:
    assert written(words) == line


@given(st.lists(st.text(st.sampled_from("a '\"$`\\!\n#{}*~"), max_size=6), min_size=1))
def test_a_shell_reads_the_same_words_again(words: list[str]) -> None:
    assert shlex.split(written(words)) == words
