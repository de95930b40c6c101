"""`python -m bot.store.migrations "what changes"`: write the migration from the last one to today's tables."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from bot.store.migrations import config, upgrade


def write(message: str) -> None:
    """Compare a database made by the migrations so far with the tables, and write down the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'before.db'}")
        with engine.begin() as connection:
            upgrade(connection)
        with engine.connect() as connection:
            number = len(list((Path(__file__).parent / "versions").glob("0*.py"))) + 1
            command.revision(config(connection), message=message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]))
