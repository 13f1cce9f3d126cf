"""A proof as a picture, a page or a tree of lines. Knows nothing about axioms: a step brings its texts with it.

The picture is written by hand as SVG, like `figure`: no clock, no font file and no drawing library has a part in the
bytes. Premises stand above what follows from them, each step once; where it is needed again, its number stands.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

LETTER, TITLE, LINE, WRAP = 7, 10, 16, 34  # pixels a letter takes, in the title, a line takes; letters to a line
GAP, RISE = 18, 40  # pixels between neighbours, between a step and its premises

COLOURS: Mapping[str, tuple[str, str]] = {
    "asserted": ("#e8f0f7", "#3f6b94"), "presupposed": ("#fbf3dc", "#a5812b"), "supposed": ("#fbf3dc", "#a5812b"),
    "derived": ("#ffffff", "#5b6672"), "impossible": ("#f9e3e0", "#a8453a"),
}  # fmt: skip
"""Fill and line by kind of step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proof: what it says, by which rule or from where, of which kind (a key of COLOURS), from what."""

    text: str
    note: str
    kind: str
    premises: tuple[Step, ...] = ()


def lines(step: Step) -> Iterator[tuple[int, str, str]]:
    """Depth, text and note of each step, the conclusion first; what stands already is named and not opened again."""
    seen: set[Step] = set()

    def walk(node: Step, depth: int) -> Iterator[tuple[int, str, str]]:
        again = node in seen and bool(node.premises)
        seen.add(node)
        yield depth, node.text, f"{node.note}; shown above" if again else node.note
        if not again:
            for premise in node.premises:
                yield from walk(premise, depth + 1)

    yield from walk(step, 0)


def as_list(step: Step) -> str:
    """Nested items in Markdown."""
    return "\n".join(f"{'  ' * depth}- `{text}` ({_plain(note)})" for depth, text, note in lines(step))


def _plain(text: str) -> str:
    """Text whose signs mean themselves in Markdown."""
    return "".join(f"\\{c}" if c in "\\*_`<>[]|#" else c for c in text)


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Box:
    """A step with its lines, its row from the bottom, and its place, known when all above it is."""

    step: Step
    said: list[str]
    row: int
    above: list[_Box]
    left: int = 0
    centre: int = 0

    @property
    def width(self) -> int:
        return 20 + LETTER * max(len(line) for line in self.said)

    @property
    def height(self) -> int:
        return 12 + LINE * len(self.said)

    @property
    def span(self) -> int:
        """The width of the box and all above it."""
        return max(self.width, sum(b.span for b in self.above) + GAP * max(len(self.above) - 1, 0))


def as_svg(step: Step, title: str) -> str:
    """The proof as a drawn tree, the conclusion at the bottom."""
    root = _boxes(step, 0, {})
    _placed(root, 16)
    boxes = list(_all(root))
    rows = [max(b.height for b in boxes if b.row == row) for row in range(max(b.row for b in boxes) + 1)]
    width = max(root.span, TITLE * len(title)) + 32
    height = 56 + sum(rows) + RISE * (len(rows) - 1)
    bottoms = [height - 16 - sum(rows[:row]) - RISE * row for row in range(len(rows))]
    drawn = [_drawn(box, bottoms) for box in boxes]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#1c2530">',
        f"<title>{escape(title)}</title>", f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="22" font-size="14" font-weight="bold">{escape(title)}</text>', *drawn, "</svg>", "",
    ])  # fmt: skip


def _boxes(step: Step, row: int, numbers: dict[Step, int]) -> _Box:
    """The boxes of a step and its premises; derived steps are numbered in the order they are first met."""
    if step in numbers:
        return _Box(step, [f"({numbers[step]})"], row, [])
    said = [line for part in (step.text, step.note) for line in textwrap.wrap(part, WRAP) or [""]]
    if step.premises:
        numbers[step] = len(numbers) + 1
        said[0] = f"({numbers[step]}) {said[0]}"
    return _Box(step, said, row, [_boxes(premise, row + 1, numbers) for premise in step.premises])


def _placed(box: _Box, left: int) -> None:
    """Give a box and all above it their places: premises side by side, the step in the middle below them."""
    box.left, box.centre = left, left + box.span // 2
    inner = sum(b.span for b in box.above) + GAP * max(len(box.above) - 1, 0)
    at = left + (box.span - inner) // 2
    for premise in box.above:
        _placed(premise, at)
        at += premise.span + GAP


def _all(box: _Box) -> Iterator[_Box]:
    yield box
    for premise in box.above:
        yield from _all(premise)


def _drawn(box: _Box, bottoms: list[int]) -> str:
    fill, line = COLOURS[box.step.kind]
    x, top = box.centre - box.width // 2, bottoms[box.row] - box.height
    dashed = ' stroke-dasharray="5 3"' if box.step.kind in ("presupposed", "supposed") else ""
    out = [
        f'<path d="M{box.centre} {top} L{above.centre} {bottoms[above.row]}" stroke="#9aa5b1" fill="none"/>'
        for above in box.above
    ]
    out.append(f'<rect x="{x}" y="{top}" width="{box.width}" height="{box.height}" rx="4" fill="{fill}" '
               f'stroke="{line}"{dashed}/>')  # fmt: skip
    notes = len(textwrap.wrap(box.step.note, WRAP) or [""]) if len(box.said) > 1 else 0
    for number, text in enumerate(box.said):
        note = f' fill="{line}" font-style="italic"' if number >= len(box.said) - notes else ""
        place = f'x="{box.centre}" y="{top + 18 + LINE * number}"'
        out.append(f'<text {place} text-anchor="middle"{note}>{escape(text)}</text>')
    return "\n".join(out)
