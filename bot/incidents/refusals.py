"""What a person is told when an incident's rules say no: what happened, then what to do."""

from bot.errors import Told


class NoSuchService(Told):
    """There is no runbook for `{service}`. The services are {services}."""

    field = "service"


class NoSuchSeverity(Told):
    """{service} has no severity `{severity}`. Its ladder is {ladder}."""

    field = "severity"


class SameSeverity(Told):
    """{ref} is {severity} already. Nothing was changed."""

    field = "severity"


class AlreadyAcknowledged(Told):
    """{by} has acknowledged {ref} already. To take command, say `/incident role commander`."""


class NobodyLeft(Told):
    """Everybody on the runbook's list has been called for {ref}. Call {last} again, or ask in {ref}'s channel."""


class NobodyToCall(Told):
    """The runbook of {service} names nobody to call. Mention the person you need in {ref}'s channel."""


class NoSuchStep(Told):
    """The runbook of {service} has no diagnostic `{step}`. It has {steps}."""


class NothingToRun(Told):
    """The runbook of {service} has no diagnostics to {phase}. Run a line yourself: `/incident run kubectl get pods`."""


class LineNotRun(Told):
    """That was not run: {reason} {instead}"""


class NoSuchGraph(Told):
    """The runbook of {service} has no series `{name}`. It has {names}."""


class NothingToDraw(Told):
    """There is nothing to draw for {name}: {reason}"""


class NoSuchMitigation(Told):
    """The runbook of {service} has no mitigation `{mitigation}`. `/incident mitigate` shows those it has."""


class NotOffered(Told):
    """{title} is done by hand: {line}. Write down when you have done it: `/incident note I did …`."""


class UpdateIsNew(Told):
    """{ref} has just been updated, the next update is due at {due}. There is nothing to put off."""


class AlreadyRunning(Told):
    """That is running already. Its summary in the channel fills in within seconds."""


class NoDrills(Told):
    """The runbook of {service} has no drills. Add `drills:` to it, or declare one: `/incident declare --drill`."""


class NoSuchDrill(Told):
    """The runbook of {service} has no drill `{drill}`. Did you mean {drills}?"""
