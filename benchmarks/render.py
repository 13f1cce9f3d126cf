"""The press against an f-string loop over the same ready columns, and against stock Jinja, paired in one run.

    python benchmarks/render.py --rows 200000 --out docs/benchmarks/render.json

Every way is run in turn, `--repeat` times, so that a busy machine weighs on all alike; the median of the ratios of
each round is what counts. Columns stand ready before the clock starts, as they do in the press.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lithograph.render.checks import dead_prints
from lithograph.render.inspection import Inspector
from lithograph.render.press import CHUNK, Columns, Plate, make_plate, render_row
from lithograph.render.templates import Template

SIMPLE = (
    ("user", "What is {{ sub.a }}?"),
    ("assistant", "{{ sub.A }} is {{ super.a }}. Every {{ sub.name }} is one."),
)
GENERAL = (
    ("user", "What is {{ sub.a }}?"),
    ("assistant", "{{ sub.A }} is {{ super.a }}.{% for x in [1] %} There are {{ x }} {{ super.plural }}.{% endfor %}"),
)
Way = Callable[[], object]


def template(turns: tuple[tuple[str, str], ...], needs: tuple[tuple[str, str], ...]) -> Template:
    return Template(
        "IsA", "question", "plain", "en", "taxonomy", "x.en.j2", 1, 0, turns, (1,) * len(turns), needs, "x@0"
    )


def columns(rows: int) -> Columns:
    """Labels about as long as EDAM's, each row with its own strings from a thousand entities."""
    words = [f"nucleic acid sequence alignment {i}" for i in range(1000)]
    pick, other = np.random.default_rng(7).integers(0, 1000, (2, rows))
    forms = {
        "name": np.array(words, object),
        "a": np.array([f"a {w}" for w in words], object),
        "A": np.array([f"A {w}" for w in words], object),
        "plural": np.array([f"{w}s" for w in words], object),
    }
    made = {("sub", form): forms[form][pick] for form in ("name", "a", "A")}
    return made | {("super", form): forms[form][other] for form in ("a", "plural")}


def fstring_loop(data: Columns, rows: int) -> tuple[list[str], list[str]]:
    """The floor: the same two turns as f-strings, in the same chunks."""
    questions: list[str] = []
    answers: list[str] = []
    for low in range(0, rows, CHUNK):
        part = slice(low, low + CHUNK)
        a, big, name, other = (
            data[slot][part].tolist() for slot in (("sub", "a"), ("sub", "A"), ("sub", "name"), ("super", "a"))
        )
        questions += [f"What is {x}?" for x in a]
        answers += [f"{y} is {z}. Every {n} is one." for y, z, n in zip(big, other, name, strict=True)]
    return questions, answers


def stock_loop(plate: Plate, data: Columns, rows: int) -> list[str]:
    """`.render` for every row."""
    out = []
    for i in range(rows):
        for turn in plate.turns:
            out.append(render_row(turn.source, {slot: data[slot][i] for slot in turn.needs}))
    return out


def inspected(plate: Plate, data: Columns, prints: tuple[list[str], ...], rows: int) -> None:
    """Values and their neighbours looked at, in the chunks of a build."""
    inspector = Inspector()
    for low in range(0, rows, CHUNK):
        part = {slot: column[low : low + CHUNK] for slot, column in data.items()}
        inspector.reasons(plate, part, [texts[low : low + CHUNK] for texts in prints])


def timed(way: Way) -> float:
    gc.collect()
    start = time.process_time()
    way()
    return time.process_time() - start


def measure(rows: int, repeat: int) -> dict[str, object]:
    data = columns(rows)
    simple = make_plate(template(SIMPLE, (("sub", "A"), ("sub", "a"), ("sub", "name"), ("super", "a"))))
    general = make_plate(template(GENERAL, (("sub", "A"), ("sub", "a"), ("super", "a"), ("super", "plural"))))
    few = max(rows // 100, 1)
    prints = fstring_loop(data, rows)
    if tuple(prints) != simple.render(data, rows):
        raise SystemExit("the press and the f-string loop do not print the same")
    ways: dict[str, tuple[Way, int]] = {
        "f-string": (lambda: fstring_loop(data, rows), rows),
        "fused": (lambda: simple.render(data, rows), rows),
        "batched": (lambda: general.render(data, rows), rows),
        "stock": (lambda: stock_loop(simple, data, few), few),
        "read for what is dead": (lambda: [dead_prints(turn) for turn in prints], rows),
        "inspected for what is dead": (lambda: inspected(simple, data, prints, rows), rows),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, (way, _) in ways.items():
            seconds[name].append(timed(way))
    per_row = {name: [s / ways[name][1] * 1e6 for s in taken] for name, taken in seconds.items()}
    return {
        "rows": rows,
        "rounds": repeat,
        "microseconds per example": {name: round(statistics.median(taken), 3) for name, taken in per_row.items()},
        "share of the f-string loop": {
            name: round(ratio(per_row["f-string"], per_row[name]), 3) for name in ("fused", "batched", "stock")
        },
    }


def ratio(floor: Sequence[float], way: Sequence[float]) -> float:
    return statistics.median(f / w for f, w in zip(floor, way, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = json.dumps(measure(options.rows, options.repeat), indent=2)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
