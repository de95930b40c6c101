"""An output on its way through the filters of its line: taken as it comes, and ended when they want no more of it."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from runbooks.lines.filtering import Filtered
from runbooks.lines.pipes import Pipeline
from runbooks.outputs import LIMIT, capped
from runbooks.redaction import Redaction

LINES_AT_ONCE = 256
"""Each has a thread of its own, which mostly waits: none may wait for another's."""
_WAITING = 16
_PIECE = 256 * 1024


class Kept:
    """What is kept of an output: its beginning, or of a log its end; and how much was left out."""

    def __init__(self, *, tail: bool) -> None:
        self._tail = tail
        self._parts: deque[str] = deque()
        self._size = 0
        self._left_out = 0

    def add(self, piece: str) -> None:
        """Take a piece."""
        if not self._tail and self._size > LIMIT:
            self._left_out += len(piece)
            return
        self._parts.append(piece)
        self._size += len(piece)
        while self._tail and self._size - len(self._parts[0]) > LIMIT:
            self._size -= len(self._parts[0])
            self._left_out += len(self._parts.popleft())

    def all(self) -> tuple[str, int]:
        """Return it, and how many characters were left out."""
        text, left_out = capped("".join(self._parts), keep_tail=self._tail)
        return text, left_out + self._left_out


class Feed:
    """Pieces on their way from the event loop into a thread; while too many wait there, the source waits here."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(_WAITING)
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._wanted = True

    async def put(self, piece: str) -> None:
        """Send a piece, when there is room for it; none any more when it is not wanted."""
        if self._wanted:
            await self._room.acquire()
            self._pieces.put(piece)

    def unwanted(self) -> None:
        """Say that nobody takes any more."""
        self._wanted = False
        self._room.release()

    def end(self) -> None:
        """Say that no more will come."""
        self._pieces.put(None)

    def __iter__(self) -> Iterator[str]:
        while (piece := self._pieces.get()) is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits for room any more
                self._loop.call_soon_threadsafe(self._room.release)
            yield piece


class Through:
    """The filters of one line, at work in a thread from the first piece on; secrets are taken out before they look.

    `ended` is done as soon as they want no more.
    """

    def __init__(
        self, line: Pipeline, redactions: Sequence[Redaction], pool: ThreadPoolExecutor, *, tail: bool
    ) -> None:
        self.ended: asyncio.Future[Filtered] = asyncio.get_running_loop().create_future()
        self.left_out = 0
        self.begun = False
        self.mixed = line.errors == "mixed"
        self._line = line
        self._redactions = redactions
        self._pool = pool
        self._tail = tail
        self._feed = Feed()
        self._stop = threading.Event()

    async def put(self, piece: str) -> None:
        """Send a piece of the output, or the whole of it; nothing begins the filters, too."""
        if not self.begun:
            self.begun = True
            working = asyncio.get_running_loop().run_in_executor(self._pool, self._work)
            working.add_done_callback(self._ends)
        for at in range(0, len(piece), _PIECE):
            await self._feed.put(piece[at : at + _PIECE])

    async def rest(self, seconds: float) -> Filtered:
        """Say that no more will come; return what was printed, within that time or soon after."""
        self._feed.end()
        if not self.ended.done():
            await asyncio.wait({self.ended}, timeout=seconds)
        self._stop.set()
        return await asyncio.shield(self.ended)

    def abandon(self) -> None:
        """Stop, for nobody waits any more."""
        self._stop.set()
        self._feed.end()

    def _ends(self, working: "asyncio.Future[Filtered]") -> None:
        self._feed.unwanted()
        if error := working.exception():
            self.ended.set_exception(error)
        else:
            self.ended.set_result(working.result())

    def _work(self) -> Filtered:
        pieces: Iterable[str] = self._feed
        for one in self._redactions:
            pieces = _redacted(pieces, one)
        going, kept = self._line.flowing(pieces, self._stop), Kept(tail=self._tail)
        for said in going:
            kept.add(said)
        text, self.left_out = kept.all()
        return Filtered("" if self._line.silent else text, going.exit_code, "".join(going.errors))


def _redacted(pieces: Iterable[str], redaction: Redaction) -> Iterator[str]:
    stream = redaction.stream()
    for piece in pieces:
        yield stream.feed(piece)
    yield stream.rest()
