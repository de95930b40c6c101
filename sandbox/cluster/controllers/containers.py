"""One container's life on a node: pull, start, be ready, die, back off, start again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.cluster.clock import stamp
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.objects import Object, name_of, namespace_of, uid_of
from sandbox.cluster.programs import OUT_OF_MEMORY, Programs, Run

FIRST_DELAY, LONGEST_DELAY, FORGIVEN_AFTER = 10.0, 300.0, 600.0
CREATE_SECONDS, BACK_OFF_EVENT_EVERY = 0.25, 12.0


class Step(StrEnum):
    NEW = "new"
    PULLING = "pulling"
    NO_IMAGE = "no image"
    RUNNING = "running"
    DEAD = "dead"
    DONE = "done"


@dataclass
class Container:
    """What the kubelet remembers of a container; `due` is when its next step comes."""

    name: str
    image: str
    limit: float | None
    step: Step = Step.NEW
    due: float = 0.0
    tries: int = 0
    delay: float = 0.0
    backing_off: bool = False
    reminded: float = 0.0
    restarts: int = 0
    runs: list[Run] = field(default_factory=list)

    @property
    def run(self) -> Run | None:
        """Give the present or latest life."""
        return self.runs[-1] if self.runs else None

    def mark(self, now: float) -> tuple[object, ...]:
        """Give what its status depends on."""
        return self.step, self.is_ready(now), self.backing_off, self.restarts, self.delay, self.tries, self.image

    def is_ready(self, now: float) -> bool:
        run = self.run
        if self.step is not Step.RUNNING or run is None or run.program.ready_in is None:
            return False
        return now >= run.started + run.program.ready_in


class Hand:
    """Moves one container on, one step at a time, and writes the events of it."""

    def __init__(self, programs: Programs, record: Recorder, now: Callable[[], float]) -> None:
        self._programs, self._record, self._now = programs, record, now

    def move(self, pod: Object, one: Container, here: set[str]) -> None:
        """Take every step that is due; `here` are the images this node has."""
        now = self._now()
        if one.step is Step.NEW:
            self._pull(pod, one, here)
        elif one.step is Step.PULLING and now >= one.due:
            self._pulled(pod, one, here)
        elif one.step is Step.NO_IMAGE and now >= one.due:
            self._pull(pod, one, here)
        elif one.step is Step.RUNNING:
            self._live(pod, one)
        elif one.step is Step.DEAD:
            self._wait(pod, one)

    def stop(self, pod: Object, one: Container) -> None:
        """Say that a container is being stopped for its pod's deletion."""
        if one.step is Step.RUNNING:
            self._say(pod, one, "Killing", f"Stopping container {one.name}")

    def end(self, one: Container, exit_code: int, reason: str) -> None:
        run = one.run
        if run is not None and run.ended is None:
            run.ended, run.exit_code, run.reason = self._now(), exit_code, reason

    def _say(self, pod: Object, one: Container, reason: str, message: str, *, warn: bool = False) -> None:
        write = self._record.warning if warn else self._record.normal
        path = f"spec.containers{{{one.name}}}"
        write(pod, reason, message, component="kubelet", host=pod["spec"]["nodeName"], path=path)

    def _pull(self, pod: Object, one: Container, here: set[str]) -> None:
        program = self._programs.find(one.image)
        if one.image in here:
            self._say(pod, one, "Pulled", f'Container image "{one.image}" already present on machine')
            one.step, one.due = Step.PULLING, self._now() + CREATE_SECONDS
            return
        self._say(pod, one, "Pulling", f'Pulling image "{one.image}"')
        one.step, one.due = Step.PULLING, self._now() + (program.pull_seconds if program else 1.0)

    def _pulled(self, pod: Object, one: Container, here: set[str]) -> None:
        program = self._programs.find(one.image)
        if program is None:
            self._no_image(pod, one)
            return
        if one.image not in here:
            took = f"{int(program.pull_seconds * 1000)}ms" if program.pull_seconds < 1 else f"{program.pull_seconds:g}s"
            text = f'Successfully pulled image "{one.image}" in {took} ({took} including waiting). '
            self._say(pod, one, "Pulled", f"{text}Image size: 84213760 bytes.")
            here.add(one.image)
        self._start(pod, one)

    def _start(self, pod: Object, one: Container) -> None:
        program = self._programs.find(one.image)
        if program is None:
            self._no_image(pod, one)
            return
        self._say(pod, one, "Created", f"Created container: {one.name}")
        self._say(pod, one, "Started", f"Started container {one.name}")
        one.restarts += bool(one.runs)
        one.runs = [*one.runs[-1:], Run(program, self._now(), f"{uid_of(pod)}/{one.name}/{one.restarts}")]
        one.step, one.backing_off = Step.RUNNING, False

    def _no_image(self, pod: Object, one: Container) -> None:
        why = f'failed to resolve reference "{one.image}": {one.image}: not found'
        text = f'rpc error: code = NotFound desc = failed to pull and unpack image "{one.image}": {why}'
        self._say(pod, one, "Failed", f'Failed to pull image "{one.image}": {text}', warn=True)
        self._say(pod, one, "Failed", "Error: ErrImagePull", warn=True)
        self._say(pod, one, "BackOff", f'Back-off pulling image "{one.image}"')
        self._say(pod, one, "Failed", "Error: ImagePullBackOff", warn=True)
        one.tries += 1
        one.delay = min(FIRST_DELAY * 2 ** (one.tries - 1), LONGEST_DELAY)
        one.step, one.due = Step.NO_IMAGE, self._now() + one.delay

    def _live(self, pod: Object, one: Container) -> None:
        run, now = one.run, self._now()
        if run is None:
            return
        if one.limit is not None and self._programs.memory(pod, now) > one.limit:
            self._die(pod, one, OUT_OF_MEMORY, "OOMKilled")
        elif run.program.dies_in is not None and now >= run.started + run.program.dies_in:
            code = run.program.exit_code
            self._die(pod, one, code, "Completed" if code == 0 else "Error")
        elif one.delay and now >= run.started + FORGIVEN_AFTER:
            one.delay = 0.0

    def _die(self, pod: Object, one: Container, code: int, reason: str) -> None:
        self.end(one, code, reason)
        policy = pod["spec"].get("restartPolicy", "Always")
        if policy == "Never" or (policy == "OnFailure" and code == 0):
            one.step = Step.DONE
            return
        one.step, one.due = Step.DEAD, self._now() + max(one.delay, CREATE_SECONDS * 2)
        one.reminded = self._now()

    def _wait(self, pod: Object, one: Container) -> None:
        """Wait out the back-off; then start again, with twice the patience next time."""
        now = self._now()
        if now >= one.due:
            one.delay = min(one.delay * 2, LONGEST_DELAY) if one.delay else FIRST_DELAY
            here = f'Container image "{one.image}" already present on machine'
            self._say(pod, one, "Pulled", here)
            self._start(pod, one)
            return
        fresh = not one.backing_off and now - one.reminded >= 1
        if one.delay and (fresh or now - one.reminded >= BACK_OFF_EVENT_EVERY):
            one.backing_off, one.reminded = True, now
            where = f"{name_of(pod)}_{namespace_of(pod)}({uid_of(pod)})"
            message = f"Back-off restarting failed container {one.name} in pod {where}"
            self._say(pod, one, "BackOff", message, warn=True)


