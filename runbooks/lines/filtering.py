"""What a filter is: text in, text out, and how its options are read."""

import getopt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runbooks.lines.refusal import LineRefused

LIMIT = 32 * 1024 * 1024
"""How long a filter's output may become: `sed` and `awk` can make much out of little."""
SECONDS = 30.0
"""How long a program of `sed` or `awk` may work: a whole log takes a few seconds."""


@dataclass(frozen=True)
class Filtered:
    """What a filter printed, and its exit code; of a whole line, the errors to be shown apart, too."""

    text: str
    exit_code: int = 0
    errors: str = ""


Filter = Callable[[str], Filtered]
"""A filter whose options are read already."""


@dataclass(frozen=True)
class Options:
    """The options and operands of a filter's words."""

    pairs: tuple[tuple[str, str], ...]
    operands: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return any(option == name for option, _ in self.pairs)

    def last(self, name: str, default: str = "") -> str:
        """Return the value that counts when an option is given twice."""
        return next((value for option, value in reversed(self.pairs) if option == name), default)

    def every(self, name: str) -> list[str]:
        """Return every value of an option."""
        return [value for option, value in self.pairs if option == name]


def options(words: Sequence[str], short: str, long: dict[str, str], *, number: str = "") -> Options:
    """Read a filter's options as GNU does; `number` is the option that `-20` stands for. Raises LineRefused.

    `long` maps `max-count=` (or `count`, without a value) to the short option it stands for.
    """
    name, *rest = words
    if number:
        wants = {f"-{letter}" for letter in re.findall(r"(\w):", short)}
        before = ["", *rest]
        end = rest.index("--") if "--" in rest else len(rest)
        rest = [
            f"-{number}{word[1:]}" if at < end and re.fullmatch(r"-\d+", word) and last not in wants else word
            for at, (last, word) in enumerate(zip(before, rest, strict=False))
        ]
    try:
        pairs, operands = getopt.gnu_getopt(rest, short, list(long))
    except getopt.GetoptError as error:
        raise LineRefused(f"`{name}` here does not know that: {error.msg}.", _known(name, short, long)) from error
    shorter = {f"--{key.rstrip('=')}": f"-{letter}" for key, letter in long.items()}
    return Options(tuple((shorter.get(option, option), value) for option, value in pairs), tuple(operands))


def _known(name: str, short: str, long: dict[str, str]) -> str:
    letters = " ".join(f"-{letter}" for letter in short if letter != ":")
    return f"`{name}` knows {letters or 'no options'}{' and their long names' if long else ''}."


def no_files(words: Sequence[str], operands: Sequence[str]) -> None:
    """Refuse operands that name files; `-` alone is the input."""
    files = [operand for operand in operands if operand != "-"]
    if files:
        raise LineRefused(f"`{words[0]}` would read the file `{files[0]}`, and there are none.", "Pipe a line into it.")


def count(name: str, value: str, *, least: int = 0) -> int:
    """Read a number of lines, bytes or fields."""
    if not re.fullmatch(r"\d{1,9}", value) or int(value) < least:
        raise LineRefused(f"`{name}` wants a number of at least {least}, not `{value}`.")
    return int(value)


def lines(text: str) -> list[str]:
    """Split into lines; a newline at the end makes no further line."""
    if not text:
        return []
    return text.removesuffix("\n").split("\n")


def joined(parts: Sequence[str]) -> str:
    """Put lines together, each with its newline."""
    return "".join(f"{part}\n" for part in parts)


def kept(text: str) -> list[str]:
    """Split into lines that keep their newline, if they had one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]
