"""What a person asks, by whatever payload it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.store.store import By

Value = str | list[str] | None


@dataclass(frozen=True)
class OpenView:
    """A form or a home tab that is open; `hash` guards it against being changed twice."""

    id: str
    hash: str = ""
    inputs: tuple[str, ...] = ()
    """The block ids of its inputs, from the top."""


@dataclass(frozen=True)
class Quoted:
    """A message that a person points at."""

    channel: str
    ts: str
    text: str = ""
    """As Slack holds it."""
    author: str | None = None


@dataclass(frozen=True)
class Asked:
    """What a person asks, by a command, a click, a form, a shortcut or an event."""

    person: str
    key: str | None
    """Under which Slack would deliver the same payload again."""
    channel: str | None = None
    ref: str | None = None
    verb: str = ""
    text: str = ""
    """What follows the verb."""
    mentions: tuple[str, ...] = ()
    value: str = ""
    """A button's value, or what was chosen."""
    form: Mapping[str, Value] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What the form kept since it was opened."""
    view: OpenView | None = None
    quoted: Quoted | None = None
    trigger: str = ""
    ref_word: str = ""
    """The reference as typed, if it stands after the verb."""

    @property
    def words(self) -> list[str]:
        """What follows the verb, as words."""
        return self.text.split()

    @property
    def parts(self) -> list[str]:
        """A button's value, `7/scale-up/token`, as its parts."""
        return self.value.split("/")

    @property
    def by(self) -> By:
        """Who asks, for the record."""
        return By(person=self.person, key=self.key)

    def after(self, count: int) -> str:
        """Return the text after its first words."""
        parts = self.text.split(maxsplit=count)
        return parts[count] if len(parts) > count else ""

    def as_words(self) -> "Asked":
        """Return the same with a reference after the verb read as a word of the text."""
        if not self.ref_word:
            return self
        return replace(self, ref=None, text=f"{self.ref_word} {self.text}".strip(), ref_word="")

    def said(self, name: str) -> str:
        """Return what a person wrote or chose in a form's field; '' for nothing."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def chosen(self, name: str) -> list[str]:
        """Return the boxes that are ticked."""
        value = self.form.get(name)
        return value if isinstance(value, list) else []
