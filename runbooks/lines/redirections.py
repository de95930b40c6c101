"""Where the output and the errors of a line go: together, apart, nowhere, or kept as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runbooks.lines.refusal import LineRefused
from runbooks.lines.saving import evidence
from runbooks.lines.tokens import Token

Errors = Literal["apart", "mixed", "dropped"]


@dataclass(frozen=True)
class Streams:
    """`errors` of the first command; `silent` when the output goes to /dev/null; `save_as` is the name of evidence."""

    errors: Errors = "apart"
    silent: bool = False
    save_as: str = ""


def streams(redirections: Sequence[Sequence[tuple[Token, Token]]], without: str) -> Streams:
    """Follow the redirections of each piped command as a shell would. Raises LineRefused; `without` is the mend."""
    places = [_places(one, without) for one in redirections]
    for out, _ in places[:-1]:
        if out != "out":
            raise LineRefused("`>` before a `|` leaves nothing for what stands after it.", f"Run `{without}`.")
    out = places[-1][0]
    errors: Errors = "apart"
    first_errors = places[0][1]
    if first_errors == "null":
        errors = "dropped"
    elif first_errors != "err":
        errors = "mixed"
    return Streams(errors, silent=out == "null", save_as="" if out in {"out", "null"} else evidence(out))


def _places(redirections: Sequence[tuple[Token, Token]], without: str) -> tuple[str, str]:
    """Return where the output and where the errors go: "out", "err", "null" or a file's name."""
    places = {"1": "out", "2": "err"}
    for token, target in redirections:
        both = token.text.startswith("&") or (token.text == ">&" and target.text not in {"0", "1", "2", "-"})
        descriptor = token.file_descriptor or "1"
        if descriptor not in places or (both and token.file_descriptor):
            raise LineRefused(f"`{descriptor}>` is neither the output nor the errors.", f"Run `{without}`.")
        if token.text == ">&" and not both:
            if target.text not in places:
                raise LineRefused(f"`>&{target.text}` leads nowhere.", f"Run `{without}`.")
            places[descriptor] = places[target.text]
            continue
        place = "null" if target.text == "/dev/null" else target.text
        if target.pattern or not target.text or target.text in {"out", "err", "null"}:
            raise LineRefused(f"`> {target.text}` is no name for evidence.", "Write a plain one, like `> logs.txt`.")
        places.update({"1": place, "2": place} if both else {descriptor: place})
    if places["1"] == "err" or places["2"] not in {"err", "null", places["1"]}:
        raise LineRefused("Errors are shown apart from the output, and cannot be kept alone.", f"Run `{without}`.")
    return places["1"], places["2"]


def teed(words: Sequence[str]) -> str:
    """Return the name that a last `tee` keeps the output under; nothing where it only shows it. Raises LineRefused."""
    names = [word for word in words[1:] if word not in {"-a", "-i", "--append", "/dev/stderr", "/dev/tty", "/dev/null"}]
    if len(names) > 1:
        raise LineRefused("`tee` would write several files.", "Keep one name.")
    return evidence(names[0]) if names else ""
