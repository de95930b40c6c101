"""Which objects a line's words mean, as far as they tell without asking: for the rights it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runbooks.kubectl.access import Right
from runbooks.kubectl.discovery import Resource
from runbooks.kubectl.kustomizing import read_kustomization
from runbooks.kubectl.manifests import Manifest, read_manifests
from runbooks.kubectl.well_known import type_of, type_of_manifest, types_named
from runbooks.kubectl.words import Command

CHOSEN = "987654321"
"""Stands in a line for what is chosen when it runs: a name that holds it may be any."""


@dataclass(frozen=True)
class Meant:
    """A type, and the name and namespace of the object a line means; without a name, all that its selectors pick.

    `chosen`: one object is meant, and which one is known when the line runs.
    """

    resource: Resource
    name: str = ""
    namespace: str = ""
    chosen: bool = False

    def right(self, verb: str, part: str = "") -> Right:
        one = self.resource
        unknown = one.kind if not one.version else ""
        return Right(verb, one.group, one.plural, part, self.name, self.namespace if one.namespaced else "", unknown)

    @property
    def kind(self) -> tuple[str, str]:
        return self.resource.group, self.resource.plural

    def every(self) -> "Meant":
        """All of its type there."""
        return replace(self, name="", chosen=False)

    def beside(self, group: str, plural: str) -> Right:
        """List another type in its namespace."""
        return Right("list", group, plural, namespace=self.namespace if self.resource.namespaced else "")


@dataclass(frozen=True)
class Line:
    """A command, the namespace it is run in (none: all), and the folder of its manifests."""

    command: Command
    namespace: str
    folder: Path | None = None

    def meant(self, arguments: Sequence[str] | None = None) -> list[Meant]:
        """The objects of the line's arguments or manifests."""
        if self.command.flag("filename") or self.command.flag("kustomize"):
            return [self.of_manifest(one) for one in self.manifests()]
        words = list(self.command.arguments if arguments is None else arguments)
        if not words:
            return []
        if "/" in words[0]:
            pairs = [one.partition("/") for one in words]
            return [self.one(type_of(kind), name) for kind, _, name in pairs]
        types = [one for kind in words[0].split(",") for one in types_named(kind)]
        return [self.one(one, name) for one in types for name in words[1:] or [""]]

    def one(self, resource: Resource, name: str = "", namespace: str = "") -> Meant:
        where = _known(namespace or self.namespace) if resource.namespaced else ""
        return Meant(resource, _known(name), where, chosen=CHOSEN in name)

    def manifests(self) -> list[Manifest]:
        files, built = self.command.flag("filename") or [], self.command.flag("kustomize")
        return read_kustomization(self.folder, str(built)) if built else read_manifests(self.folder, files)

    def of_manifest(self, manifest: Manifest) -> Meant:
        one = manifest.document
        metadata = one["metadata"]
        resource = type_of_manifest(one["apiVersion"], one["kind"])
        return self.one(resource, str(metadata.get("name", "")), str(metadata.get("namespace") or ""))

    def pods(self) -> Meant:
        return self.one(type_of("pods"))


def _known(name: str) -> str:
    return "" if CHOSEN in name else name
