"""A plain kustomization beside the runbook: resources and bases, a namespace, a prefix, images, ConfigMaps."""

import copy
from pathlib import Path
from typing import Any

import yaml

from runbooks.kubectl import go_yaml
from runbooks.kubectl.manifests import Manifest, check_names, objects_of
from runbooks.kubectl.words import Failed

FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KNOWN = {
    "apiVersion", "kind", "metadata", "resources", "namespace", "namePrefix", "nameSuffix", "configMapGenerator",
    "generatorOptions", "commonAnnotations", "images",
}  # fmt: skip
UNPREFIXED = {"Namespace", "CustomResourceDefinition"}
CLUSTER_WIDE = {
    "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "PersistentVolume", "StorageClass",
    "PriorityClass", "IngressClass",
}  # fmt: skip
NAMING = {"serviceAccountName", "serviceName", "secretName", "claimName", "ingressClassName"}
REFERRING = {
    "configMapKeyRef", "configMapRef", "secretKeyRef", "secretRef", "configMap", "scaleTargetRef", "service", "roleRef",
    "subjects", "imagePullSecrets",
}  # fmt: skip
ORDER = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
)  # fmt: skip
Thing = dict[str, Any]


def read_kustomization(folder: Path | None, name: str) -> list[Manifest]:
    """What kustomize would build of that folder and of the bases it names. Failed for what is not built here."""
    check_names([name])
    if folder is None:
        raise _missing(name)
    objects = _built(folder.resolve(), name, (folder / name).resolve(), ())
    return [Manifest(name, one) for one in sorted(objects, key=_rank)]


def _missing(name: str) -> Failed:
    return Failed(f'error: must build at directory: not a valid directory: "{name}" does not lie beside the runbook\n')


def _built(root: Path, name: str, place: Path, above: tuple[Path, ...]) -> list[Thing]:
    """The objects of one folder, its bases' first put into the form that they ask for themselves."""
    file = next((place / one for one in FILES if (place / one).is_file()), None)
    if file is None or not file.resolve().is_relative_to(root):
        raise _missing(name)
    if place in above:
        raise Failed(f"error: the kustomization in {name} is a base of itself\n")
    document = _read(file, name)
    objects = []
    for resource in document.get("resources") or []:
        path = (place / str(resource)).resolve()
        if path.is_dir():
            objects += _built(root, str(resource), path, (*above, place))
        else:
            objects += _of_file(root, str(resource), path)
    objects += [_config_map(document, one) for one in document.get("configMapGenerator") or []]
    if document.get("namePrefix") or document.get("nameSuffix"):
        _check_references(objects, {str(one["metadata"].get("name", "")) for one in objects})
    for one in objects:
        _placed(document, one)
    return objects


def _of_file(root: Path, name: str, path: Path) -> list[Thing]:
    if not path.is_relative_to(root) or not path.is_file():
        raise Failed(f'error: the path "{name}" does not exist\n')
    return [copy.deepcopy(one.document) for one in objects_of(name, path)]


def _read(file: Path, name: str) -> Thing:
    try:
        document = go_yaml.document(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Failed(f"error: the kustomization in {name} cannot be read: {error}\n") from error
    if not isinstance(document, dict):
        raise Failed(f"error: the kustomization in {name} is no object\n")
    if unknown := sorted(set(document) - KNOWN):
        raise Failed(
            f"error: `{unknown[0]}` of a kustomization is not built here; put what `kubectl kustomize` prints into a"
            " file beside the runbook, and apply that\n"
        )
    return document


def _config_map(document: Thing, generator: Thing) -> Thing:
    data = {}
    for literal in generator.get("literals") or []:
        key, equals, value = str(literal).partition("=")
        if not equals:
            raise Failed(f"error: invalid literal source {literal}, expected key=value\n")
        data[key] = value.strip("\"'")
    if set(generator) - {"name", "namespace", "literals", "options"}:
        raise Failed("error: only literals are read of a configMapGenerator here\n")
    options = {**(document.get("generatorOptions") or {}), **(generator.get("options") or {})}
    name = str(generator.get("name", ""))
    if not options.get("disableNameSuffixHash"):
        raise Failed(
            "error: a hash in a generated name is not computed here; set options.disableNameSuffixHash, or put what"
            " `kubectl kustomize` prints beside the runbook\n"
        )
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _check_references(value: Any, names: set[str], within: str = "") -> None:
    """kustomize also renames what names a renamed object; that is not done here."""
    if isinstance(value, list):
        for one in value:
            _check_references(one, names, within)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str) and one in names and (key in NAMING or (within in REFERRING and key == "name")):
                raise Failed(f"error: `{key}: {one}` names an object that gets a prefix; that is not followed here\n")
            _check_references(one, names, key)


def _placed(document: Thing, one: Thing) -> None:
    """Its name, namespace, annotations and images."""
    metadata = one["metadata"]
    if one["kind"] not in UNPREFIXED:
        affixes = document.get("namePrefix") or "", document.get("nameSuffix") or ""
        metadata["name"] = f"{affixes[0]}{metadata.get('name', '')}{affixes[1]}"
    if document.get("namespace") and one["kind"] not in CLUSTER_WIDE:
        metadata["namespace"] = document["namespace"]
    if document.get("commonAnnotations"):
        metadata["annotations"] = {**(metadata.get("annotations") or {}), **document["commonAnnotations"]}
    for image in document.get("images") or []:
        _renamed(one, image)


def _renamed(value: Any, image: Thing) -> None:
    if isinstance(value, list):
        for one in value:
            _renamed(one, image)
    elif isinstance(value, dict):
        written = value.get("image")
        if isinstance(written, str):
            tag = written.rsplit("/", 1)[-1].partition(":")[2]
            base = written.removesuffix(f":{tag}")
            if base == image.get("name"):
                value["image"] = f"{image.get('newName', base)}:{image.get('newTag', tag)}".rstrip(":")
        for one in value.values():
            _renamed(one, image)


def _rank(one: Thing) -> int:
    return ORDER.index(one["kind"]) if one["kind"] in ORDER else len(ORDER)
