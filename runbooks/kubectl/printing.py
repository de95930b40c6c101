"""`-o`: objects as YAML, JSON, names, JSONPath or custom columns."""

import json
from typing import Any

from runbooks.kubectl.custom_columns import CustomColumns
from runbooks.kubectl.go_template import GoTemplate
from runbooks.kubectl.jsonpath import JsonPath, go_json, go_syntax
from runbooks.kubectl.jsonpath_reading import BadTemplate
from runbooks.kubectl.masking import masked
from runbooks.kubectl.objects_text import as_json, as_list, as_yaml, without_managed_fields
from runbooks.kubectl.running import Run
from runbooks.kubectl.words import Failed

FORMATS = (
    "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,"
    "kyaml,name,template,templatefile,wide,yaml"
)
TEMPLATES = {"jsonpath", "jsonpath-as-json", "custom-columns", "go-template", "template"}
PLAIN_FORMATS = (
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml"
)


def output_of(run: Run) -> tuple[str, str]:
    """The format and its argument: `jsonpath={.x}` becomes both, as `jsonpath --template={.x}` does."""
    name, _, argument = str(run.command.flag("output") or "").partition("=")
    return name, argument or str(run.command.flag("template") or "")


def check_format(run: Run, formats: str = FORMATS) -> None:
    """kubectl's words for a format that is none; only templates take an argument."""
    name, _ = output_of(run)
    written = str(run.command.flag("output") or "")
    whole = name if name in TEMPLATES else written
    if whole and whole not in {*formats.split(","), *(TEMPLATES & set(formats.split(",")))}:
        raise Failed(
            "error: unable to match a printer suitable for the output format"
            f" {json.dumps(written, ensure_ascii=False)}, allowed formats are: {formats}\n"
        )


def print_objects(run: Run, objects: list[dict[str, Any]], *, as_one: bool) -> None:
    """Print objects in the format the line asks for; `as_one` prints the only object itself, not a List."""
    name, argument = output_of(run)
    if name == "name":
        run.out += [f"{object_name(one)}\n" for one in objects]
        return
    if name == "kyaml":
        raise Failed("error: KYAML is not printed here: write -o yaml\n")
    if name not in {"json", "yaml"}:
        objects = masked(objects)
    if name == "custom-columns":
        text, problem = CustomColumns(argument, headers=not run.command.flag("no-headers")).text(objects)
        run.out.append(text)
        if problem:
            raise Failed(problem)
        return
    document = objects[0] if as_one and len(objects) == 1 else as_list(objects)
    if name in {"json", "yaml"}:
        run.out.append(_written(run, document, name))
    elif name in {"go-template", "template"}:
        run.out.append(_go_template(argument, document))
    else:
        run.out.append(_jsonpath(run, name, argument, document))


def _written(run: Run, document: dict[str, Any], name: str) -> str:
    if not run.command.flag("show-managed-fields"):
        document = without_managed_fields(document)
        if document.get("kind") == "List" and "items" in document:
            document = {**document, "items": [without_managed_fields(one) for one in document["items"]]}
    return as_yaml(document) if name == "yaml" else as_json(document)


def _go_template(template: str, document: Any) -> str:
    if not template:
        raise Failed("error: template format specified but no template given\n")
    try:
        return GoTemplate(template).text(document)
    except BadTemplate as error:
        problem = f"error: error executing template {json.dumps(template, ensure_ascii=False)}: {error}\n"
        raise Failed(problem) from error


def _jsonpath(run: Run, name: str, template: str, document: Any) -> str:
    if not template:
        raise Failed("error: template format specified but no template given\n")
    try:
        path = JsonPath(template, missing=run.command.flag("allow-missing-template-keys", True))
    except BadTemplate as error:
        raise Failed(f"error: error parsing jsonpath {template}, {error}\n") from error
    try:
        if name == "jsonpath-as-json":
            return go_json(path.values(document), indent=4) + "\n"
        return path.text(document)
    except BadTemplate as error:
        quoted = json.dumps(template, ensure_ascii=False)
        raise Failed(
            f"error: error executing jsonpath {quoted}: Error executing template: {error}. Printing more"
            f" information for debugging the template:\n\ttemplate was:\n\t\t{template}\n"
            f"\tobject given to jsonpath engine was:\n\t\t{go_syntax(document)}\n\n\n"
        ) from error


def object_name(one: dict[str, Any]) -> str:
    """`deployment.apps/web`."""
    kind, version = str(one.get("kind", "")).lower(), str(one.get("apiVersion", ""))
    group = version.partition("/")[0] if "/" in version else ""
    name = (one.get("metadata") or {}).get("name", "")
    return f"{kind}.{group}/{name}" if group else f"{kind}/{name}"
