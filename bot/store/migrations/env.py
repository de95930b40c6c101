"""What Alembic runs: the migrations, on the connection it is given.

To write a new one: `python -m bot.store.migrations "what changes"`.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum
from sqlmodel.sql.sqltypes import AutoString

from bot.store import tables
from bot.store.columns import UtcDateTime


def plain(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Write a column's type in SQLAlchemy's own words: a migration never changes when the tables do."""
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, AutoString):
        return "sa.String()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Incident.metadata,
    compare_type=True,
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
