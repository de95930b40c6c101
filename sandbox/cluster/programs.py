"""What container images do when they run here: how soon ready, when they die, and what they log."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cluster.clock import micro_stamp

Chatter = Callable[[float, random.Random], str]
OUT_OF_MEMORY = 137
CHATTER_EVERY = 2.0
KEPT_SECONDS = 1800.0


@dataclass(frozen=True)
class Program:
    """One image's behaviour; seconds count from the start of the container."""

    ready_in: float | None = 3.0
    dies_in: float | None = None
    exit_code: int = 1
    opening: tuple[str, ...] = ()
    last_words: tuple[str, ...] = ()
    chatter: Chatter | None = None
    pull_seconds: float = 1.2
    memory: Callable[[Mapping[str, Any]], float] | None = None


@dataclass
class Run:
    """One life of a container."""

    program: Program
    started: float
    seed: str
    ended: float | None = None
    exit_code: int = 0
    reason: str = ""

    def lines(self, now: float) -> list[tuple[float, str]]:
        """Give what it has logged until now, with moments; of much talk, what is half an hour old is rotated away."""
        end = min(now, self.ended if self.ended is not None else now)
        found = [(self.started + 0.04 * index, text) for index, text in enumerate(self.program.opening)]
        found += self._chatter(end)
        if self.ended is not None:
            last = self.program.last_words if self.exit_code else ()
            found += [(self.ended - 0.02 * (len(last) - index), text) for index, text in enumerate(last)]
        oldest = end - KEPT_SECONDS if self.program.chatter is not None else self.started
        kept = [(moment, f"{micro_stamp(moment)} {text}") for moment, text in found if oldest <= moment <= end]
        return sorted(kept, key=lambda line: line[0])

    def _chatter(self, end: float) -> list[tuple[float, str]]:
        chatter = self.program.chatter
        begin = self.started + (self.program.ready_in or 0)
        if chatter is None or self.program.ready_in is None:
            return []
        first = max(0, int((end - KEPT_SECONDS - begin) / CHATTER_EVERY))
        found = []
        for index in range(first, int((end - begin) / CHATTER_EVERY) + 1):
            dice = random.Random(f"{self.seed}/{index}")
            moment = begin + index * CHATTER_EVERY + dice.random()
            if moment < end:
                found.append((moment, chatter(moment, dice)))
        return found


@dataclass
class Programs:
    """The registry: which image does what. What matches nothing cannot be pulled."""

    known: list[tuple[re.Pattern[str], Program]] = field(default_factory=list)
    memory: Callable[[Mapping[str, Any], float], float] = field(init=False)
    cpu: Callable[[Mapping[str, Any], float], float] = lambda _pod, _now: 0.12

    def __post_init__(self) -> None:
        self.memory = self._usual_memory

    def _usual_memory(self, pod: Mapping[str, Any], _now: float) -> float:
        """Add up what the images of a pod use, for pods of which nobody else knows."""
        found = [self.find(one["image"]) for one in pod["spec"]["containers"]]
        return sum(one.memory(pod) if one is not None and one.memory else 180.0 * 2**20 for one in found[:1])

    def add(self, pattern: str, program: Program) -> None:
        """Add an image (a regular expression for the whole name); the latest added wins."""
        self.known.insert(0, (re.compile(pattern), program))

    def find(self, image: str) -> Program | None:
        return next((program for pattern, program in self.known if pattern.fullmatch(image)), None)
