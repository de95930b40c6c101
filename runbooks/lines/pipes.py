"""A whole line: what stands before the first pipe, and the filters after it, all read before anything runs."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from runbooks.lines.catalogue import filter_of, note_on
from runbooks.lines.filtering import Filter, Filtered, Filtering, Flow, Stopped, TooMuch
from runbooks.lines.redirections import Errors
from runbooks.lines.refusal import LineRefused
from runbooks.lines.saving import evidence_name
from runbooks.lines.spreading import spread
from runbooks.lines.words import Line, checked_text, read_line
from runbooks.parts.placeholders import filled

_FOR = re.compile(
    r"for\s++(?P<name>[A-Za-z_][A-Za-z0-9_]*+)\s++in\s++"
    r"(?:\$\((?P<asked>.*?)\)[ \t]*+|`(?P<ticked>[^`]*+)`[ \t]*+|(?P<listed>[^;\n`(]*+))[;\n]\s*+do\s++(?P<body>.*)",
    re.DOTALL,
)
_FAILED, _TIMED_OUT = 2, 124
_ANNOUNCED = re.compile(r"echo(?:[ \t]+(?:\"[^\"`]*\"|'[^']*'|[^\s;&|<>\"'`()]+))*[ \t]*[;\n]\s*")


@dataclass(frozen=True)
class Pipeline:
    """A line that can run: `words` of the command, and the words of each filter.

    `save_as`: keep the output as evidence of that name (`evidence_name` fills it in). `otherwise`: what to print when
    the line fails, which then counts as done; None when nothing was said. `foreach`: a line whose output names the
    items, one a word, or `items` themselves; `{item}` stands for each in `words`, `piped` and `save_as`.
    `assignments`: `PGPASSWORD=…` before psql.
    """

    words: tuple[str, ...]
    piped: tuple[tuple[str, ...], ...] = ()
    assignments: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    errors: Errors = "apart"
    silent: bool = False
    save_as: str = ""
    otherwise: str | None = None
    foreach: "Pipeline | None" = None
    items: tuple[str, ...] = ()

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The filters, their options read. Raises LineRefused."""
        return tuple(filter_of(words) for words in self.piped)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the filters were read."""
        return tuple(note for words in self.piped if (note := note_on(words)))

    @property
    def slow(self) -> bool:
        """Whether a filter may take seconds even for a small text, and so wants a thread of its own."""
        return any(
            name in {"jq", "awk", "gawk", "sed"}
            or (name.endswith("grep") and any(word[:1] == "-" and "o" in word for word in words))
            for name, *words in self.piped
        )

    def filled(self, values: Mapping[str, str]) -> "Pipeline":
        """Put values into the words that were read before: a value is part of one word, whatever it holds.

        Raises LineRefused where a filter cannot work with a value.
        """
        filled_in = replace(
            self,
            words=filled(self.words, values),
            piped=tuple(filled(words, values) for words in self.piped),
            assignments=tuple((name, filled([value], values)[0]) for name, value in self.assignments),
            otherwise=None if self.otherwise is None else filled([self.otherwise], values)[0],
            foreach=self.foreach and self.foreach.filled(values),
        )
        _ = filled_in.filters
        return filled_in

    def through(self, text: str, exit_code: int = 0, errors: str = "") -> Filtered:
        """Send the command's output through the filters; the last one's exit code is the line's.

        `errors` go along where the line says `2>&1`; `Filtered.errors` are those to be shown apart.
        """
        going = self.flowing([text, errors] if self.errors == "mixed" else [text])
        said = "".join(going)
        code = going.exit_code if self.piped else exit_code
        shown = (errors if self.errors == "apart" else "") + "".join(going.errors)
        return Filtered("" if self.silent else said, code, shown)

    def flowing(self, pieces: Iterable[str], stop: threading.Event | None = None) -> "Flowing":
        """Let the filters work on a text as it comes; they end when `stop` is set."""
        named = [(words[0], one) for words, one in zip(self.piped, self.filters, strict=True)]
        return Flowing(named, pieces, stop or threading.Event())


class Flowing:
    """The filters of a line at work: what the last of them yields; then its exit code, and the errors of all.

    As in a shell, one that wants no more ends those before it, and the exit code is that of the last.
    """

    def __init__(self, filters: Sequence[tuple[str, Filter]], pieces: Iterable[str], stop: threading.Event) -> None:
        self.exit_code = 0
        self.errors: list[str] = []
        self._flows = [Flow(name, (), self.errors, stop) for name, _ in filters]
        self._pieces: Iterable[str] = pieces
        for flow, (_, one) in zip(self._flows, filters, strict=True):
            flow.pieces = self._pieces
            self._pieces = self._ended(one(flow), flow)

    def __iter__(self) -> Iterator[str]:
        yield from self._pieces

    def _ended(self, filtering: Filtering, flow: Flow) -> Iterator[str]:
        try:
            self.exit_code = yield from filtering
        except TooMuch as error:
            flow.complain(f"{error} grew beyond 32 MiB or a million parts. Narrow the line before it.")
            self.exit_code = _FAILED
        except Stopped:
            flow.complain("stopped, for the line's time is over.")
            self.exit_code = _TIMED_OUT


def read(line: str, variables: Mapping[str, str] | None = None) -> Pipeline:
    """Read a line whole, the filters' options and patterns too. Raises LineRefused.

    `variables` are the values a runbook declares: `$NAME` becomes its value, as part of one word, never split.
    """
    text = checked_text(line)
    known = dict(variables or {})
    found = _FOR.fullmatch(text)
    looped = _until_done(found["body"]) if found else None
    if found is None or looped is None:
        return _pipeline(read_line(text, known))
    body = read_line(_unannounced(looped), {**known, found["name"]: "{item}"})
    repeated = _pipeline(body)
    if found["listed"] is not None:
        listed = read_line(f"in_ {found['listed']}", known)
        if listed != Line((listed.commands[0],)) or not listed.commands[0][1:]:
            raise LineRefused("The loop has nothing to go over.", "Name the items after `in`.")
        return replace(repeated, items=listed.commands[0][1:])
    return replace(repeated, foreach=_pipeline(read_line(found["asked"] or found["ticked"] or "", known)))


def _until_done(body: str) -> str | None:
    """Leave out a loop's last `; done`; None where it has none."""
    head, done, after = body.rpartition("done")
    kept = head.rstrip()
    ended = kept.endswith(";") or kept != head.rstrip(" \t")
    return kept.removesuffix(";").rstrip() if done and ended and after.strip() in {"", ";"} else None


def _unannounced(body: str) -> str:
    """Leave out `echo "== $pod"` at the beginning of a loop: each item is named anyway."""
    while found := _ANNOUNCED.match(body):
        body = body[found.end() :]
    return body


def _pipeline(line: Line) -> Pipeline:
    if parts := spread(line.commands):
        listing, each = (replace(line, commands=tuple(part)) for part in parts)
        return replace(_pipeline(each), foreach=_pipeline(Line(listing.commands)))
    first, *piped = line.commands
    read_ = Pipeline(
        first,
        tuple(piped),
        line.assignments,
        line.streams.errors,
        line.streams.silent,
        line.streams.save_as,
        line.otherwise,
    )
    _ = read_.filters
    return read_


__all__ = ["LineRefused", "Pipeline", "evidence_name", "read"]
