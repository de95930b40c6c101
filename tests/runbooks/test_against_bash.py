"""A whole line prints what a shell prints with kubectl and the GNU programs: both ask the same cluster."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from runbooks.model import Diagnostic
from runbooks.running import ClusterPlace, Connections, Runner
from sandbox.cluster.alone import serving, still_cluster
from tests.runbooks.examples import runbook
from tests.runbooks.lines.test_against_gnu import GNU

LINES = """\
kubectl get pods -n inferadb | grep -v NAME | wc -l
kubectl get pods -n inferadb --no-headers | awk '{print $3}' | sort | uniq -c
kubectl get pods -n inferadb -o yaml | grep -o 'hostIP: .*' | sort | uniq -c
kubectl get pods -A | awk 'NR>1{print $1}' | sort | uniq -c | sort -rn
kubectl logs deployment/inferadb -n inferadb | head -3
kubectl logs deployment/inferadb -n inferadb | grep -c INFO
kubectl logs deployment/inferadb -n inferadb 2>&1 | head -1
kubectl logs nosuch -n inferadb | wc -l
kubectl logs nosuch -n inferadb 2>&1 | grep -c NotFound
kubectl logs -l app=inferadb -n inferadb --prefix --tail=2 | cut -d' ' -f1 | sort | uniq -c
kubectl get deploy -n inferadb -o yaml | grep image: | sed 's/.*image: //' | sort -u
kubectl describe deployment inferadb -n inferadb | sed -n '/Events/,$p'
kubectl get pods -n inferadb | sed ':a;N;$!ba;s/\\n/;/g' | wc -l
kubectl get pods -n inferadb -o name | xargs -n2 | tac
kubectl get pods -n inferadb | grep nothing
kubectl get nosuch 2>/dev/null | wc -l
"""


@pytest.mark.skipif(
    not (shutil.which("kubectl") and shutil.which("bash") and GNU),
    reason="This compares with a shell's line; install kubectl, bash and the GNU programs.",
)
async def test_a_line_prints_what_it_prints_in_a_shell(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}  # kubectl keeps a cache there
    unlike: dict[str, object] = {}
    async with serving(still_cluster()) as (_, path), Connections({"prod": ClusterPlace(path)}) as connections:
        for line in LINES.splitlines():
            ours = await Runner(connections).run_step(Diagnostic.model_validate({"id": "a", "run": line}), runbook())
            script = f'kubectl() {{ command kubectl --context=kubectl "$@"; }}; {line}'
            shell = await asyncio.create_subprocess_exec(
                "bash", "-c", script, stdout=-1, stderr=-1, env={**variables, "KUBECONFIG": str(path)}
            )
            out, errors = await shell.communicate()
            theirs = (out.decode(), shell.returncode, errors.decode())
            if (ours.text, ours.exit_code, ours.errors) != theirs:
                unlike[line] = ((ours.text, ours.exit_code, ours.errors), theirs)
    assert not unlike
