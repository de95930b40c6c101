"""The texts a person reads when something cannot be done: what happened, then what to do."""

import inspect


class Told(Exception):
    """That did not work. Try again, or ask for help in `/incident help`."""

    field: str | None = None
    """The form's field it is about (its block id), where it came from a form."""

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: object) -> None:
        """Tell `message`, or fill the class's docstring, which is the message's template."""
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or "").format(**values))
        self.values = values
        if field is not None:
            self.field = field


class NoSuchIncident(Told):
    """There is no incident {ref} that you can see. `/incident list` shows those that are open."""


class NoIncidentHere(Told):
    """This channel belongs to no incident. Say which one (`INC-7`), or use the command in an incident's channel."""


class NotAllowed(Told):
    """You may not {what}. Ask {who}."""


class AlreadyResolved(Told):
    """{ref} was already resolved by {by}. `/incident reopen` opens it again."""


class AlreadyClosed(Told):
    """{ref} is {status}, so that cannot be done any more. `/incident reopen` opens it again."""


class StillOpen(Told):
    """{ref} is still open. Nothing needs to be reopened."""


class AlreadyTaken(Told):
    """{by} already has {what}. Nothing was changed."""


class NoLongerOffered(Told):
    """That button has already been used or is out of date. Ask for a new one with `{command}`."""


class BadInput(Told):
    """{problem}. {mend}."""


class Unavailable(Told):
    """Muster's database does not answer, so nothing was changed. Try again in a minute; until then, work by hand."""


class Redelivered(Exception):
    """This payload has already changed what it asks for: there is nothing to do and nobody to tell."""


class SettingsError(Exception):
    """A setting, a token, `muster.yaml` or a runbook is wrong: one line on stderr and exit code 2."""
