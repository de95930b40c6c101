"""A picture of a measurement, with the incident's start and the threshold drawn in; readable on light and dark."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from textwrap import shorten
from typing import Any

from runbooks.promql import Series
from runbooks.units import measured, scaled

_WIDTH, _HEIGHT, _DPI = 9.0, 4.2, 110
_MOST = 8
_TITLE = 80
_PLACES = 9
_INK, _FAINT, _PAPER = "#1d1c1d", "#d8d8dc", "#ffffff"
_BAD, _START = "#d1002f", "#7a3ff2"
_LINES = ("#1264a3", "#e8912d", "#2f8f5b", "#8c5bb5", "#c2410c", "#0f9bb0", "#6b7280", "#b5489a")


def chart(series: Sequence[Series], *, title: str, unit: str, start: datetime | None, threshold: float | None) -> bytes:
    """Draw at most eight series as a PNG; times are UTC."""
    # Imported here, and without pyplot: it takes most of a second, and keeps state for a whole process.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # see above
    from matplotlib.figure import Figure  # noqa: PLC0415  # see above

    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, facecolor=_PAPER, layout="constrained")
    axes = figure.add_subplot()
    factor, word = scaled(max((abs(value) for value in _finite(series)), default=0.0), unit)
    _lines(axes, series, factor)
    _marks(
        axes, start, (threshold * factor, measured(threshold, unit, exactly=True)) if threshold is not None else None
    )
    _dress(axes, series, title)
    _ticks(axes, word if word != unit else "")
    picture = BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(picture)
    return picture.getvalue()


def _lines(axes: Any, series: Sequence[Series], factor: float) -> None:
    named = names(series)
    for colour, one in zip(_LINES, _largest(series), strict=False):
        times, values = [at for at, _ in one.points], [value * factor for _, value in one.points]
        axes.plot(times, values, color=colour, linewidth=2, label=named(one), solid_capstyle="round", clip_on=False)
        if len(values) == 1:
            axes.plot(times, values, "o", color=colour)


def _largest(series: Sequence[Series]) -> list[Series]:
    """Return the series that matter most, by their last value."""

    def last(one: Series) -> float:
        finite = [value for _, value in one.points if math.isfinite(value)]
        return finite[-1] if finite else float("-inf")

    return sorted((one for one in series if one.points), key=last, reverse=True)[:_MOST]


def names(series: Sequence[Series]) -> Callable[[Series], str]:
    """Name a series by as few labels as set it apart from the others; alone, by all that it has."""
    keys = {key for one in series for key in one.labels}
    kinds = {key: len({one.labels.get(key) for one in series}) for key in keys - {"__name__"}}
    ordered = sorted((key for key in kinds if kinds[key] > 1), key=lambda key: (-kinds[key], key != "pod", key))

    def apart(count: int) -> bool:
        return len({tuple(one.labels.get(key) for key in ordered[:count]) for one in series}) == len(series)

    enough = next((count for count in range(len(ordered)) if apart(count)), len(ordered))

    def name(one: Series) -> str:
        if len(series) > 1 and ordered:
            return ", ".join(one.labels.get(key, "-") for key in ordered[:enough])[:60]
        said = ", ".join(f"{key}={value}" for key, value in sorted(one.labels.items()) if key != "__name__")
        return (said or one.labels.get("__name__", ""))[:60]

    return name


def _marks(axes: Any, start: datetime | None, limit: tuple[float, str] | None) -> None:
    if limit is not None:
        axes.axhline(limit[0], color=_BAD, linewidth=1.5, linestyle="--", zorder=1)
        _tag(axes, f"limit {limit[1]}", xy=(0.995, limit[0]), coordinates=("axes fraction", "data"), colour=_BAD)
    if start is not None:
        axes.axvline(start, color=_START, linewidth=1.5, linestyle="-", zorder=1)
        _tag(axes, "incident", xy=(start, 0.97), coordinates=("data", "axes fraction"), colour=_START)


def _tag(axes: Any, text: str, *, xy: tuple[Any, float], coordinates: tuple[str, str], colour: str) -> None:
    axes.annotate(
        text,
        xy=xy,
        xycoords=coordinates,
        xytext=(-5, 3) if coordinates[1] == "data" else (5, -4),
        horizontalalignment="right" if coordinates[1] == "data" else "left",
        textcoords="offset points",
        color=colour,
        fontsize=9,
        verticalalignment="bottom" if coordinates[1] == "data" else "top",
        bbox={"facecolor": _PAPER, "edgecolor": "none", "alpha": 0.75, "pad": 1},
    )


def _dress(axes: Any, series: Sequence[Series], title: str) -> None:
    axes.set_title(
        shorten(title, _TITLE, placeholder=" …").replace("$", r"\$"),
        loc="left",
        fontsize=13,
        color=_INK,
        fontweight="bold",
    )
    axes.set_xlabel("UTC", fontsize=9, color=_INK)
    axes.set_facecolor(_PAPER)
    axes.set_ymargin(0.12)
    axes.grid(axis="y", color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_INK, labelsize=9)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(_FAINT)
    bottom, top = axes.get_ylim()
    if bottom < 0 <= min(_finite(series), default=0.0):
        axes.set_ylim(0, top)
    if any(map(names(series), series)):
        more = f"the largest {_MOST} of {len(series)}" if len(series) > _MOST else None
        axes.legend(
            fontsize=8, frameon=True, framealpha=0.75, edgecolor="none", loc="best", title=more, title_fontsize=8
        )


def _ticks(axes: Any, word: str) -> None:
    from matplotlib import dates, ticker  # noqa: PLC0415  # see chart

    untyped: Any = dates
    locator = untyped.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
    ticks = axes.yaxis.get_majorticklocs
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _at: tick(value, ticks(), word)))


def tick(value: float, ticks: Sequence[float], word: str) -> str:
    """Write a number with as many places as set it apart from its neighbours."""
    step = min((abs(other - one) for one, other in pairwise(ticks)), default=1.0)
    places = next((at for at in range(_PLACES) if math.isclose(round(step, at), step, rel_tol=1e-3)), _PLACES)
    return f"{value:,.{places}f} {word}".strip()


def _finite(series: Sequence[Series]) -> list[float]:
    return [value for one in series for _, value in one.points if math.isfinite(value)]
