"""The house stands as DESIGN says: imports run one way, and importing does nothing."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "commands", "runbooks", "sandbox")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NOT_OUR_WORDS = {"manager", "helper", "helpers", "utils", "core", "misc"}


def test_imports_run_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_tells_what_it_is_in_a_sentence_and_is_named_in_the_fields_words(path: Path) -> None:
    tree = ast.parse(path.read_text())
    told = ast.get_docstring(tree)
    assert told, f"{path} has no docstring"
    assert told.split("\n")[0].rstrip()[-1] in ".:!?", f"{path}: its first line is no sentence"
    assert path.stem not in NOT_OUR_WORDS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_runs_a_shell(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            assert not any(word.arg == "shell" for word in node.keywords), f"{path}:{node.lineno}"
            assert "create_subprocess_shell" not in ast.unparse(node.func), f"{path}:{node.lineno}"
            assert ast.unparse(node.func) not in {"os.system", "os.popen"}, f"{path}:{node.lineno}"


def test_blocks_are_made_in_views_alone() -> None:
    elsewhere = [
        path for path in SOURCES if "bot/views" not in path.as_posix() and "slack_sdk.models" in path.read_text()
    ]
    assert not elsewhere


def test_importing_every_module_reaches_for_nothing() -> None:
    """No socket, no file of the user's, no task: a module is only definitions."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES]
    names = [name.removesuffix(".__init__") for name in names if "migrations" not in name]
    program = (
        "import sys, importlib, threading\n"
        "def refuse(event, args):\n"
        "    if event == 'socket.bind' and args[1] == ('::1', 0):\n"
        "        return  # urllib3 asks the machine whether it knows IPv6\n"
        "    if event in ('socket.connect', 'socket.bind', 'subprocess.Popen', 'sqlite3.connect'):\n"
        "        raise SystemExit(f'at import: {event} {args}')\n"
        "sys.addaudithook(refuse)\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_named_packages_are_asked_for() -> None:
    """What the user asked for is what stands in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = " ".join(project["dependencies"])
    for name in (
        "slack-bolt",
        "kubernetes>=37.0.2,<38",
        "prometheus-api-client",
        "apscheduler",
        "sqlmodel",
        "sqlalchemy[asyncio]",
    ):
        assert name in wanted
    assert "pytest" in " ".join(project["optional-dependencies"]["dev"])


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    assert "://" not in text
    for part in text.replace("\\\n", " ").splitlines():
        assert "--hash=sha256:" in part, part
    assert "setuptools==" in text
