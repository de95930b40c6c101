"""What every part of a runbook has in common: it does not change, and a misspelt key is an error."""

from typing import Annotated

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


def expression(text: str) -> str:
    """Check a regular expression, of RE2 (https://github.com/google/re2/wiki/Syntax); ValueError says what is wrong."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(
            f"`{text}` is no regular expression: {why}; put a \\ before a sign that means itself"
        ) from None
    return text


Expression = Annotated[str, StringConstraints(max_length=500), AfterValidator(expression)]


class Part(BaseModel):
    """A part of a runbook: it does not change, and a misspelt key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,  # an editor shows them
    )


class Named(Part):
    """A part that people call by a title, or by its id in words."""

    id: Id
    title: Text = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id.replace("-", " ").replace("_", " ").capitalize()
