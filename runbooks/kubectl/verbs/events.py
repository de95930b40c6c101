"""`kubectl events`: what happened, oldest first."""

from typing import Any

from runbooks.kubectl.described import moment, since
from runbooks.kubectl.gosort import go_sorted
from runbooks.kubectl.printing import PLAIN_FORMATS, check_format, output_of, print_objects
from runbooks.kubectl.running import Run, segment
from runbooks.kubectl.tables import cell, columns
from runbooks.kubectl.targets import MANY_SLASHES, resource
from runbooks.kubectl.words import Failed

TYPES = {"normal", "warning"}


async def events(run: Run) -> None:
    check_format(run, PLAIN_FORMATS)
    kinds = {kind.lower() for kind in run.command.flag("types") or []}
    if kinds - TYPES:
        raise Failed("error: valid --types are Normal or Warning\n")
    where = "" if run.all_namespaces else f"/namespaces/{segment(run.namespace)}"
    query = [*(await _about(run)), ("limit", str(run.command.flag("chunk-size")))]
    found = (await run.read_list(f"/api/v1{where}/events", query)).get("items") or []
    found = [one for one in found if not kinds or one.get("type", "").lower() in kinds]
    run.objects += found
    name, _ = output_of(run)
    if not found:
        run.warn("No events found." if run.all_namespaces else f"No events found in {run.namespace} namespace.")
    elif name in {"", "wide"}:
        run.out.append(_table(run, go_sorted(found, lambda one, two: moment(one) < moment(two))))
    elif name != "name":
        print_objects(run, [{"apiVersion": "v1", "kind": "Event", **one} for one in found], as_one=False)


async def _about(run: Run) -> list[tuple[str, str]]:
    """The selector of `--for kind/name`."""
    written = run.command.flag("for")
    if not written:
        return []
    kind, slash, name = str(written).partition("/")
    if "/" in name:
        raise Failed(MANY_SLASHES)
    if not slash or not name:
        raise Failed("error: --for must be in resource/name form\n")
    one = await resource(run, kind)
    terms = {"kind": one.kind, "apiVersion": one.api_version, "name": name}
    return [("fieldSelector", ",".join(f"involvedObject.{key}={value}" for key, value in terms.items()))]


def _table(run: Run, found: list[dict[str, Any]]) -> str:
    header = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    rows = [_row(run, one) for one in found]
    if run.all_namespaces:
        header = ["NAMESPACE", *header]
    return columns(rows if run.command.flag("no-headers") else [header, *rows])


def _row(run: Run, one: dict[str, Any]) -> list[str]:
    about = one.get("involvedObject") or {}
    subject = f"{about.get('kind', '')}/{about.get('name', '')}"
    row = [since(run, one), one.get("type", ""), one.get("reason", ""), subject, cell(one.get("message", "").strip())]
    return [one["metadata"].get("namespace", ""), *row] if run.all_namespaces else row
