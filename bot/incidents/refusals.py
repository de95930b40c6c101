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
    """The runbook of {service} has no diagnostic or scenario `{step}`. {meant}"""


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


class AlreadyApplying(Told):
    """{title} has just been sent by {by}, so it was not sent a second time. Follow it in {ref}'s channel."""


class NotToBeDone(Told):
    """Somebody has ticked that already, or it is gone. Nothing was changed."""


class NoChecklist(Told):
    """The runbook of {service} has no checklist for this incident. `/incident runbook` shows what it has."""


class NoSuchChecklist(Told):
    """There is no checklist `{name}`. There are {names}."""


class NothingToHandOver(Told):
    """You hold no role in {ref}, so there is nothing to hand over. `/incident role commander @somebody` gives one."""


class NotYourHandoff(Told):
    """That was offered to {whom}, so only they can take it. To take a role yourself, say `/incident role commander`."""


class HandoffOver(Told):
    """That handoff is no longer open, so nothing was changed. `/incident role` shows who has what in {ref}."""


class AlreadySettled(Told):
    """That has been settled meanwhile, so nothing was changed. The list in {ref}'s channel says by whom."""


class UpdateIsNew(Told):
    """{ref} has just been updated, so nothing was posted. The next update is due at {due}."""


class UpdateIsDue(Told):
    """The update on {ref} is due now, so it cannot be put off. Post one, or Muster posts what it knows."""


class AlreadyWritten(Told):
    """The postmortem of {ref} was written a moment ago, so no second one was. It is on its way into the channel."""


class AlreadyRunning(Told):
    """That is running already. Its summary in the channel fills in within seconds."""


class NoDrills(Told):
    """The runbook of {service} has no drills. Add `drills:` to it, or declare one: `/incident declare --drill`."""


class NoSuchDrill(Told):
    """The runbook of {service} has no drill `{drill}`. {meant}"""
