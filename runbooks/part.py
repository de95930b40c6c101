"""What every part of a runbook has in common: it does not change, and a misspelt key is an error."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Part(BaseModel):
    """A part of a runbook: it does not change, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)
