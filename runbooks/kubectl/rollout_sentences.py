"""How far a rollout is, in the sentences of kubectl's rollout_status.go."""

from typing import Any

from runbooks.kubectl.revisions import REVISION, annotations

State = tuple[str, bool]
ROLLING = "RollingUpdate"


class RolloutFailed(Exception):
    """The rollout did not finish; the text is kubectl's."""


def sentence(one: dict[str, Any], revision: int = 0) -> State:
    """The sentence of this moment and whether it is done; RolloutFailed when it will not finish."""
    kind = str(one.get("kind"))
    if kind not in SENTENCES:
        raise RolloutFailed(f"no status viewer has been implemented for {full_kind(one)}")
    return SENTENCES[kind](one, revision)


def full_kind(one: dict[str, Any]) -> str:
    """`Pod`, `Job.batch`: a kind as Go prints it with its group."""
    group = str(one.get("apiVersion", "")).rpartition("/")[0]
    return f"{one.get('kind')}.{group}" if group else str(one.get("kind"))


def without_visitor(one: dict[str, Any], what: str) -> str:
    """What kubectl says of a kind that has no revisions at all."""
    group = str(one.get("apiVersion", "")).rpartition("/")[0]
    kind = f"{{{group} {one.get('kind')}}}"
    return f'error: error retrieving {what} for "{full_kind(one)}", no visitor method exists for {kind}\n'


VISITED = {
    "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet", "CronJob",
}  # fmt: skip


def _parts(one: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any], bool]:
    metadata, status = one["metadata"], one.get("status") or {}
    seen = metadata.get("generation", 0) <= status.get("observedGeneration", 0)
    return metadata["name"], one.get("spec") or {}, status, seen


def _deployment(one: dict[str, Any], revision: int) -> State:
    name, spec, status, seen = _parts(one)
    running = annotations(one).get(REVISION, "0")
    if revision > 0 and str(revision) != running:
        raise RolloutFailed(f"desired revision ({revision}) is different from the running revision ({running})")
    if not seen:
        return "Waiting for deployment spec update to be observed...", False
    for condition in status.get("conditions") or []:
        if condition.get("type") == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise RolloutFailed(f'deployment "{name}" exceeded its progress deadline')
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    updated, wanted = status.get("updatedReplicas", 0), spec.get("replicas", 1)
    total, available = status.get("replicas", 0), status.get("availableReplicas", 0)
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def _daemon_set(one: dict[str, Any], _: int) -> State:
    name, spec, status, seen = _parts(one)
    _check_strategy(spec)
    if not seen:
        return "Waiting for daemon set spec update to be observed...", False
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    wanted, updated = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0)
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...", False
    available = status.get("numberAvailable", 0)
    if available < wanted:
        return f"{waiting}{available} of {wanted} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def _stateful_set(one: dict[str, Any], _: int) -> State:
    _name, spec, status, seen = _parts(one)
    _check_strategy(spec)
    if not seen or not status.get("observedGeneration"):
        return "Waiting for statefulset spec update to be observed...", False
    wanted, ready, updated = spec.get("replicas", 1), status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...", False
    rolling = (spec.get("updateStrategy") or {}).get("rollingUpdate")
    if rolling is not None:
        share = wanted - rolling.get("partition", 0)
        if updated < share:
            waiting = "Waiting for partitioned roll out to finish: "
            return f"{waiting}{updated} out of {share} new pods have been updated...", False
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    latest, current = status.get("updateRevision"), status.get("currentRevision")
    if latest != current:
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {latest}...", False
    done = status.get("currentReplicas", 0)
    return f"statefulset rolling update complete {done} pods at revision {current}...", True


def _check_strategy(spec: dict[str, Any]) -> None:
    if (spec.get("updateStrategy") or {}).get("type", ROLLING) != ROLLING:
        raise RolloutFailed(f"rollout status is only available for {ROLLING} strategy type")


SENTENCES = {"Deployment": _deployment, "DaemonSet": _daemon_set, "StatefulSet": _stateful_set}
