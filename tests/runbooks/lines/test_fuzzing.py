"""Whatever is typed, a line is refused or runs: nothing stumbles, and what runs are the words that were checked."""

import shlex
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.lines.catalogue import CATALOGUE
from runbooks.lines.pipes import Pipeline, read
from runbooks.lines.refusal import LineRefused

# jq starts a process for each program; test_jq looks at it.
NAMES = sorted(set(CATALOGUE) - {"jq"})


def listed(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text().splitlines()


PIECES = st.sampled_from(listed("fuzz_words.txt"))
WORDS = st.lists(PIECES | st.text(max_size=6), max_size=5)
USUAL = {name: [shlex.split(known.example)[1:]] for name, known in CATALOGUE.items()}
USUAL["awk"] += [[program] for program in listed("awk_programs.txt")]
USUAL["sed"] += [shlex.split(script) for script in listed("sed_scripts.txt")]


def bent(words: list[str]) -> st.SearchStrategy[list[str]]:
    """Words that make sense, a piece of which is put in or taken out, whole or in the middle of one."""
    at, one = st.integers(0, len(words)), st.integers(0, max(len(words) - 1, 0))
    cut = st.tuples(one, st.integers(0, 40), st.integers(0, 2), st.text(max_size=2) | PIECES)
    return st.one_of(
        st.tuples(at, PIECES).map(lambda put: [*words[: put[0]], put[1], *words[put[0] :]]),
        one.map(lambda left: [*words[:left], *words[left + 1 :]]),
        cut.map(lambda how: [_bent(word, *how[1:]) if at == how[0] else word for at, word in enumerate(words)]),
        st.just(words),
    )


def _bent(word: str, at: int, length: int, put: str) -> str:
    return word[:at] + put + word[at + length :]


FILTERS = st.sampled_from(NAMES).flatmap(
    lambda name: st.tuples(st.just(name), st.one_of(*[st.sampled_from(USUAL[name]).flatmap(bent)] * 4, WORDS))
)
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(["a b c", "1 2", "", "é", "a,b", "\t"])).map("\n".join)


def test_a_filter_is_refused_or_runs() -> None:
    ran = Counter[str]()

    @settings(max_examples=800, derandomize=True)
    @given(FILTERS, TEXTS)
    def tried(words: tuple[str, list[str]], text: str) -> None:
        with suppress(LineRefused):
            done = Pipeline(("kubectl",), ((words[0], *words[1]),)).through(text)
            assert done.exit_code in range(256)
            assert isinstance(done.text, str)
            ran[words[0]] += 1

    tried()
    assert ran.total() >= 250  # the others were refused
    assert len(set(NAMES) - set(ran)) <= 2


def test_the_words_that_run_are_the_words_that_were_checked() -> None:
    ran = Counter[int]()

    # What is tried depends on the constants of all modules that are loaded: so many more than the 30 that must run.
    @settings(max_examples=700, derandomize=True)
    @given(WORDS, st.lists(FILTERS, max_size=3))
    def tried(words: list[str], piped: list[tuple[str, list[str]]]) -> None:
        commands = [["kubectl", *words], *([name, *rest] for name, rest in piped)]
        line = " | ".join(shlex.join(command) for command in commands)
        with suppress(LineRefused):
            read_ = read(line)
            assert read_ == Pipeline(tuple(commands[0]), tuple(tuple(command) for command in commands[1:]))
            assert len(read_.filters) == len(piped)
            ran[len(piped)] += 1

    tried()
    assert ran.total() - ran[0] >= 30  # the others were refused


@settings(max_examples=300, derandomize=True)
@given(st.text(max_size=30), st.text(max_size=10))
def test_a_chosen_value_adds_no_word(value: str, other: str) -> None:
    line = read("kubectl logs {item} -c '{other}' | grep {item}")
    with suppress(LineRefused):  # a value that is no pattern, or looks like an option
        filled = line.filled({"item": value, "other": other})
        assert filled.words == ("kubectl", "logs", value, "-c", other)
        assert filled.piped == (("grep", value),)
