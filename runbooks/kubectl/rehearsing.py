"""A line begun without a cluster: what kubectl would find wrong with it before anything is asked."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NoReturn

from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.custom_columns import CustomColumns
from runbooks.kubectl.discovery import Resource, Types
from runbooks.kubectl.go_template import GoTemplate
from runbooks.kubectl.jsonpath import JsonPath
from runbooks.kubectl.jsonpath_reading import BadTemplate
from runbooks.kubectl.performing import perform
from runbooks.kubectl.printing import TEMPLATES, check_format, output_of
from runbooks.kubectl.running import Run
from runbooks.kubectl.well_known import WELL_KNOWN
from runbooks.kubectl.words import Command, Failed

_METRICS = Resource("metrics.k8s.io", "v1beta1", "pods", "pod", "PodMetrics", namespaced=True, preferred=False)


class _Asked(Exception):
    """It has got as far as asking the cluster."""


class _NoCluster(Cluster):
    """Knows the types that nearly every cluster serves; who asks it anything has got far enough."""

    async def ask(self, *_: object, **__: object) -> NoReturn:
        raise _Asked

    async def pour(self, *_: object, **__: object) -> NoReturn:
        raise _Asked


def complaint(command: Command) -> str:
    """Return what kubectl would print of a line that cannot run anywhere; '' where the cluster would have the word.

    It runs in a loop of its own: whoever reads a runbook may have one that runs.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _begun(command)).result()


async def _begun(command: Command) -> str:
    nowhere = _NoCluster(
        None,  # type: ignore[arg-type]  # nothing is sent
        "default",
        asyncio.Semaphore(1),
        {"types": Types((*WELL_KNOWN.resources, _METRICS))},
    )
    going = Run(command, nowhere, datetime.now(UTC))
    try:
        await perform(going)
    except _Asked:
        return _of_format(going)
    return "".join(going.errors) if going.exit_code else ""


def _of_format(run: Run) -> str:
    """What is wrong with the format and its template, whatever the objects are."""
    name, argument = output_of(run)
    template = argument or str(run.command.flag("template") or "")
    try:
        check_format(run)
        if name == "custom-columns":
            CustomColumns(template)
        elif name in {"go-template", "template"}:
            GoTemplate(template)
        elif name in TEMPLATES:
            JsonPath(template)
    except (BadTemplate, Failed) as error:
        return str(error)
    return ""
