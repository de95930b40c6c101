"""The people, groups and channels every pretend workspace starts with."""

from sandbox.slack.records import APP_NAME, BOT_USER, COLORS, Channel, Group, Person

EVERYBODY = ["U0ALEX", "U0SAM", "U0PRIYA", "U0JO", "U0DANA"]


def people() -> dict[str, Person]:
    found = [
        Person("U0ALEX", "alex", "Alex Rivera", "On call"),
        Person("U0SAM", "sam", "Sam Okafor", "Platform lead"),
        Person("U0PRIYA", "priya", "Priya Nair", "Engineering manager"),
        Person("U0JO", "jo", "Jo Lindqvist", "Support"),
        Person("U0DANA", "dana", "Dana Kim", "Database"),
        Person("U0GUEST", "gus", "Gus Guest", "Guest", is_guest=True),
        Person("U0GONE", "gone", "Gone Person", deleted=True),
        Person(BOT_USER, "muster", APP_NAME, "App", is_bot=True),
    ]
    for person, color in zip(found, COLORS, strict=True):
        person.color = color
    return {person.id: person for person in found}


def groups() -> dict[str, Group]:
    found = [
        Group("S0ONCALL", "oncall", "On call", ["U0ALEX"]),
        Group("S0PLATFORM", "platform-leads", "Platform leads", ["U0SAM"]),
    ]
    return {group.id: group for group in found}


def channels(created: int) -> dict[str, Channel]:
    found = [
        Channel("C0GENERAL", "general", created, "U0PRIYA", purpose="Company-wide announcements"),
        Channel("C0INCIDENTS", "incidents", created, "U0PRIYA", purpose="Every incident is announced here"),
        Channel("C0CRITICAL", "incidents-critical", created, "U0PRIYA", purpose="The worst ones"),
        Channel("C0PLATFORM", "platform", created, "U0SAM", purpose="The platform team"),
    ]
    for channel in found:
        channel.members = list(EVERYBODY)
    for channel in found[1:3]:
        channel.members.append(BOT_USER)
    found[0].members.append("U0GUEST")
    return {channel.id: channel for channel in found}
