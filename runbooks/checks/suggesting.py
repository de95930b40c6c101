"""What a misspelt key was meant to be: the nearest of those that may stand there, or where it belongs."""

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from runbooks.checks.documents import Path
from runbooks.model import Runbook

_BEGINNING = 5


def suggestion(path: Path, given: object) -> str:
    """Say what to write in the place of a key that is not known."""
    key = str(path[-1])
    if given is None and (" " in key or key[:1].isupper()):
        return "put the text before it into quotes: inside { } a comma ends it"
    if not key.isprintable():
        return "there is a sign in it that cannot be seen; type the line anew"
    around = _at(path[:-1])
    known = _keys(around) if around else []
    if near := _near(key.lower().replace("-", "_"), known):
        return f"did you mean `{near}`?"
    if (home := _homes().get(key)) and around is not home[1]:
        return f"it belongs under `{home[0]}`"
    return f"known are: {', '.join(known)}" if known else "docs/runbooks.md lists the keys"


def _near(key: str, known: list[str]) -> str:
    """The most alike, or one that begins alike: `updates` is `update_every`."""
    alike = difflib.get_close_matches(key, known, 1, 0.7)
    return next(iter([*alike, *(one for one in known if one[:_BEGINNING] == key[:_BEGINNING])]), "")


def _keys(part: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def _at(path: Path) -> type[BaseModel] | None:
    """Find the part that stands at a path; a list's number and an input's name lead into what they hold."""
    part: type[BaseModel] | None = Runbook
    skip = False
    for step in path:
        if part is None:
            return None
        if isinstance(step, int) or skip:
            skip = False
            continue
        field = next((one for name, one in part.model_fields.items() if step in {name, one.alias}), None)
        if field is None:
            return None
        skip = str(field.annotation).startswith("dict")
        part = next(_parts(field.annotation), None)
    return part


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _parts(one)


def _homes() -> dict[str, tuple[str, type[BaseModel]]]:
    """Keys that stand in one part of a runbook alone, and where."""
    found: dict[str, list[tuple[str, type[BaseModel]]]] = {}
    for name, field in Runbook.model_fields.items():
        for part in _parts(field.annotation):
            for key in _keys(part):
                found.setdefault(key, []).append((name, part))
    return {key: places[0] for key, places in found.items() if len(places) == 1}
