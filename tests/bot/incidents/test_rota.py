"""Who holds a role from the start, whatever Slack says or does not say."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.incidents.lifecycle import Incidents
from bot.incidents.permission import Member
from bot.incidents.rota import Rota
from bot.incidents.values import Declaration
from bot.store.store import By
from bot.store.tables import Role

from .conftest import ALEX, JO, PRIYA, SAM, House, Known
from .responding import responding

HELD = [{"role": "commander", "person": "on-call"}, {"role": "communications", "person": "manager"}, {"role": "scribe"}]


@dataclass
class Phonebook:
    """Slack's people, as a test says they are."""

    groups: dict[str, list[str]] = field(default_factory=lambda: {"S0ONCALL": ["U0GONE", "U0BOT", "U0GUEST", SAM, JO]})
    silent: bool = False

    async def member(self, person: str) -> Member:
        return Member(person, gone=person == "U0GONE", bot=person == "U0BOT", guest=person == "U0GUEST")

    async def group(self, group: str) -> list[str]:
        if self.silent:
            await asyncio.Event().wait()
        return self.groups.get(group, [])

    async def address(self, address: str) -> str | None:
        return {"priya@example.com": PRIYA, "left@example.com": "U0GONE"}.get(address)


@pytest.mark.parametrize(
    ("known", "holder"),
    [
        (SAM, SAM),
        ("S0ONCALL", SAM),
        ("S0EMPTY", None),
        ("priya@example.com", PRIYA),
        ("nobody@example.com", None),
        ("left@example.com", None),
        ("U0GONE", None),
        ("U0GUEST", None),
        (None, None),
    ],
)
async def test_a_role_goes_to_whoever_is_there(known: str | None, holder: str | None) -> None:
    rota = Rota(Known({"on-call": known} if known else {}), Phonebook())
    found = await rota.holders(responding(roles=HELD[:1]))
    assert found == ({Role.COMMANDER: holder} if holder else {})


async def test_a_group_that_slack_does_not_tell_of_leaves_its_role_open_and_no_other() -> None:
    rota = Rota(Known(), Phonebook(silent=True), patience=0.01)
    assert await rota.holders(responding(roles=HELD)) == {Role.COMMUNICATIONS: PRIYA}


async def test_the_on_call_person_is_commander_from_the_start(house: House) -> None:
    house.runbooks["inferadb"] = responding(roles=HELD)
    incidents = Incidents(house.store, house.telling, None, Rota(Known(), Phonebook()))
    incident = await incidents.declare(Declaration("x", "inferadb", "SEV-3"), by=By(ALEX))
    assert (incident.commander, incident.communications, incident.scribe) == (SAM, PRIYA, None)
    assert incident.acknowledged_at is None
    (card,) = await house.said("incident/1/card")
    assert "*Commander*\n<@U0SAM>" in card
    assert "*Communications lead*\n<@U0PRIYA>" in card
    assert (await house.effects("invite"))[0].arguments["users"] == [ALEX, SAM, PRIYA, "S0ONCALL"]
    assert [(entry.text, entry.person) for entry in (await house.entries())[1:3]] == [
        ("Commander by the runbook", SAM),
        ("Communications lead by the runbook", PRIYA),
    ]


async def test_who_acknowledges_leaves_the_runbooks_commander_in_command(house: House) -> None:
    house.runbooks["inferadb"] = responding(roles=HELD)
    incidents = Incidents(house.store, house.telling, None, Rota(Known(), Phonebook()))
    await incidents.declare(Declaration("x", "inferadb", "SEV-3"), by=By(ALEX))
    assert (await incidents.acknowledge(1, by=By(JO))).commander == SAM