def container_status(pod: Object, one: Container, now: float) -> Object:
    """Write a container's status as the API shows it."""
    run = one.run
    previous = one.runs[-2] if len(one.runs) > 1 else None
    made = {"name": one.name, "state": _state(pod, one), "lastState": {}, "ready": one.is_ready(now)}
    if one.step is Step.DEAD and one.backing_off:
        previous = run
    if previous is not None:
        made["lastState"] = {"terminated": _terminated(pod, one, previous)}
    made |= {"restartCount": one.restarts, "image": one.image, "imageID": one.image if run else ""}
    if run is not None:
        made["containerID"] = f"containerd://{_identity(pod, one, run)}"
    return made | {"started": one.step is Step.RUNNING}


def _identity(pod: Object, one: Container, run: Run) -> str:
    return f"{uid_of(pod).replace('-', '')}{int(run.started * 1000):x}"


def _terminated(pod: Object, one: Container, run: Run) -> Object:
    return {
        "exitCode": run.exit_code,
        "reason": run.reason,
        "startedAt": stamp(run.started),
        "finishedAt": stamp(run.ended or run.started),
        "containerID": f"containerd://{_identity(pod, one, run)}",
    }


def _state(pod: Object, one: Container) -> Object:
    run = one.run
    if one.step is Step.RUNNING and run is not None:
        return {"running": {"startedAt": stamp(run.started)}}
    if one.step is Step.NO_IMAGE:
        text = f'Back-off pulling image "{one.image}"'
        return {"waiting": {"reason": "ImagePullBackOff" if one.tries > 1 else "ErrImagePull", "message": text}}
    if one.backing_off:
        where = f"{name_of(pod)}_{namespace_of(pod)}({uid_of(pod)})"
        text = f"back-off {_short(one.delay)} restarting failed container={one.name} pod={where}"
        return {"waiting": {"reason": "CrashLoopBackOff", "message": text}}
    if run is not None:
        return {"terminated": _terminated(pod, one, run)}
    return {"waiting": {"reason": "ContainerCreating"}}


def _short(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
