"""`/sandbox/*`: what the page, the command line and tests do to the company."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.application import Application
from sandbox.company import Company
from sandbox.stories import STORIES, story_of

Json = dict[str, Any]
Act = Callable[[Company, Json], Awaitable[Json]]
LONGEST_TURN = 6 * 3600.0


class Refused(Exception):  # it is the answer: one sentence
    """What cannot be done, in one sentence."""


def routes(company: Company) -> list[web.RouteDef]:
    """Give the control routes."""

    async def done(request: web.Request) -> web.Response:
        act = ACTS.get(request.match_info["what"])
        if act is None:
            return _answer({"error": f"There is no control {request.match_info['what']!r}."}, 404)
        try:
            return _answer({"ok": True, **await act(company, await _body(request))})
        except Refused as problem:
            return _answer({"ok": False, "error": str(problem)}, 400)

    async def state(_: web.Request) -> web.Response:
        return _answer(state_of(company))

    async def calls(_: web.Request) -> web.Response:
        return web.json_response(list(company.workspace.calls))

    return [
        web.get("/sandbox/state", state),
        web.get("/sandbox/calls", calls),
        web.post("/sandbox/{what:.+}", done),
    ]


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.json_response({"ok": status < 400} | body, status=status)


async def _body(request: web.Request) -> Json:
    """Read the body; another site's page cannot send JSON here without asking first."""
    if not await request.read():
        return {}
    if request.content_type != "application/json":
        raise Refused("Send JSON, with Content-Type: application/json.")
    try:
        body = await request.json()
    except ValueError:
        raise Refused("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused("The body is not a JSON object.")
    return body


def state_of(company: Company) -> Json:
    """Say how the company is."""
    stories = [
        {"service": s.service, "name": s.name, "title": s.title, "about": s.about, "active": s.is_on(company.scene)}
        for s in STORIES
    ]
    services = [_service(one) for one in company.applications.values()]
    return {"stories": stories, "services": services, "clock": company.clock(), "prometheus": _prometheus(company)}


def _prometheus(company: Company) -> Json:
    """Say how the graphs are; while they are not ready, a question waits for its answer."""
    graphs = company.prometheus
    return {"running": graphs.is_running, "ready": graphs.is_ready, "url": graphs.url, "trouble": graphs.trouble}


def _service(application: Application) -> Json:
    health, seen = application.health, application.seen()
    return {
        "service": application.profile.service,
        "healthy": application.is_well(),
        "error_ratio": round(health.error_ratio, 5),
        "p99_seconds": round(health.p99, 4),
        "replicas": {"ready": seen.ready, "desired": seen.desired},
    }


async def _break(company: Company, body: Json) -> Json:
    story = story_of(str(body.get("service")), str(body.get("story")))
    if story is None:
        known = ", ".join(f"{one.service} {one.name}" for one in STORIES)
        raise Refused(f"There is no story {body.get('service')} {body.get('story')}. There is: {known}.")
    if story.is_on(company.scene):
        raise Refused(f"{story.title} is already on for {story.service}. Heal it first.")
    story.begin(company.scene)
    return {"about": story.about}


async def _heal(company: Company, body: Json) -> Json:
    service = body.get("service")
    if service is not None and str(service) not in company.applications:
        raise Refused(f"There is no service {service}. There is: {', '.join(company.applications)}.")
    return {"healed": company.heal(service)}


async def _reset(company: Company, _body: Json) -> Json:
    await company.reset()
    return {"prometheus": _prometheus(company)}


async def _clock(company: Company, body: Json) -> Json:
    seconds, speed = body.get("advance_seconds"), body.get("speed")
    if not isinstance(seconds, int | float) and not isinstance(speed, int | float):
        raise Refused("Say advance_seconds or speed, as a number.")
    try:
        if isinstance(speed, int | float):
            company.clock.run_at(float(speed))
    except ValueError as problem:
        raise Refused(f"{str(problem).capitalize()}.") from None
    if isinstance(seconds, int | float):
        if not 0 <= seconds <= LONGEST_TURN:
            raise Refused(f"The clock turns ahead by at most {LONGEST_TURN / 3600:.0f} hours.")
        company.turn(float(seconds))
    return {"clock": company.clock()}


async def _faults(company: Company, body: Json) -> Json:
    """Order faults of the pretend Slack (`method`), or of the cluster (`"of": "cluster"`)."""
    times, status = body.get("times", 1), body.get("status")
    if not isinstance(times, int) or times < 1:
        raise Refused("times is a number from 1.")
    if body.get("of") == "cluster":
        if not isinstance(status, int) or not 400 <= status < 600:
            raise Refused("status of a cluster's fault is a number from 400 to 599.")
        company.cluster.faults += [(status, str(body.get("message", "the server is not well")))] * times
        return {}
    if not isinstance(status, int | str) or (isinstance(status, int) and status and not 400 <= status < 600):
        raise Refused('status is 0, a number from 400 to 599, "lost", "hang", or an error of the Web API.')
    after = body.get("retry_after", 1)
    if not isinstance(after, int) or after < 0:
        raise Refused("retry_after is a number of seconds.")
    company.workspace.faults.add(str(body.get("method", "*")), status, times=times, retry_after=after)
    return {}


async def _clear_faults(company: Company, _body: Json) -> Json:
    company.workspace.faults.clear()
    company.cluster.faults.clear()
    return {}


async def _clear_calls(company: Company, _body: Json) -> Json:
    company.workspace.calls.clear()
    return {}


async def _delivery(company: Company, body: Json) -> Json:
    mode = body.get("mode")
    if mode not in {"socket", "http"}:
        raise Refused('mode is "socket" or "http".')
    delivery = company.workspace.delivery
    delivery.mode, delivery.url = mode, str(body.get("url", delivery.url))
    return {}


async def _again(company: Company, body: Json) -> Json:
    """Deliver the last payload again, all copies at once, as Slack does when an acknowledgement is lost."""
    times, delivery = body.get("times", 1), company.workspace.delivery
    if not isinstance(times, int) or not 1 <= times <= 100:
        raise Refused("times is a number from 1 to 100.")
    if not delivery.log:
        raise Refused("Nothing has been delivered yet.")
    answered = await delivery.again(times)
    return {"acknowledged": sum(one.ok for one in answered)}


async def _refresh(company: Company, _body: Json) -> Json:
    """Ask every connection of Socket Mode to come back, as Slack does every few hours."""
    await company.workspace.delivery.sockets.refresh()
    return {}


ACTS: dict[str, Act] = {
    "break": _break,
    "heal": _heal,
    "reset": _reset,
    "clock": _clock,
    "faults": _faults,
    "faults/clear": _clear_faults,
    "calls/clear": _clear_calls,
    "delivery": _delivery,
    "again": _again,
    "refresh": _refresh,
}
