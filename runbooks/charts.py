"""A picture of a measurement, with the incident's start and the threshold drawn in; readable on light and dark."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from runbooks.promql import Series

_WIDTH, _HEIGHT, _DPI = 9.0, 4.2, 110
_MOST = 8
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
    _lines(axes, series)
    _marks(axes, start, threshold, unit)
    _dress(axes, series, title, unit)
    picture = BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(picture)
    return picture.getvalue()


def _lines(axes: Any, series: Sequence[Series]) -> None:
    names = _names(series)
    for colour, one in zip(_LINES, _largest(series), strict=False):
        times, values = [at for at, _ in one.points], [value for _, value in one.points]
        axes.plot(times, values, color=colour, linewidth=2, label=names(one), solid_capstyle="round")
        if len(values) == 1:
            axes.plot(times, values, "o", color=colour)


def _largest(series: Sequence[Series]) -> list[Series]:
    """Return the series that matter most, by their last value."""

    def last(one: Series) -> float:
        finite = [value for _, value in one.points if math.isfinite(value)]
        return finite[-1] if finite else float("-inf")

    return sorted((one for one in series if one.points), key=last, reverse=True)[:_MOST]


def _names(series: Sequence[Series]) -> Callable[[Series], str]:
    """Name a series by the labels that set it apart from the others."""
    labels = [set(one.labels.items()) for one in series]
    common = set.intersection(*labels) if len(labels) > 1 else set[tuple[str, str]]()

    def name(one: Series) -> str:
        own = sorted(
            (key, value) for key, value in one.labels.items() if key != "__name__" and (key, value) not in common
        )
        said = (
            next(iter(own))[1]
            if len(own) == 1 and len(series) > 1
            else ", ".join(f"{key}={value}" for key, value in own)
        )
        return (said or one.labels.get("__name__", ""))[:60]

    return name


def _marks(axes: Any, start: datetime | None, threshold: float | None, unit: str) -> None:
    if threshold is not None:
        axes.axhline(threshold, color=_BAD, linewidth=1.5, linestyle="--", zorder=1)
        said = f"limit {_written(threshold, unit)}"
        _tag(axes, said, xy=(0.995, threshold), coordinates=("axes fraction", "data"), colour=_BAD)
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


def _dress(axes: Any, series: Sequence[Series], title: str, unit: str) -> None:
    _ticks(axes, unit)
    axes.set_title(title.replace("$", r"\$"), loc="left", fontsize=13, color=_INK, fontweight="bold")
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
    if bottom < 0 <= _least(series):
        axes.set_ylim(0, top)
    if any(map(_names(series), series)):
        more = f"the largest {_MOST} of {len(series)}" if len(series) > _MOST else None
        axes.legend(
            fontsize=8, frameon=True, framealpha=0.75, edgecolor="none", loc="best", title=more, title_fontsize=8
        )


def _ticks(axes: Any, unit: str) -> None:
    from matplotlib import dates, ticker  # noqa: PLC0415  # see chart

    untyped: Any = dates
    locator = untyped.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _at: _written(value, unit)))


def _least(series: Sequence[Series]) -> float:
    return min((value for one in series for _, value in one.points if math.isfinite(value)), default=0.0)


def _written(value: float, unit: str) -> str:
    if unit == "ratio":
        return f"{value * 100:.3g} %"
    if unit == "seconds":
        return f"{value * 1000:.3g} ms" if 0 < abs(value) < 1 else f"{value:.3g} s"
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
