"""The runbooks that come with Muster, read once for all tests of a process."""

from functools import cache

from runbooks import reading
from runbooks.model import Runbook


@cache
def library() -> dict[str, Runbook]:
    """Return each service's runbook; they are frozen, the dictionary is everybody's: change neither."""
    return reading.library()
