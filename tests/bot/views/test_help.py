"""Help is one message that Slack takes, with every way to say something."""

from bot.views.help import Way, help_
from bot.views.message import Message
from commands import verbs
from sandbox.slack.checking import check_message

WAYS = [Way(verb.usage, verb.about) for verb in verbs()]


def texts(shown: Message) -> str:
    return "\n".join(str(block.get("text", {}).get("text", "")) for block in shown.blocks)


def test_all_of_it_fits_one_message() -> None:
    shown = help_(WAYS, WAYS, "INC-7")
    check_message(shown.blocks)
    for way in WAYS:
        assert f"`/incident {way.usage}` {way.about.replace('`', 'ˋ')}" in texts(shown)


def test_it_says_which_incident_is_meant_or_how_to_name_one() -> None:
    assert "About INC-7" in texts(help_(WAYS, [], "INC-7"))
    assert "/incident INC-7 …" in texts(help_(WAYS, [], None))


def test_what_nobody_may_do_here_has_no_heading() -> None:
    assert "Anywhere" not in texts(help_(WAYS, []))
    assert "About" not in texts(help_([], WAYS, "INC-7"))
