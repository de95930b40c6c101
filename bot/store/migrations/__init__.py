"""The migrations: bring a database to this version's shape, in one transaction and under a lock."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.errors import SettingsError

LOCK = 7_305_718_462
"""An arbitrary number that PostgreSQL locks for as long as one replica migrates."""


def upgrade(connection: Connection) -> None:
    """Run what is missing. The connection is in a transaction; on SQLite that is the lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise SettingsError(
            f"DATABASE_URL leads to a database of a newer Muster ({error}); start that version, or use another database"
        ) from None


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's settings for these scripts."""
    settings = Config()
    settings.set_main_option("script_location", "bot.store:migrations")
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def newest() -> str | None:
    """Return the revision that this version of Muster wants."""
    return ScriptDirectory.from_config(config()).get_current_head()
