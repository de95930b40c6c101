"""`muster export INC-7`: the postmortem, or every record of an incident, from the database alone."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.errors import NoSuchIncident, SettingsError, Told
from bot.incidents.postmortems import Postmortems
from bot.incidents.references import number_of
from bot.incidents.telling import Telling
from bot.settings import People, Settings
from bot.store.columns import Table
from bot.store.store import Store
from runbooks.reading import RunbookError, library


async def export(settings: Settings, ref: str, form: str) -> int:
    """Print one incident; an incident that is not there is said on stderr."""
    store = Store(settings.database_url.get_secret_value(), now=lambda: datetime.now(UTC))
    _must_exist(store)
    try:
        await store.open()
        number = number_of(ref)
        if number is None:
            raise NoSuchIncident(ref=ref)
        sys.stdout.write(await (_markdown if form == "md" else _json)(settings, store, number))
    except Told as told:
        print(f"muster: {told}", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1
    finally:
        await store.close()
    return 0


def _must_exist(store: Store) -> None:
    """Refuse a file that is not there, instead of making an empty database."""
    path = store.database.url.database
    if store.database.is_sqlite and path and not Path(path).exists():
        raise SettingsError(f"DATABASE_URL: there is no database {path}")


async def _markdown(settings: Settings, store: Store, number: int) -> str:
    try:
        runbooks = library(settings.runbooks_dir)
    except RunbookError as error:
        raise SettingsError(str(error)) from None
    return await Postmortems(store, Telling(runbooks, People({}))).markdown(number)


async def _json(_settings: Settings, store: Store, number: int) -> str:
    async with store.reading() as reading:
        incident = await reading.incident(number)
        runs = await reading.diagnoses(number)
        document = {
            "incident": _shown(incident),
            "timeline": _each(await reading.entries(number)),
            "updates": _each(await reading.updates(number)),
            "diagnoses": [_shown(run) | {"outputs": _each(await reading.outputs(run.id or 0))} for run in runs],
            "mitigations": _each(await reading.mitigations(number)),
            "notices": _each(await reading.notices(number)),
            "ticks": _each(await reading.ticks(number)),
            "handoffs": _each(await reading.handoffs(number)),
            "follow_ups": _each(await reading.follow_ups(number)),
            "linked": [other.ref for other in await reading.links(number) if not other.private],
        }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _each(rows: Sequence[Table]) -> list[dict[str, Any]]:
    return [_shown(row) for row in rows]


def _shown(row: Table) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"token"})
