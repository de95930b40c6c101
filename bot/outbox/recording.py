"""An effect, written down."""

from datetime import datetime

from bot.outbox.effects import Effect
from bot.store.tables import EffectRow


def row_of(effect: Effect, *, now: datetime, key: str | None = None) -> EffectRow:
    """Return the row that will be sent as soon as it is its turn."""
    return EffectRow(
        key=key or effect.key,
        incident=effect.incident,
        method=effect.method,
        arguments=effect.arguments,
        lane=effect.lane,
        needs=list(effect.needs),
        gives=effect.gives,
        replaces=effect.replaces,
        not_before=now,
        wanted_at=now,
    )
