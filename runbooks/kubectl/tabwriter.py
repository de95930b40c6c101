"""Tab-separated cells in aligned columns, each column a block of neighbouring lines (Go's text/tabwriter)."""

from collections.abc import Sequence


def aligned(text: str, *, padding: int = 2, least: int = 0) -> str:
    """The text with its tabs replaced by as many spaces as each block of lines needs."""
    lines = [line.split("\t") for line in text.split("\n")]
    widths: list[list[int]] = [[] for _ in lines]
    _measure(lines, widths, 0, len(lines), padding, least)
    return "\n".join(_line(cells, width) for cells, width in zip(lines, widths, strict=True))


def _measure(lines: list[list[str]], widths: list[list[int]], start: int, stop: int, padding: int, least: int) -> None:
    """Give every tab-ended cell of these lines its width; deeper columns are measured within their block."""
    waiting = [(start, stop, 0)]
    while waiting:
        start, stop, column = waiting.pop()
        at = start
        while at < stop:
            if column >= len(lines[at]) - 1:
                at += 1
                continue
            end = at
            while end < stop and column < len(lines[end]) - 1:
                end += 1
            width = max([least, *(len(lines[row][column]) + padding for row in range(at, end))])
            for row in range(at, end):
                widths[row].append(width)
            waiting.append((at, end, column + 1))
            at = end


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)) + cells[-1]
