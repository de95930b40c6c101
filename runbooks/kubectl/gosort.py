"""Go's sort.Sort (pattern-defeating quicksort), so that equal things come in kubectl's order (zsortinterface.go)."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
SMALL = 12


def go_sorted(things: Sequence[Thing], less: Callable[[Thing, Thing], bool]) -> list[Thing]:
    """A new list in the order Go's sort.Sort leaves; not stable, always the same."""
    sorting = _Sorting(list(things), less)
    sorting.quick(0, len(things), len(things).bit_length())
    return sorting.things


class _Sorting(Generic[Thing]):
    def __init__(self, things: list[Thing], less: Callable[[Thing, Thing], bool]) -> None:
        self.things = things
        self._less = less

    def less(self, one: int, two: int) -> bool:
        return self._less(self.things[one], self.things[two])

    def swap(self, one: int, two: int) -> None:
        self.things[one], self.things[two] = self.things[two], self.things[one]

    def quick(self, a: int, b: int, limit: int) -> None:
        balanced = partitioned = True
        while True:
            length = b - a
            if length <= SMALL:
                return self.insertion(a, b)
            if limit == 0:
                return self.heap(a, b)
            if not balanced:
                self.break_patterns(a, b)
                limit -= 1
            pivot, hint = self.choose_pivot(a, b)
            if hint < 0:
                self.things[a:b] = self.things[a:b][::-1]
                pivot, hint = (b - 1) - (pivot - a), 1
            if balanced and partitioned and hint > 0 and self.nearly_sorted(a, b):
                return None
            if a > 0 and not self.less(a - 1, pivot):
                a = self.partition_equal(a, b, pivot)
                continue
            middle, partitioned = self.partition(a, b, pivot)
            left, right = middle - a, b - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.quick(a, middle, limit)
                a = middle + 1
            else:
                self.quick(middle + 1, b, limit)
                b = middle

    def insertion(self, a: int, b: int) -> None:
        for start in range(a + 1, b):
            at = start
            while at > a and self.less(at, at - 1):
                self.swap(at, at - 1)
                at -= 1

    def heap(self, a: int, b: int) -> None:
        size = b - a
        for root in range((size - 1) // 2, -1, -1):
            self.sift(root, size, a)
        for last in range(size - 1, -1, -1):
            self.swap(a, a + last)
            self.sift(0, last, a)

    def sift(self, root: int, size: int, first: int) -> None:
        while (child := 2 * root + 1) < size:
            if child + 1 < size and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    def partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        self.swap(a, pivot)
        i, j = self._narrow(a, a + 1, b - 1)
        already = i > j
        while i <= j:
            self.swap(i, j)
            i, j = self._narrow(a, i + 1, j - 1)
        self.swap(j, a)
        return j, already

    def _narrow(self, a: int, i: int, j: int) -> tuple[int, int]:
        while i <= j and self.less(i, a):
            i += 1
        while i <= j and not self.less(j, a):
            j -= 1
        return i, j

    def partition_equal(self, a: int, b: int, pivot: int) -> int:
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self.less(a, i):
                i += 1
            while i <= j and self.less(a, j):
                j -= 1
            if i > j:
                return i
            self.swap(i, j)
            i, j = i + 1, j - 1

    def nearly_sorted(self, a: int, b: int) -> bool:
        """Sort at most five places by shifting; False when that is not enough."""
        i = a + 1
        for _ in range(5):
            while i < b and not self.less(i, i - 1):
                i += 1
            if i == b:
                return True
            if b - a < 50:
                return False
            self.swap(i, i - 1)
            self._shift(a, b, i)
        return False

    def _shift(self, a: int, b: int, i: int) -> None:
        if i - a >= 2:
            at = i - 1
            while at >= 1 and self.less(at, at - 1):
                self.swap(at, at - 1)
                at -= 1
        if b - i >= 2:
            at = i + 1
            while at < b and self.less(at, at - 1):
                self.swap(at, at - 1)
                at += 1

    def break_patterns(self, a: int, b: int) -> None:
        length = b - a
        random = length
        index = a + (length // 4) * 2 - 1
        for step in range(3):
            random ^= (random << 13) & (2**64 - 1)
            random ^= random >> 7
            random ^= (random << 17) & (2**64 - 1)
            other = random & ((1 << length.bit_length()) - 1)
            self.swap(index + step, a + (other - length if other >= length else other))

    def choose_pivot(self, a: int, b: int) -> tuple[int, int]:
        """A pivot, and whether the part looks sorted (1), reversed (-1) or neither (0)."""
        length, swaps = b - a, 0
        i, j, k = (a + length // 4 * part for part in (1, 2, 3))
        if length >= 50:
            i, swaps = self.median(i - 1, i, i + 1, swaps)
            j, swaps = self.median(j - 1, j, j + 1, swaps)
            k, swaps = self.median(k - 1, k, k + 1, swaps)
        j, swaps = self.median(i, j, k, swaps)
        return j, 1 if swaps == 0 else -1 if swaps == 12 else 0

    def median(self, one: int, two: int, three: int, swaps: int) -> tuple[int, int]:
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        if self.less(three, two):
            two, three, swaps = three, two, swaps + 1
        if self.less(two, one):
            one, two, swaps = two, one, swaps + 1
        return two, swaps
