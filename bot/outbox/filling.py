"""Places and addresses in an effect's arguments, replaced by what Slack calls them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.store.tables import Place

CHANNEL = re.compile(r"<#(incident/\d+/channel)>")
LINK = re.compile(r"<place:([^|>]+)\|([^>]*)>")
BARE = re.compile(r"<place:([^|>]+)>")
ADDRESS = re.compile(r"<@([^\s<>|@]+@[^\s<>|@]+)>")


def texts(value: Any) -> Iterator[str]:
    """Yield every text in some arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def addresses(arguments: Mapping[str, Any]) -> set[str]:
    """Return the e-mail addresses that are mentioned."""
    return {address for text in texts(arguments) for address in ADDRESS.findall(text)}


def linked(arguments: Any) -> set[str]:
    """Return the places whose permalinks are asked for."""
    return {found[1] for text in texts(arguments) for way in (LINK, BARE) for found in way.finditer(text)}


def filled(value: Any, places: Mapping[str, Place], people: Mapping[str, str]) -> Any:
    """Return the arguments with places and e-mail addresses replaced; what is not known stays as it is written."""
    if isinstance(value, str):
        return _text(value, places, people)
    if isinstance(value, list):
        return [filled(part, places, people) for part in value]
    if isinstance(value, Mapping):
        if "$place" in value:
            return getattr(places[value["$place"]], value["field"])
        return {name: filled(part, places, people) for name, part in value.items()}
    return value


def _text(text: str, places: Mapping[str, Place], people: Mapping[str, str]) -> str:
    text = CHANNEL.sub(_known(lambda found: f"<#{places[found[1]].channel}>", places), text)
    text = BARE.sub(_known(lambda found: places[found[1]].permalink or "", places), text)
    text = LINK.sub(_known(lambda found: _link(places[found[1]], found[2]), places), text)
    return ADDRESS.sub(lambda found: f"<@{people[found[1]]}>" if found[1] in people else found[1], text)


def _link(place: Place, label: str) -> str:
    """Link a label; to what was deleted there is no address, so the label stands alone."""
    return f"<{place.permalink}|{label}>" if place.permalink else label


def _known(write: Callable[[re.Match[str]], str], places: Mapping[str, Place]) -> Callable[[re.Match[str]], str]:
    return lambda found: write(found) if found[1] in places else found[0]
