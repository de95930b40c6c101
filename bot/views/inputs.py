"""What forms are made of: texts, choices, numbers, and a severity's ladder."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from bot.views.message import LABEL, cut, section
from runbooks.model import Input, Severity

LONG = 3_000  # of a plain text input
DESCRIPTION = 75  # of an option


def mitigation_input(name: str, wanted: Input, known: str | None = None, choices: Sequence[str] = ()) -> InputBlock:
    """Make the input that fits a mitigation's placeholder; `known` is its value so far, `choices` what there is."""
    label = wanted.label or name.replace("_", " ").capitalize()
    default = known or (None if wanted.default is None else str(wanted.default))
    some = wanted.choices or choices
    # a field that is drawn anew with something else needs another block, or Slack keeps what the old one showed
    block = ":".join(part for part in (name, "chosen" if choices else "", (known or "")[:60]) if part)
    if some:
        return select_input(name, label, [(one, one) for one in some], default, hint=wanted.help, block=block)
    if wanted.type in {"integer", "number"}:
        return _input(block, label, _number(name, wanted, default), hint=wanted.help, required=default is None)
    return text_input(
        name, label, hint=wanted.help, initial=default or "", required=default is None, limit=253, block=block
    )


def severity_input(block: str, ladder: Sequence[Severity], chosen: str | None, *, telling: str = "") -> InputBlock:
    """Make the select of a ladder, each step with what it means; `telling` is the action that tells of a choice."""
    options = [_option(one.key, one.key, one.meaning) for one in ladder][:100]
    element = StaticSelectElement(
        action_id=telling or "severity",
        placeholder="How bad is it?",
        options=options,
        initial_option=next((one for one in options if one.value == chosen), None),
    )
    drawn = _input(block, "Severity", element)
    drawn.dispatch_action = bool(telling) or None
    return drawn


def text_input(
    name: str,
    label: str,
    *,
    hint: str = "",
    initial: str = "",
    required: bool = True,
    long: bool = False,
    limit: int = LONG,
    block: str = "",
) -> InputBlock:
    """Make a text input; block and action are both called as the field, unless the block is named."""
    element = PlainTextInputElement(
        action_id=name, multiline=long, max_length=limit, initial_value=cut(initial, limit) or None
    )
    return _input(block or name, label, element, hint=hint, required=required)


def select_input(
    name: str,
    label: str,
    values: Sequence[tuple[str, str]],
    initial: str | None = None,
    *,
    hint: str = "",
    block: str = "",
) -> InputBlock:
    """Make a select of (value, label)."""
    options = [_option(value, shown) for value, shown in values][:100]
    chosen = next((one for one in options if one.value == initial), None)
    element = StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    return _input(block or name, label, element, hint=hint)


def notice(block: str, text: str) -> SectionBlock:
    """Make a line that can be drawn anew."""
    drawn = section(text)
    drawn.block_id = block
    return drawn


def _input(
    block: str, label: str, element: InputInteractiveElement, *, hint: str = "", required: bool = True
) -> InputBlock:
    return InputBlock(
        block_id=block,
        label=PlainTextObject(text=cut(label, 200)),
        hint=PlainTextObject(text=hint) if hint else None,
        element=element,
        optional=not required,
    )


def _number(name: str, wanted: Input, default: str | None) -> NumberInputElement:
    whole = wanted.type == "integer"
    return NumberInputElement(
        action_id=name,
        is_decimal_allowed=not whole,
        initial_value=default,
        min_value=_bound(wanted.min, whole=whole),
        max_value=_bound(wanted.max, whole=whole),
    )


def _bound(value: float | None, *, whole: bool) -> str | None:
    if value is None:
        return None
    return str(int(value)) if whole else str(value)


def _option(value: str, label: str, about: str = "") -> Option:
    return Option(
        value=value,
        text=PlainTextObject(text=cut(label, LABEL)),
        description=PlainTextObject(text=cut(about, DESCRIPTION)) if about else None,
    )
