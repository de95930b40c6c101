"""The commands of psql's own, `\\dt` and its like: what to write instead where there is no psql."""

import re

from runbooks.lines.refusal import LineRefused

NEAREST = {
    "l": "SELECT datname, pg_size_pretty(pg_database_size(datname)) FROM pg_database",
    "dt": "SELECT relname, pg_size_pretty(pg_total_relation_size(relid)) FROM pg_stat_user_tables",
    "di": "SELECT indexrelname, relname, idx_scan FROM pg_stat_user_indexes",
    "du": "SELECT rolname, rolsuper, rolconnlimit FROM pg_roles",
    "dn": "SELECT nspname FROM pg_namespace",
    "dx": "SELECT extname, extversion FROM pg_extension",
    "df": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "dv": "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
    "d": "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'NAME'",
    "conninfo": "SELECT current_user, current_database(), inet_server_addr()",
}
_SWITCHES = {
    "x": "Write `psql -x`.",
    "gx": "Write `psql -x`.",
    "g": "Leave it out.",
    "watch": "Write the query alone, and run the step again.",
    "timing": "Leave it out: how long a line took is told anyway.",
    "pset": "Write it as `-P`, for example `-P null=-`.",
    "copy": "Write `COPY … TO STDOUT`, and keep it as evidence with `> name.csv`.",
}


def refused(command: str) -> LineRefused:
    """Say what to write instead of `\\dt+`."""
    name = command.lstrip("\\")
    plain = re.sub(r"(?<=.)[S+x]+$", "", name)
    query = NEAREST.get(plain) or ("" if not re.fullmatch(r"d[a-zA-Z]*", plain) else NEAREST["d"])
    instead = _SWITCHES.get(name) or (f"For example `{query}`." if query else "Write the query that it would send.")
    return LineRefused(f"`{command}` is a command of psql's own.", instead)


__all__ = ["NEAREST", "refused"]
