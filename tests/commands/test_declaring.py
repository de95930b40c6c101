"""How the words after `/incident declare` are read."""

import pytest

from bot.views.declare_form import Filled
from commands.declaring import read_declaration, suffices
from runbooks.model import Runbook
from tests.commands.conftest import INFERADB, OMENDB

BOTH = {str(one["service"]): Runbook.model_validate(one) for one in (INFERADB, OMENDB)}
ONE = {"inferadb": BOTH["inferadb"]}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", Filled()),
        ("SEV-2 inferadb Checkout fails", Filled("Checkout fails", "inferadb", "SEV-2")),
        ("inferadb sev2 Checkout fails", Filled("Checkout fails", "inferadb", "SEV-2")),
        ("p0 OmenDB: all is down", Filled("all is down", "omendb", "P0")),
        ("SEV-2 Checkout fails", Filled("Checkout fails", None, "SEV-2")),
        ("Checkout fails in inferadb", Filled("Checkout fails in inferadb")),
        ("inferadb  two   spaces", Filled("two spaces", "inferadb")),
        ("--drill SEV-3 inferadb Practice", Filled("Practice", "inferadb", "SEV-3", drill=True)),
    ],
)
def test_severity_and_service_stand_before_the_title(text: str, filled: Filled) -> None:
    assert read_declaration(text, BOTH) == filled


def test_the_only_service_need_not_be_named() -> None:
    assert read_declaration("sev1 All is down", ONE) == Filled("All is down", "inferadb", "SEV-1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SEV-9 inferadb Checkout fails", "InferaDB has no severity SEV-9; it has SEV-1, SEV-2, SEV-3."),
        ("omendb SEV-2 Checkout fails", "OmenDB has no severity SEV-2; it has P0, P1."),
        ("SEV-2 inferdb Checkout fails", "There is no service inferdb. Is inferadb meant?"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_declared_from_it(text: str, says: str) -> None:
    filled = read_declaration(text, BOTH)
    assert filled.notice == says
    assert filled.title == "Checkout fails"
    assert not suffices(filled)


@pytest.mark.parametrize("text", ["", "SEV-2", "inferadb", "SEV-2 inferadb", "SEV-2 Checkout fails"])
def test_too_few_words_do_not_suffice(text: str) -> None:
    assert not suffices(read_declaration(text, BOTH))
