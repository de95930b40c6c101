"""`/incident mitigate [MITIGATION]`: do something against it, after seeing what would be sent."""

import re
from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.incidents.growing import question
from bot.incidents.mitigations import Mitigations
from bot.incidents.values import Offered
from bot.listening import Answer, Asked, OpenView, answering_form
from bot.replies import Instead, Screen
from bot.store.tables import Incident
from bot.views import actions, forms, lists
from bot.views import mitigation as views
from bot.views.message import message
from bot.words import loose, meant
from commands.verb import Verb, click
from runbooks.model import Mitigation

VERB = Verb(
    "mitigate",
    "mitigate [MITIGATION]",
    "shows what can be done as buttons; nothing changes before you confirm",
    "/incident mitigate scale-up",
    also=("fix",),
)


def register(app: AsyncApp) -> None:
    VERB.on(app, mitigate)
    click(app, actions.MITIGATE, mitigate)
    click(app, re.compile(f"^{actions.MITIGATION_CHOOSE}(:|$)"), choose)
    click(app, actions.MITIGATION_APPLY, apply)
    click(app, actions.MITIGATION_CANCEL, cancel)
    app.view(actions.MITIGATION_FORM)(answering_form(submit))


async def mitigate(asked: Asked, incident: Incident, mitigations: Mitigations, screen: Screen) -> Answer:
    """Show what there is, or go on with the one that was named."""
    offered = await mitigations.offered(incident.id or 0)
    if not asked.words:
        return lists.offered(incident, offered)
    return await _begin(_named(asked.text, offered), asked, incident, mitigations, screen)


async def choose(asked: Asked, incident: Incident, mitigations: Mitigations, screen: Screen) -> Answer:
    wanted = _named(asked.parts[-1], await mitigations.offered(incident.id or 0))
    return await _begin(wanted, asked, incident, mitigations, screen)


async def _begin(
    wanted: Mitigation, asked: Asked, incident: Incident, mitigations: Mitigations, screen: Screen
) -> Answer:
    """Ask for the inputs, if there are any, else show at once what would be sent."""
    if not wanted.inputs:
        return await _show(wanted.id, {}, asked, incident, mitigations)
    offered = await mitigations.with_inputs(incident.id or 0, wanted)
    opened = await screen.open(forms.mitigation(str(incident.id), asked.channel, offered))
    if question(wanted) or any(one.choices_from for one in wanted.inputs.values()):
        return _with_choices(offered, opened, asked, incident, mitigations, screen)
    return None


async def _with_choices(
    offered: Offered, opened: OpenView, asked: Asked, incident: Incident, mitigations: Mitigations, screen: Screen
) -> None:
    """Draw what there is to choose from into the open form; where nothing answers, the name is typed."""
    found = await mitigations.with_choices(incident.id or 0, offered)
    if found != offered:
        await screen.redraw(opened, forms.mitigation(str(incident.id), asked.channel, found))


async def submit(asked: Asked, incident: Incident, mitigations: Mitigations) -> Answer:
    inputs = {name: value for name, value in asked.form.items() if isinstance(value, str) and value.strip()}
    return await _show(str(asked.kept["mitigation"]), inputs, asked, incident, mitigations)


async def _show(
    id_: str, inputs: Mapping[str, object], asked: Asked, incident: Incident, mitigations: Mitigations
) -> Answer:
    return views.confirmation(await mitigations.request(incident.id or 0, id_, inputs, by=asked.by))


async def apply(asked: Asked, incident: Incident, mitigations: Mitigations) -> Answer:
    _, id_, token = asked.parts
    run = await mitigations.apply(incident.id or 0, id_, token, by=asked.by)
    where = f"<#{incident.channel}>" if incident.channel else f"{incident.ref}'s channel"
    if run.rehearsed:
        return Instead(message(f"Rehearsed: nothing was applied. It is noted in {where}."))
    return Instead(message(f"Applying. Follow it in {where}."))


async def cancel(asked: Asked, incident: Incident, mitigations: Mitigations) -> Answer:
    _, id_, token = asked.parts
    await mitigations.cancel(incident.id or 0, id_, token, by=asked.by)
    return Instead(message("Let go. Nothing was changed."))


def _named(word: str, offered: list[Mitigation]) -> Mitigation:
    meant_by = {loose(said): one for one in offered for said in (one.name, one.id)}
    if found := meant_by.get(loose(word)) or meant_by.get(loose(word.split(maxsplit=1)[0])):
        return found
    near = meant(word, [one.id for one in offered], "`/incident mitigate` shows what there is.")
    raise BadInput(f"The runbook has no mitigation of that name. {near}")
