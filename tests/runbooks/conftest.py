"""What the tests of runbooks share."""

import pytest

from runbooks.model import Runbook
from runbooks.reading import library


@pytest.fixture(scope="session")
def inferadb() -> Runbook:
    """InferaDB's runbook, as it comes with Muster."""
    return library()["inferadb"]
