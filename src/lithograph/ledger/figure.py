"""A layered graph as SVG: boxes in columns from left to right, arrows with the names of relations, links on the boxes.

The picture is written by hand: no clock, no font file and no drawing library has a part in the bytes. Knows nothing
about the ledger: a box brings its texts, its column and its link with it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, GAP, BETWEEN, LINE, WRAP, MOST_LINES = 186, 128, 16, 15, 27, 5
"""Pixels: a box, the room between columns, between boxes, a line; letters to a line; lines of text in a box."""

MARGIN, TOP, LETTER = 20, 62, 6.0

COLOURS: Mapping[str, tuple[str, str]] = {
    "adapter": ("#f3e8f7", "#7b4b94"), "run": ("#f3e8f7", "#7b4b94"), "model": ("#f4f4f4", "#6d6d6d"),
    "split": ("#e6f1ec", "#3c7a5c"), "dataset": ("#e6f1ec", "#3c7a5c"), "build": ("#e6f1ec", "#3c7a5c"),
    "example": ("#fff7e0", "#9a7420"), "instance": ("#fdeee4", "#a8632f"), "template": ("#fdeee4", "#a8632f"),
    "scene": ("#fdeee4", "#a8632f"), "axiom": ("#e8f0f7", "#3f6b94"), "ontology": ("#e8f0f7", "#3f6b94"),
    "node": ("#e4f3f6", "#2f7684"), "source": ("#f4f4f4", "#4a5560"),
}  # fmt: skip
"""Fill and line by kind of box; another kind is white."""

_PLAIN = ("#ffffff", "#5b6672")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing: its kind, what is said of it, a note, its whole name (`about`, a tooltip), its column, a URL."""

    id: str
    kind: str
    text: str
    note: str
    about: str
    column: int
    link: str = ""
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation between a box and one to its right; drawn from right to left where it is `backwards`."""

    left: str
    right: str
    label: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    box: Box
    lines: tuple[str, ...]
    x: int
    y: int

    @property
    def height(self) -> int:
        return _height(self.lines)

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def as_svg(boxes: Sequence[Box], arrows: Sequence[Arrow], title: str) -> str:
    """The graph as a drawing, with a title and a description for who cannot see it. Columns are closed up."""
    places = _placed(boxes, arrows)
    width = max(p.x for p in places.values()) + WIDTH + MARGIN
    height = max(p.y + p.height for p in places.values()) + MARGIN
    width = max(width, round(7.5 * len(_clean(title))) + 2 * MARGIN)
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="title desc" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Roboto, \'DejaVu Sans\', Verdana, sans-serif" font-size="11" fill="#1c2530">',
        f'<title id="title">{_escaped(title)}</title>',
        f'<desc id="desc">{_escaped(described(boxes, arrows))}</desc>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0.5 L8 4 L0 7.5 z" fill="#7d8894"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="30" font-size="15" font-weight="bold">{_escaped(title)}</text>',
        *(_curve(arrow, places) for arrow in arrows), *_labels(arrows, places),
        *(_drawn(place) for place in places.values()), "</svg>", "",
    ])  # fmt: skip


def described(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> str:
    """The graph in words: how many boxes of each kind, and which relations."""
    kinds: dict[str, int] = {}
    for box in sorted(boxes, key=lambda b: b.column):
        kinds[box.kind] = kinds.get(box.kind, 0) + 1
    counts = ", ".join(f"{kind} {n}" for kind, n in kinds.items())
    relations = ", ".join(dict.fromkeys(arrow.label for arrow in arrows)) or "none"
    return f"A graph from left to right. Boxes: {counts}. Relations: {relations}."


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _placed(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, _Place]:
    columns = _ordered(boxes, arrows)
    lines = {box.id: _lines(box) for box in boxes}
    heights = [sum(_height(lines[b.id]) + BETWEEN for b in column) - BETWEEN for column in columns]
    places = {}
    for number, column in enumerate(columns):
        y = TOP + (max(heights) - heights[number]) // 2
        for box in column:
            places[box.id] = _Place(box, lines[box.id], MARGIN + number * (WIDTH + GAP), y)
            y += _height(lines[box.id]) + BETWEEN
    return places


def _ordered(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> list[list[Box]]:
    """The columns, each in an order that keeps neighbours near: a few sweeps of barycentres, ties as given."""
    columns = [[b for b in boxes if b.column == n] for n in sorted({b.column for b in boxes})]
    beside: dict[str, list[str]] = {b.id: [] for b in boxes}
    for arrow in arrows:
        beside[arrow.left].append(arrow.right)
        beside[arrow.right].append(arrow.left)
    for sweep in range(6):
        order = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        for number in order:
            fixed = number - 1 if sweep % 2 == 0 else number + 1
            if 0 <= fixed < len(columns):
                columns[number] = _by_barycentre(columns[number], columns[fixed], beside)
    return columns


def _by_barycentre(column: Sequence[Box], fixed: Sequence[Box], beside: Mapping[str, Sequence[str]]) -> list[Box]:
    share = {box.id: (at + 0.5) / len(fixed) for at, box in enumerate(fixed)}

    def key(item: tuple[int, Box]) -> float:
        known = [share[n] for n in beside[item[1].id] if n in share]
        return sum(known) / len(known) if known else (item[0] + 0.5) / len(column)

    return [box for _, box in sorted(enumerate(column), key=key)]


def _height(lines: Sequence[str]) -> int:
    return 26 + LINE * len(lines)


def _lines(box: Box) -> tuple[str, ...]:
    said = textwrap.wrap(_clean(box.text), WRAP) or [""]
    return tuple(said if len(said) <= MOST_LINES else [*said[: MOST_LINES - 1], said[MOST_LINES - 1][: WRAP - 1] + "…"])


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drawn(place: _Place) -> str:
    box, x, y = place.box, place.x, place.y
    fill, line = COLOURS.get(box.kind, _PLAIN)
    dashed = ' stroke-dasharray="4 3"' if not box.about else ""
    note = _clean(f"{box.kind} {box.note}".strip())
    note = note if len(note) <= 34 else f"{note[:33]}…"
    out = [
        f'<g id="{_escaped(box.id)}"><title>{_escaped(box.about or box.text)}</title>',
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{place.height}" rx="5" fill="{fill}" stroke="{line}" '
        f'stroke-width="{2.5 if box.centre else 1}"{dashed}/>',
        f'<text x="{x + 10}" y="{y + 15}" font-size="9" fill="{line}">{_escaped(note)}</text>',
    ]
    weight = ' font-weight="bold"' if box.centre else ""
    under = ' text-decoration="underline"' if box.link else ""
    for number, text in enumerate(place.lines):
        out.append(f'<text x="{x + 10}" y="{y + 31 + LINE * number}"{weight}{under}>{_escaped(text)}</text>')
    drawn = "\n".join([*out, "</g>"])
    return f'<a xlink:href="{_escaped(box.link)}">\n{drawn}\n</a>' if box.link else drawn


def _ends(arrow: Arrow, places: Mapping[str, _Place]) -> tuple[int, int, int, int]:
    left, right = places[arrow.left], places[arrow.right]
    return left.x + WIDTH, left.middle, right.x, right.middle


def _curve(arrow: Arrow, places: Mapping[str, _Place]) -> str:
    x1, y1, x2, y2 = _ends(arrow, places)
    bend = (x2 - x1) // 2
    tip = "marker-start" if arrow.backwards else "marker-end"
    return (
        f'<path d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" stroke="#9aa5b1" fill="none" '
        f'{tip}="url(#tip)"><title>{_escaped(arrow.label)}</title></path>'
    )


def _labels(arrows: Sequence[Arrow], places: Mapping[str, _Place]) -> Iterable[str]:
    """The names of the relations, half-way; where two would cover each other, one that says the same is left out."""
    taken: dict[int, list[tuple[int, str]]] = {}
    for arrow in sorted(arrows, key=lambda a: (_ends(a, places)[0], sum(_ends(a, places)[1::2]), a.label)):
        x1, y1, x2, y2 = _ends(arrow, places)
        x, y = (x1 + x2) // 2, (y1 + y2) // 2
        near = taken.setdefault(x, [])
        if any(said == arrow.label and abs(at - y) < 5 * LINE for at, said in near):
            continue
        while any(abs(at - y) < 13 for at, _ in near):
            y += 13
        near.append((y, arrow.label))
        wide = round(5.2 * len(arrow.label)) + 6
        yield (
            f'<rect x="{x - wide // 2}" y="{y - 8}" width="{wide}" height="13" rx="3" fill="#ffffff" '
            f'fill-opacity="0.88"/><text x="{x}" y="{y + 2}" font-size="9" fill="#5b6672" text-anchor="middle">'
            f"{_escaped(arrow.label)}</text>"
        )


def _clean(text: str) -> str:
    return " ".join(_FORBIDDEN.sub("", text).split())


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))
