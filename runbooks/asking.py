"""Ask the world what one line asks: the cluster, an address, Prometheus, a database, a program that is allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from runbooks.compiling import Compiled
from runbooks.connections import Connections
from runbooks.curl.reading import Curl
from runbooks.http import send, service_of
from runbooks.kubectl import Command, parse, run
from runbooks.kubectl.sink import Sink
from runbooks.lines.refusal import LineRefused
from runbooks.model import Runbook
from runbooks.outputs import Printed
from runbooks.postgres.psql_line import Psql


@dataclass(frozen=True)
class Wish:
    """How a line is wanted: its runbook, its time, whether it may change something.

    `pods` asks for the pods themselves beside their table, for findings; `uids` are all that a delete may hit.
    """

    runbook: Runbook | None
    seconds: float
    changing: bool = False
    pods: bool = False
    uids: Mapping[str, str] | None = None


class Asking:
    """The edge: raises what a broken world raises (`executing` makes an Output of it)."""

    def __init__(self, connections: Connections, now: Callable[[], datetime]) -> None:
        self._connections = connections
        self._now = now

    async def ask(self, ready: Compiled, wish: Wish, sink: Sink | None = None) -> Printed:
        """Ask what a line asks; what can be had as it comes goes into the sink, and is not in the answer."""
        if ready.promql:
            answer = await self._connections.prometheus(wish.runbook).ask(ready.promql, timeout=wish.seconds)
            return Printed(answer.text, notes=answer.notes, value=answer.value)
        if ready.psql is not None:
            return await self._sql(ready, ready.psql, wish)
        if ready.tool:
            return await self._connections.tools.run(ready.pipeline.words, timeout=wish.seconds)
        if ready.request is not None:
            return await self._http(ready.request, wish)
        return await self._kubectl(self.command(ready, wish.runbook), wish, sink)

    async def _http(self, request: Curl, wish: Wish) -> Printed:
        target = wish.runbook.kubernetes if wish.runbook else None
        inside = service_of(request.url, target) is not None
        cluster = await self._connections.cluster(wish.runbook) if inside else None
        return await send(request, cluster=cluster, target=target, timeout=wish.seconds)

    async def _sql(self, ready: Compiled, asked: Psql, wish: Wish) -> Printed:
        database = self._connections.database(ready.connection)
        return await database.run(asked, reading=not wish.changing, timeout=wish.seconds)

    async def _kubectl(self, command: Command, wish: Wish, sink: Sink | None) -> Printed:
        cluster = await self._connections.cluster(wish.runbook)
        now, folder = self._now(), wish.runbook.folder if wish.runbook else None
        result = await run(
            command, cluster, now=now, timeout=wish.seconds, folder=folder, whole=wish.pods, uids=wish.uids, sink=sink
        )
        return Printed(result.stdout, result.stderr, result.exit_code, result.notes, objects=result.objects)

    def command(self, ready: Compiled, runbook: Runbook | None) -> Command:
        """Return the line's command, in the runbook's namespace when it names none itself."""
        command = ready.command
        if command is None:
            raise LineRefused("Only a kubectl line can do that.", "Write a line that begins with kubectl.")
        named = command.namespace or command.flag("all-namespaces")
        if named or runbook is None or runbook.kubernetes is None:
            return command
        return parse(("-n", runbook.kubernetes.namespace, *command.words))


__all__ = ["Asking", "Wish"]
