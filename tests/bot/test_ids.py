import pytest

from bot.ids import is_group, is_id, is_user
from bot.settings import People


@pytest.mark.parametrize(
    ("who", "user", "group"),
    [
        ("U0ALEX", True, False),
        ("W012A3CDE", True, False),
        ("UHLKXABCD", True, False),
        ("S0ONCALL", False, True),
        ("SRE", False, False),
        ("WEBOPS", False, False),
        ("U", False, False),
        ("U0alex", False, False),
        ("Wanda@example.com", False, False),
        ("", False, False),
    ],
)
def test_an_id_is_told_from_a_name_in_capitals(who: str, user: bool, group: bool) -> None:
    assert (is_user(who), is_group(who), is_id(who)) == (user, group, user or group)


def test_a_runbooks_name_in_capitals_is_nobody_before_muster_yaml_says_who_it_is() -> None:
    assert People({}).resolve("SRE") is None
    assert People({"SRE": "S0ONCALL"}).resolve("SRE") == "S0ONCALL"
    assert People({}).resolve("S0ONCALL") == "S0ONCALL"
