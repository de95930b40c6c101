"""Every error a person reads says what happened and what to do."""

import pytest

from bot import errors
from bot.errors import AlreadyResolved, BadInput, Told

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Told)]


def test_an_error_says_its_docstring_with_what_happened_filled_in():
    told = AlreadyResolved(ref="INC-7", by="Sam")
    assert str(told) == "INC-7 was already resolved by Sam. `/incident reopen` opens it again."
    assert told.values == {"ref": "INC-7", "by": "Sam"}


def test_an_error_can_be_about_a_field_of_a_form():
    told = BadInput(problem="The title is empty", mend="Say what is wrong", field="title")
    assert (str(told), told.field) == ("The title is empty. Say what is wrong.", "title")
    assert Told("Something else. Do that.").field is None


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_has_two_sentences_or_more(kind: type[Told]):
    assert (kind.__doc__ or "").strip().count(". ") + 1 >= 2
