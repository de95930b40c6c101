"""One Muster serves from a SQLite file; a second one is told so, and the next one finds the file free."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.store.alone import alone
from bot.store.database import read_url


def test_a_second_one_on_the_same_file_is_told_who_has_it(tmp_path: Path):
    (tmp_path / "link.db").symlink_to(tmp_path / "muster.db")
    with alone(read_url(f"sqlite:///{tmp_path}/muster.db")):
        for name in ("muster.db", "link.db", "../" + tmp_path.name + "/muster.db"):
            with (
                pytest.raises(SettingsError, match=r"another Muster \(process \d+\) already serves from .*muster\.db;"),
                alone(read_url(f"sqlite:///{tmp_path}/{name}")),
            ):
                raise AssertionError(name)
        with alone(read_url(f"sqlite:///{tmp_path}/other.db")):
            pass


def test_when_the_first_has_ended_the_next_may_serve(tmp_path: Path):
    for _ in range(3):
        with alone(read_url(f"sqlite:///{tmp_path}/muster.db")):
            pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////nowhere/x.db", "postgresql://x/y"])
def test_what_has_no_file_or_knows_many_is_not_locked(url: str):
    with alone(read_url(url)), alone(read_url(url)):
        pass
