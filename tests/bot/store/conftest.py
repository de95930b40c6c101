"""Both databases, for every test here that asks for `store` or `database_url`."""

from tests.bot.postgres import database_url, store

__all__ = ["database_url", "store"]
