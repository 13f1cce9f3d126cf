"""Bars as SVG, written by hand: no clock, no font file and no drawing library has a part in the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Bar = tuple[str, float, str]  # name, share of the full width (0 … 1), what stands behind it

ROW, BAR, LETTER = 20, 260, 7  # pixels: the height of a row, the width of a full bar, what a letter takes


def bars(title: str, panels: Sequence[tuple[str, str, Sequence[Bar]]]) -> str:
    """Panels of horizontal bars side by side: (heading, colour, bars from the top down) of each."""
    height = 64 + ROW * max((len(rows) for _, _, rows in panels), default=0)
    left, drawn = 16, []
    for heading, colour, rows in panels:
        names = LETTER * max((len(name) for name, _, _ in rows), default=0)
        notes = LETTER * max((len(note) for _, _, note in rows), default=0)
        drawn.append(_panel(left + names + 8, heading, colour, rows))
        left += names + BAR + notes + 40
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left} {height}" width="{left}" height="{height}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#1c2530">',
        f"<title>{escape(title)}</title>", f'<rect width="{left}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="22" font-size="14" font-weight="bold">{escape(title)}</text>', *drawn, "</svg>", "",
    ])  # fmt: skip


def _panel(x: int, heading: str, colour: str, rows: Sequence[Bar]) -> str:
    out = [f'<text x="{x}" y="44" font-weight="bold">{escape(heading)}</text>']
    for number, (name, share, note) in enumerate(rows):
        top = 54 + ROW * number
        out += [
            f'<text x="{x - 6}" y="{top + 12}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{x}" y="{top + 2}" width="{BAR}" height="13" fill="#eef1f5"/>',
            f'<rect x="{x}" y="{top + 2}" width="{share * BAR:.1f}" height="13" fill="{colour}"/>',
            f'<text x="{x + BAR + 6}" y="{top + 12}">{escape(note)}</text>',
        ]
    return "\n".join(out)
