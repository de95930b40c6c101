"""The Job controller: a pod that runs to its end, tried again as often as `backoffLimit` says."""

from sandbox.cluster.clock import moment_of, stamp
from sandbox.cluster.controllers.pods import delete_pod, new_pod, pods_of
from sandbox.cluster.controllers.syncing import Syncing
from sandbox.cluster.kinds import JOBS
from sandbox.cluster.objects import Object, condition, copied, is_going, is_ready, name_of, uid_of

COMPONENT = "job-controller"
FIRST_DELAY, LONGEST_DELAY = 10.0, 360.0
UID, NAME = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"


class Jobs(Syncing):
    kind = JOBS

    def _is_done(self, job: Object) -> bool:
        return any((condition(job, kind) or {}).get("status") == "True" for kind in ("Complete", "Failed"))

    def _selected(self, job: Object) -> Object:
        """Fill in the selector and labels that a job has of its uid, as the API server does."""
        changed = copied(job)
        own = {UID: uid_of(job), NAME: name_of(job), "controller-uid": uid_of(job), "job-name": name_of(job)}
        changed["spec"]["selector"] = {"matchLabels": {UID: uid_of(job)}}
        changed["spec"]["template"].setdefault("metadata", {}).setdefault("labels", {}).update(own)
        return self._store.replace(JOBS, changed)

    def sync(self, one: Object) -> None:
        if self._is_done(one):
            return
        job = one if "selector" in one["spec"] else self._selected(one)
        pods = pods_of(self._store, job)
        phases = [pod["status"].get("phase") for pod in pods]
        done, failed = phases.count("Succeeded"), phases.count("Failed")
        active = [pod for pod in pods if pod["status"].get("phase") in {"Pending", "Running"} and not is_going(pod)]
        ended = None
        if done >= job["spec"]["completions"]:
            ended = ("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
            self._record.normal(job, "Completed", "Job completed", component=COMPONENT)
        elif reason := self._too_much(job, failed):
            ended = ("Failed", *reason)
            self._record.warning(job, *reason, component=COMPONENT)
            for pod in active:
                delete_pod(self._store, pod)
        elif not job["spec"].get("suspend"):
            self._start(job, pods, active, failed)
        counts = {"active": 0 if ended else len(active), "succeeded": done, "failed": failed}
        counts["ready"] = 0 if ended else sum(is_ready(pod) for pod in active)
        self._report(job, counts, ended)

    def _too_much(self, job: Object, failed: int) -> tuple[str, str] | None:
        """Say why a job is given up: too many failures, or too long."""
        started, seconds = job.get("status", {}).get("startTime"), job["spec"].get("activeDeadlineSeconds")
        if failed > job["spec"]["backoffLimit"]:
            return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        if seconds is not None and started and self._store.now() >= moment_of(started) + seconds:
            return "DeadlineExceeded", "Job was active longer than specified deadline"
        return None

    def _start(self, job: Object, pods: list[Object], active: list[Object], failed: int) -> None:
        """Start what is missing, after a failure with patience."""
        if failed:
            delay = min(FIRST_DELAY * 2 ** (failed - 1), LONGEST_DELAY)
            latest = max(moment_of(pod["metadata"]["creationTimestamp"]) for pod in pods)
            if self._store.now() < latest + delay:
                return
        done = sum(pod["status"].get("phase") == "Succeeded" for pod in pods)
        for _ in range(min(job["spec"]["parallelism"], job["spec"]["completions"] - done) - len(active)):
            pod = new_pod(self._store, job)
            self._record.normal(job, "SuccessfulCreate", f"Created pod: {name_of(pod)}", component=COMPONENT)

    def _report(self, job: Object, counts: dict[str, int], ended: tuple[str, str, str] | None) -> None:
        before, now = job.get("status", {}), stamp(self._store.now())
        status: Object = {"startTime": before.get("startTime", now), "uncountedTerminatedPods": {}, "terminating": 0}
        status |= {word: count for word, count in counts.items() if count or word == "ready"}
        if ended is not None:
            words = {"lastProbeTime": now, "lastTransitionTime": now, "reason": ended[1], "message": ended[2]}
            before_that = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[ended[0]]
            status["conditions"] = [{"type": kind, "status": "True"} | words for kind in (before_that, ended[0])]
            status |= {"completionTime": now} if ended[0] == "Complete" else {}
        if status != before:
            self._store.replace(JOBS, copied(job) | {"status": status})
