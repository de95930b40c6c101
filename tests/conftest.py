"""What every test stands on: a clean environment, and skips that say how to get what is missing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

HERE = Path(__file__).parent
NEEDS = {
    "browser": ("chromium", "install Debian's package `chromium` to run it"),
    "prometheus": ("prometheus", "install Debian's package `prometheus`, or run `make prometheus`"),
    "kubectl": ("kubectl", "install kubectl to compare with the real one"),
}
THEIRS = ("SLACK_", "MUSTER_", "KUBECONFIG", "PROMETHEUS_URL", "DATABASE_URL", "RUNBOOKS_DIR", "HTTP_", "LOG_FORMAT")
PICTURES = "MUSTER_PICTURES"
"""Where the browser test shall leave the README's pictures; they are made anew with `make browser`."""
KEPT = {PICTURES, "KUBECONFIG_REAL"}
"""What a person sets for the tests themselves; the second names a real cluster for `tests/contract/`."""


def pytest_configure(config: pytest.Config) -> None:
    """Drop what the machine's user has set: a test must never reach a real cluster or workspace. Time no example."""
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    for name in list(os.environ):
        if name not in KEPT and (name.startswith(THEIRS) or name.lower().endswith("_proxy")):
            del os.environ[name]
    tools = HERE.parent / ".tools" / "usr" / "bin"
    os.environ["PATH"] = f"{os.environ['PATH']}{os.pathsep}{tools}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program that this machine has not, and begin with those that wait longest: for real metrics."""
    items.sort(key=lambda item: item.get_closest_marker("prometheus") is None)
    for name, (program, how) in NEEDS.items():
        if shutil.which(program) is None:
            for item in items:
                if item.get_closest_marker(name):
                    item.add_marker(pytest.mark.skip(reason=f"needs {program}: {how}"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failure, but for those that need kubectl."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if "kubectl" not in str(report.longrepr)]
    if skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(skipped)} skipped: in CI that is a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _runtime_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give programs that want one a runtime directory of their own."""
    os.environ["XDG_RUNTIME_DIR"] = str(tmp_path_factory.mktemp("runtime"))
    yield
    os.environ.pop("XDG_RUNTIME_DIR", None)
