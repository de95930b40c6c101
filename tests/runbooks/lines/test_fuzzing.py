"""Whatever is typed, a line is refused or runs: nothing stumbles, and what runs are the words that were checked."""

import shlex
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.lines.catalogue import CATALOGUE
from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused

# jq starts a process for each program; test_jq looks at it.
NAMES = sorted(set(CATALOGUE) - {"jq"})
PIECES = st.sampled_from((Path(__file__).parent / "fuzz_words.txt").read_text().splitlines())
WORDS = st.lists(PIECES | st.text(max_size=6), max_size=5)
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(["a b c", "1 2", "", "é", "a,b", "\t"])).map("\n".join)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.sampled_from(NAMES), WORDS, TEXTS)
def test_a_filter_is_refused_or_runs(name: str, words: list[str], text: str) -> None:
    with suppress(LineRefused):
        done = Pipeline(("kubectl",), ((name, *words),)).through(text)
        assert done.exit_code in range(256)
        assert isinstance(done.text, str)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(WORDS, st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=3))
def test_the_words_that_run_are_the_words_that_were_checked(
    words: list[str], piped: list[tuple[str, list[str]]]
) -> None:
    commands = [["kubectl", *words], *([name, *rest] for name, rest in piped)]
    line = " | ".join(shlex.join(command) for command in commands)
    with suppress(LineRefused):
        read_ = read(line)
        assert read_ == Pipeline(tuple(commands[0]), tuple(tuple(command) for command in commands[1:]))
        assert len(read_.filters) == len(piped)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=30), st.text(max_size=10))
def test_a_chosen_value_adds_no_word(value: str, other: str) -> None:
    line = read("kubectl logs {item} -c '{other}' | grep {item}")
    with suppress(LineRefused):  # a value that is no pattern, or looks like an option
        filled = line.filled({"item": value, "other": other})
        assert filled.words == ("kubectl", "logs", value, "-c", other)
        assert filled.piped == (("grep", value),)
