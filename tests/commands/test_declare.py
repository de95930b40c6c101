"""Declaring: by one line, by the form, from a message; and when the database does not answer."""

from tests.commands.conftest import Human, Office, words_of


async def test_one_line_declares_and_gives_the_channel(office: Office, alex: Human) -> None:
    await alex.type("/incident declare SEV-2 inferadb Checkout errors above 5%")
    told = await alex.told("is declared: <#")
    assert told["text"].startswith("INC-1 is declared")
    incident = await office.incident()
    assert (incident.severity, incident.service, incident.title) == ("SEV-2", "inferadb", "Checkout errors above 5%")
    assert incident.declared_by == "U0ALEX"
