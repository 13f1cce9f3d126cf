"""Figures as SVG text: intervals, curves, a cloud of points. Knows nothing about what they show.

Colours are those of Okabe & Ito (2008), told apart by who sees few colours. Numbers are rounded, so that the same
values give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
WIDTH = 760
_LEFT, _RIGHT = 170, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its bounds, all in [0,1], of a series; drawn as a point on a line."""

    series: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A named series of points, x ascending; y in [0,1]."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a cloud, with the name of what it belongs to."""

    x: float
    y: float
    name: str


def intervals(title: str, rows: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Rows of points with their intervals on an axis from 0 to 100 %, a colour a series, in the order they come in."""
    names = list(dict.fromkeys(bar.series for _, bars in rows for bar in bars))
    parts, y = [], 46 + 18 * _legend_rows(names)
    top = y
    for label, bars in rows:
        parts.append(_text(_LEFT - 10, y + 8 * len(bars), label, "end"))
        for bar in bars:
            y += 16
            colour = COLOURS[names.index(bar.series) % len(COLOURS)]
            if math.isfinite(bar.low) and math.isfinite(bar.high):
                parts.append(_line(_across(bar.low), y - 6, _across(bar.high), y - 6, colour, 3, 0.45))
            if math.isfinite(bar.value):
                parts.append(f'<circle cx="{_n(_across(bar.value))}" cy="{y - 6}" r="4.5" fill="{colour}"/>')
        y += 10
    grid = [_line(_across(tenth / 4), top - 4, _across(tenth / 4), y, "#ddd", 1) for tenth in range(5)]
    ticks = [_text(_across(tenth / 4), y + 14, f"{25 * tenth} %", "middle", 11) for tenth in range(5)]
    return _svg(title, y + 26, [*_legend(names), *grid, *parts, *ticks])


def curves(title: str, x_name: str, series: Sequence[Curve], height: int = 300) -> str:
    """Curves over a common x, y from 0 to 100 %."""
    names = [one.name for one in series]
    top = 50 + 18 * _legend_rows(names)
    bottom = top + height
    most = max((x for one in series for x, _ in one.points), default=0) or 1

    def across(x: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * x / most

    def up(y: float) -> float:
        return bottom - height * y

    parts = [_line(_LEFT, up(q / 4), WIDTH - _RIGHT, up(q / 4), "#ddd", 1) for q in range(5)]
    parts += [_text(_LEFT - 8, up(q / 4) + 4, f"{25 * q} %", "end", 11) for q in range(5)]
    for place, one in enumerate(series):
        colour = COLOURS[place % len(COLOURS)]
        path = " ".join(f"{_n(across(x))},{_n(up(y))}" for x, y in one.points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{_n(across(x))}" cy="{_n(up(y))}" r="3.5" fill="{colour}"/>' for x, y in one.points]
    xs = sorted({x for one in series for x, _ in one.points})
    parts += [_text(across(x), bottom + 16, f"{x:g}", "middle", 11) for x in xs]
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, bottom + 34, x_name, "middle", 12))
    return _svg(title, bottom + 46, [*_legend(names), *parts])


def cloud(title: str, x_name: str, y_name: str, dots: Sequence[Dot], height: int = 380) -> str:
    """Points coloured by name; the seven names with the most points have colours, the rest are grey."""
    counts: dict[str, int] = {}
    for dot in dots:
        counts[dot.name] = counts.get(dot.name, 0) + 1
    named = sorted(counts, key=lambda name: (-counts[name], name))[: len(COLOURS) - 1]
    names = [*named, *(["others"] if len(counts) > len(named) else [])]
    colour = {name: COLOURS[place] for place, name in enumerate(named)}
    top = 50 + 18 * _legend_rows(names)
    bottom = top + height
    wide, high = (max((value for value in values), default=1.0) or 1.0
                  for values in ((dot.x for dot in dots), (dot.y for dot in dots)))  # fmt: skip
    parts = [_line(_LEFT, bottom, WIDTH - _RIGHT, bottom, "#888", 1), _line(_LEFT, top, _LEFT, bottom, "#888", 1)]
    for dot in dots:
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * dot.x / wide
        y = bottom - height * dot.y / high
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="{colour.get(dot.name, COLOURS[-1])}" '
                     'fill-opacity="0.6"/>')  # fmt: skip
    for quarter in range(5):
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * quarter / 4
        parts.append(_text(x, bottom + 16, f"{wide * quarter / 4:.2f}", "middle", 11))
        parts.append(_text(_LEFT - 8, bottom - height * quarter / 4 + 4, f"{high * quarter / 4:.2f}", "end", 11))
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, bottom + 34, x_name, "middle", 12))
    parts.append(_text(20, top - 10, y_name, "start", 12))
    return _svg(title, bottom + 46, [*_legend(names), *parts])


def _across(value: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(max(value, 0.0), 1.0)


def _legend_rows(names: Sequence[str]) -> int:
    return math.ceil(len(names) / 4)


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for place, name in enumerate(names):
        x, y = 20 + 185 * (place % 4), 44 + 18 * (place // 4)
        colour = COLOURS[-1] if name == "others" else COLOURS[place % len(COLOURS)]
        parts.append(f'<circle cx="{x}" cy="{y - 4}" r="5" fill="{colour}"/>')
        parts.append(_text(x + 10, y, name, "start", 12))
    return parts


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" '
        f'height="{_n(height)}" font-family="Roboto, Helvetica, Arial, sans-serif" role="img" '
        f'aria-label="{escape(title, quote=True)}"><rect width="100%" height="100%" fill="white"/>'
        f"{_text(20, 22, title, 'start', 15)}{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str, size: int = 12) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, width: int, opacity: float = 1.0) -> str:
    return (f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" stroke="{colour}" '
            f'stroke-width="{width}" stroke-opacity="{opacity:g}"/>')  # fmt: skip


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
