"""Every verb is documented, with an example that works, and the documentation promises no other."""

import re
from pathlib import Path

import pytest

from bot.words import typed
from commands import verbs
from commands.verb import Verb

TEXT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
PARTS = {part.split("\n")[0].strip(): part for part in TEXT.split("\n### ")[1:]}


def test_the_documented_verbs_are_those_registered() -> None:
    assert sorted(PARTS) == sorted(verb.name for verb in verbs())


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_a_verb_is_documented_with_its_usage_its_example_and_its_other_words(verb: Verb) -> None:
    part = " ".join(PARTS[verb.name].split())
    assert verb.usage in part
    assert verb.example in part
    for word in filter(None, verb.also):
        assert f"`{word}`" in part, f"{verb.name} is also {word}"


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_a_verbs_example_reaches_that_verb(verb: Verb) -> None:
    assert typed(verb.example.removeprefix("/incident ")).verb in verb.words


def test_every_command_in_the_documentation_is_one() -> None:
    known = {word for verb in verbs() for word in verb.words}
    for line in re.findall(r"`/incident ([^`]+)`", TEXT):
        assert typed(line).verb in known, line


def test_no_two_verbs_share_a_word() -> None:
    words = [word for verb in verbs() for word in verb.words]
    assert len(words) == len(set(words))
