"""`kubectl auth can-i|whoami`: what this account may do."""

from typing import Any

from runbooks.kubectl.go_order import in_go_order
from runbooks.kubectl.jsonpath import go_json, go_value
from runbooks.kubectl.printing import PLAIN_FORMATS, check_format, print_objects
from runbooks.kubectl.rules import listed_rules
from runbooks.kubectl.running import Run
from runbooks.kubectl.tables import columns
from runbooks.kubectl.words import Failed

REVIEWS = "/apis/authorization.k8s.io/v1"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
USAGE = (
    "error: you must specify two arguments: verb resource or verb resource/resourceName.\n"
    "See 'kubectl auth can-i -h' for help and examples.\n"
)
# kubectl/pkg/cmd/auth/cani.go
VERBS = {
    "*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind",
    "impersonate", "approve", "sign", "escalate", "attest",
}  # fmt: skip
VERBS_OF_PATHS = {"*", "get", "put", "post", "head", "options", "delete", "patch"}


async def can_i(run: Run) -> None:
    if run.command.flag("list"):
        if run.command.arguments:
            raise Failed("error: list option must be specified with no arguments\n")
        await _list(run)
        return
    if len(run.command.arguments) != 2:
        raise Failed(USAGE)
    verb, what = run.command.arguments
    spec = {"nonResourceAttributes": {"path": what, "verb": verb}}
    if not what.startswith("/"):
        spec = {"resourceAttributes": await _attributes(run, verb, what)}
    if verb not in (VERBS_OF_PATHS if what.startswith("/") else VERBS):
        run.warn(f"Warning: verb '{verb}' is not a known verb\n")
    status = (await _ask(run, "SelfSubjectAccessReview", spec)).get("status") or {}
    if not run.command.flag("quiet"):
        why = "".join(f" - {status[key]}" for key in ("reason", "evaluationError") if status.get(key))
        run.say("yes" if status.get("allowed") else f"no{why}")
    run.exit_code = 0 if status.get("allowed") else 1


async def _ask(run: Run, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
    return await run.ask_review(f"{REVIEWS}/{kind.lower()}s", body)


async def _attributes(run: Run, verb: str, what: str) -> dict[str, str]:
    word, _, name = what.partition("/")
    namespace = "" if run.all_namespaces else run.namespace
    attributes = {"namespace": namespace, "verb": verb, "resource": word, "name": name}
    attributes["subresource"] = str(run.command.flag("subresource") or "")
    if word != "*":
        found = (await run.types()).named(word)
        if found is None:
            kind, _, group = word.partition(".")
            where = f" in group '{group}'" if group else ""
            run.warn(f"Warning: the server doesn't have a resource type '{kind}'{where}\n")
        else:
            attributes.update(group=found.group, resource=found.plural)
            if not found.namespaced and not run.all_namespaces:
                group = f" in group '{found.group}'" if found.group else ""
                run.warn(f"Warning: resource '{found.plural}' is not namespace scoped{group}\n")
    return {key: value for key, value in attributes.items() if value}


async def _list(run: Run) -> None:
    status = (await _ask(run, "SelfSubjectRulesReview", {"namespace": run.namespace})).get("status") or {}
    rows = listed_rules(status)
    header = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]
    run.out.append(columns(rows if run.command.flag("no-headers") else [header, *rows]))


async def whoami(run: Run) -> None:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    check_format(run, PLAIN_FORMATS)
    review = await run.ask_review(WHO, body)
    if run.command.flag("output") == "json":
        run.out.append(go_json(in_go_order(review), indent=4, ordered=True) + "\n")
        return
    if run.command.flag("output"):
        print_objects(run, [review], as_one=True)
        return
    user = (review.get("status") or {}).get("userInfo") or {}
    rows = [["ATTRIBUTE", "VALUE"]]
    rows += [[title, user[key]] for title, key in (("Username", "username"), ("UID", "uid")) if user.get(key)]
    rows += [["Groups", go_value(user["groups"])]] if user.get("groups") else []
    rows += [[f"Extra: {key}", go_value(user["extra"][key])] for key in sorted(user.get("extra") or {})]
    run.out.append(columns(rows))
