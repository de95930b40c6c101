"""How large a volume shall become: read from its claim, which says more of it than `df` does."""

import re
from collections.abc import Mapping

from runbooks.model import Mitigation
from runbooks.signs.memory import next_limit
from runbooks.signs.remedies import act_of, filled

_CLAIM = re.compile(r"\bpatch (?:pvc|persistentvolumeclaims?)[ /]([a-z0-9][a-z0-9.-]*)(?=\s|$)")
_NAMESPACE = re.compile(r"(?:-n|--namespace)[ =]([a-z0-9][a-z0-9-]*)")


def question(mitigation: Mitigation) -> str | None:
    """Return the line that asks a claim for its size; None where none is enlarged, or it is not known which."""
    line = " ".join(mitigation.line.split())
    claim, namespace = _CLAIM.search(line), _NAMESPACE.search(line)
    if not mitigation.inputs or claim is None or act_of(mitigation) != "grow-volume":
        return None
    where = f" -n {namespace[1]}" if namespace else ""
    return f"kubectl get pvc {claim[1]}{where} -o jsonpath='{{.status.capacity.storage}}'"


def grown(mitigation: Mitigation, capacity: str) -> Mapping[str, str]:
    """Return the inputs for the next size up, as far as the mitigation's bounds allow."""
    wanted = next_limit(capacity)
    return {name: str(value) for name, value in filled(mitigation, {"storage": wanted}).items()} if wanted else {}
