"""A table of numbers as coloured cells with their intervals, in SVG. Knows nothing about what the numbers mean.

Colours run from one hue through white to another (ColorBrewer's PuOr, told apart without seeing red or green), with
white at zero; each cell says its number, so that nobody has to read a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDE, HIGH, LEFT, HEAD = 92, 40, 220, 96
_LOW, _HIGH = (179, 88, 6), (84, 39, 136)


@dataclass(frozen=True, slots=True)
class Square:
    """One cell. value: None where there is nothing; low, high: its interval; mark: shown after the number."""

    value: float | None
    low: float | None = None
    high: float | None = None
    mark: str = ""


def heat_map(title: str, rows: Sequence[str], columns: Sequence[str], squares: Sequence[Sequence[Square]],
             *, unit: float = 1.0, form: str = "{:+.2f}") -> str:  # fmt: skip
    """An SVG: a row for each name. unit: the value at which a colour is full; form: how numbers are written."""
    width, height = LEFT + WIDE * len(columns) + 16, HEAD + HIGH * len(rows) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Roboto, sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="22" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for place, name in enumerate(columns):
        x = LEFT + WIDE * place + WIDE / 2
        parts.append(f'<text x="{x:g}" y="{HEAD - 10}" text-anchor="middle">{escape(short(name, 13))}</text>')
    for at, (name, held) in enumerate(zip(rows, squares, strict=True)):
        y = HEAD + HIGH * at
        parts.append(f'<text x="{LEFT - 10}" y="{y + 25}" text-anchor="end">{escape(short(name, 28))}</text>')
        parts += [_square(LEFT + WIDE * place, y, one, unit, form) for place, one in enumerate(held)]
    return "\n".join([*parts, "</svg>"])


def _square(x: int, y: int, one: Square, unit: float, form: str) -> str:
    if one.value is None:
        return f'<rect x="{x}" y="{y}" width="{WIDE - 3}" height="{HIGH - 3}" fill="#f3f3f3"/>'
    share = max(-1.0, min(1.0, one.value / unit))
    red, green, blue = (round(255 + (end - 255) * abs(share)) for end in (_HIGH if share > 0 else _LOW))
    ink = "#fff" if abs(share) > 0.6 else "#111"
    text = escape(form.format(one.value) + one.mark)
    under = "" if one.low is None or one.high is None else f"{form.format(one.low)} … {form.format(one.high)}"
    middle = x + (WIDE - 3) / 2
    lines = [f'<rect x="{x}" y="{y}" width="{WIDE - 3}" height="{HIGH - 3}" fill="rgb({red},{green},{blue})"/>',
             f'<text x="{middle:g}" y="{y + 17}" text-anchor="middle" fill="{ink}">{text}</text>']  # fmt: skip
    if under:
        lines.append(f'<text x="{middle:g}" y="{y + 30}" text-anchor="middle" fill="{ink}" '
                     f'font-size="9">{escape(under)}</text>')  # fmt: skip
    return "".join(lines)


def short(text: str, most: int) -> str:
    """A text of so many letters at most, its end left out where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"
