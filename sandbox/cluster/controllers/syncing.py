"""What every controller of a workload does: look at each object of its kind that is not on its way out."""

import contextlib
from typing import ClassVar

from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.faults import Fault
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, is_going
from sandbox.cluster.store import Store


class Syncing:
    kind: ClassVar[Kind]

    def __init__(self, store: Store, record: Recorder) -> None:
        self._store, self._record = store, record

    def tick(self) -> None:
        for one in self._store.all(self.kind):
            if not is_going(one):
                with contextlib.suppress(Fault):  # what it would make is there and another's: the next look tries again
                    self.sync(one)

    def sync(self, one: Object) -> None:
        """Bring the cluster one step nearer to what the object says."""
        raise NotImplementedError
