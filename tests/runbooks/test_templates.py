"""Templates show what is missing, and can do nothing but write."""

import pytest

from runbooks import default_texts
from runbooks.model import TEMPLATE_VALUES, StatusPage, Templates
from runbooks.templates import TemplateBroken, check, render


def test_values_are_filled_in() -> None:
    assert render("{{ title }} is {{ status }}", {"title": "A", "status": "bad"}) == "A is bad"


@pytest.mark.parametrize("values", [{}, {"root_cause": None}, {"root_cause": ""}])
def test_a_missing_value_is_a_visible_gap(values: dict[str, object]) -> None:
    assert render("{{ root_cause }}", values) == "[to fill in: root cause]"


def test_a_gap_inside_a_record_is_named_too() -> None:
    assert render("{{ item.owner }}", {"item": {"owner": None}}) == "[to fill in: owner]"
    assert render("{{ item.owner.name }}", {}) == "[to fill in: name]"


def test_a_gap_is_false_and_empty() -> None:
    assert render("{% if fix %}x{% endif %}{% for a in went_well %}x{% else %}none{% endfor %}", {}) == "none"


def test_zero_and_false_are_values() -> None:
    assert render("{{ n }} {{ drill }}", {"n": 0, "drill": False}) == "0 False"


def test_markup_in_a_value_is_not_run_again() -> None:
    assert render("{{ title }}", {"title": "{{ 1 + 1 }} {% for %}"}) == "{{ 1 + 1 }} {% for %}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ items.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{{ range(999999999) }}",
        "{{ 1 / 0 }}",
        "{{ x + 1 }}",
    ],
)
def test_a_template_cannot_reach_outside_or_break_out(text: str) -> None:
    try:
        said = render(text, {"title": "x", "items": [1]})
    except TemplateBroken:
        return
    assert said.startswith("[to fill in:")


@pytest.mark.parametrize(("text", "line"), [("{% for", 1), ("a\n{{ x", 2), ("{{ a | nope }}", 1)])
def test_a_broken_template_says_in_which_line(text: str, line: int) -> None:
    with pytest.raises(TemplateBroken) as caught:
        check(text)
    assert caught.value.line == line


@pytest.mark.parametrize("name", [*sorted({*Templates.model_fields} - {"status_page"}), *StatusPage.model_fields])
def test_every_default_text_can_be_filled_in_with_nothing(name: str) -> None:
    texts = {**dict(Templates()), **dict(Templates().status_page)}
    assert "[to fill in:" in render(texts[name], {})


def test_the_default_postmortem_lists_what_happened() -> None:
    said = render(
        default_texts.POSTMORTEM,
        {
            "title": "A",
            "timeline": [{"at": "12:00", "text": "Declared", "person": "Alex"}, {"at": "12:01", "text": "B"}],
        },
    )
    assert "- 12:00 Declared (Alex)\n- 12:01 B\n" in said


def test_every_value_that_templates_may_name_is_explained() -> None:
    explained = Templates.__doc__ or ""
    assert [name for name in sorted(TEMPLATE_VALUES) if name not in explained] == []
