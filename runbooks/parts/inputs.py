"""What a person chose for a mitigation: checked against what its runbook allows."""

import math
import re
from collections.abc import Collection, Mapping

import re2

from runbooks.parts.steps import Input, Mitigation

MAX_TEXT = 200
ANYTHING = "a"
"""The sample of what may be any text."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class InputRefused(Exception):
    """{problem}"""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


def validated(mitigation: Mitigation, inputs: Mapping[str, object]) -> dict[str, str]:
    """Return each input as the text that goes into the line; InputRefused names the field and what it wants."""
    for name in inputs:
        if name not in mitigation.inputs:
            raise InputRefused(name, f"{mitigation.name} has no input {name}.")
    return {
        name: accepted(name, asked, asked.default if inputs.get(name) in {None, ""} else inputs[name])
        for name, asked in mitigation.inputs.items()
    }


def accepted(name: str, asked: Input, value: object) -> str:
    """Check one value, and write it as it goes into the line."""
    label = asked.label or name.replace("_", " ").capitalize()
    if value is None or value == "":
        raise InputRefused(name, f"{label} is missing.")
    text = str(value).strip()
    if asked.type in {"integer", "number"}:
        return _number(name, label, asked, text)
    if asked.type == "choice" and (asked.choices or not asked.choices_from):
        if text not in asked.choices:
            raise InputRefused(name, f"{label} must be one of {', '.join(asked.choices)}.")
        return text
    if asked.type == "name" and not _NAME.fullmatch(text):
        raise InputRefused(name, f"{label} must be a Kubernetes name: small letters, digits, dashes and dots.")
    if asked.pattern and not re2.fullmatch(asked.pattern, text):
        raise InputRefused(name, f"{label} does not look right. {asked.help or f'It must match {asked.pattern}'}")
    return _text(name, label, text)


def must_be_listed(name: str, value: str, listed: Collection[str] | None) -> None:
    """Refuse what the line of `choices_from` does not print; where it did not answer, all but a plain name."""
    if listed is None and not _NAME.fullmatch(value):
        raise InputRefused(name, "What there is to choose from did not come, so only a plain name is taken. Try again.")
    if listed is not None and value not in listed:
        raise InputRefused(name, f"“{value[:40]}” is not, or no longer, among what there is to choose from.")


def _text(name: str, label: str, text: str) -> str:
    if text.startswith("-"):
        raise InputRefused(name, f"{label} may not begin with a dash.")
    if len(text) > MAX_TEXT or not text.isprintable():
        raise InputRefused(name, f"{label} must be one line of at most {MAX_TEXT} characters.")
    return text


def _number(name: str, label: str, asked: Input, text: str) -> str:
    try:
        number: float = int(text) if asked.type == "integer" else float(text)
    except ValueError:
        kind = "a whole number" if asked.type == "integer" else "a number"
        raise InputRefused(name, f"{label} must be {kind}, not “{text[:40]}”.") from None
    least = asked.min if asked.min is not None else 0
    if not math.isfinite(number) or number < least or (asked.max is not None and number > asked.max):
        upto = f" and at most {asked.max:g}" if asked.max is not None else ""
        raise InputRefused(name, f"{label} must be at least {least:g}{upto}, not {text[:40]}.")
    return str(number)


def sample(asked: Input) -> str:
    """Return a value that such an input may have, to try a line with."""
    if asked.default is not None:
        return str(asked.default)
    if asked.type in {"integer", "number"}:
        return str(int(asked.min or 1))
    return asked.choices[0] if asked.choices else ANYTHING
