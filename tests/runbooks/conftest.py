"""What the tests of runbooks share."""

import pytest

from runbooks.model import Runbook
from runbooks.reading import library
from tests.runbooks.database import place, postgres, postgres_url

__all__ = ["inferadb", "place", "postgres", "postgres_url"]


@pytest.fixture(scope="session")
def inferadb() -> Runbook:
    """InferaDB's runbook, as it comes with Muster."""
    return library()["inferadb"]
