"""What the tests of runbooks share."""

import pytest

from runbooks.model import Runbook
from tests.library import library
from tests.runbooks.database import place

__all__ = ["inferadb", "place"]


@pytest.fixture(scope="session")
def inferadb() -> Runbook:
    """InferaDB's runbook, as it comes with Muster."""
    return library()["inferadb"]
