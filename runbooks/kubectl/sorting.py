"""`--sort-by`: objects and table rows in the order of one field."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from runbooks.kubectl.gosort import go_sorted
from runbooks.kubectl.jsonpath import JsonPath
from runbooks.kubectl.jsonpath_reading import BadTemplate, relaxed
from runbooks.kubectl.quantity import BadQuantity, quantity
from runbooks.kubectl.words import Failed

Thing = TypeVar("Thing")
MISSING = object()


def field_of(sort_by: str) -> JsonPath:
    """The field a `--sort-by` names; Failed in kubectl's words when it cannot be read."""
    try:
        return JsonPath(relaxed(sort_by))
    except BadTemplate as error:
        raise Failed(f"error: {error}\n") from error


def unknown_field(sort_by: str) -> Failed:
    return Failed(f'error: couldn\'t find any field with path "{relaxed(sort_by)}" in the list of objects\n')


def sort(things: Sequence[Thing], document: Callable[[Thing], Any], sort_by: str) -> list[Thing] | None:
    """The things in order, those without the field first; None when none has it."""
    path = field_of(sort_by)
    try:
        keyed = [((path.values(document(thing)) or [MISSING])[0], thing) for thing in things]
    except BadTemplate as error:
        raise Failed(f"error: {error}\n") from error
    if things and all(key is MISSING for key, _ in keyed):
        return None
    return [thing for _, thing in go_sorted(keyed, lambda one, two: _less(one[0], two[0]))]


def _less(left: Any, right: Any) -> bool:
    """kubectl's TableSorter: what has no field is less than anything, even than itself."""
    return left is MISSING or (right is not MISSING and compared(left, right) < 0)


def compared(left: Any, right: Any) -> int:
    """-1, 0 or 1; nothing comes first, quantities by amount, other texts letter by letter."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    one, two = _comparable(left, right)
    return int(one > two) - int(one < two)


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left, right
    if isinstance(left, str) and isinstance(right, str):
        try:
            return quantity(left), quantity(right)
        except BadQuantity:
            return left, right
    return str(left), str(right)
