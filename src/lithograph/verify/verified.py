"""What a verification found, as a value, as JSON and as tables. Knows nothing about models or how they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from .measures import Measures, compare, majority_results, measure
from .statistics import Draws, Interval, draws_of

ADAPTER, BASE, RUNTIME, MAJORITY, FORMAT_ONLY = "adapter", "base", "runtime adapter", "majority", "format-only"
WHOLE = ("accuracy", "macro F1", "recall of unknown", "recall of known", "calibration error")
"""The measures of a whole set of probes, in the order in which they are shown."""
TABLES = ("probe_split", "axis", "depth")
"""The columns by which accuracy is shown."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One model's answers. results: one table a trained seed, in the order of the probes; perplexity: on the text that
    has nothing to do with the ontology, one value a seed; empty where it was not measured."""

    name: str
    results: tuple[pa.Table, ...]
    perplexity: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """Models on the same probes. about: what was asked of whom, as JSON values; ahead: how far the first model is
    ahead of each other one, by split and as a whole (`all`), paired."""

    part: str
    probes: pa.Table
    answers: tuple[Answers, ...]
    measures: Mapping[str, Measures]
    ahead: Mapping[str, Mapping[str, Interval]]
    about: Mapping[str, Any] = field(default_factory=dict)


def verified(
    part: str, probes: pa.Table, answers: Sequence[Answers], seed: int = 0, about: Mapping[str, Any] | None = None
) -> Verified:
    """Measure every model, the majority beside them; the first is the one that is compared with the others."""
    groups = [group or name for group, name in zip(probes["group"].to_pylist(), probes["id"].to_pylist(), strict=True)]
    draws = draws_of(groups, seed)
    held = (*answers, Answers(MAJORITY, (majority_results(probes),)))
    first, others = held[0], held[1:]
    return Verified(
        part, probes, held, {one.name: measure(probes, draws, one.results) for one in held},
        {other.name: _ahead(probes, draws, first, other) for other in others}, about or {},
    )  # fmt: skip


def _ahead(probes: pa.Table, draws: Draws, first: Answers, other: Answers) -> dict[str, Interval]:
    splits = probes["probe_split"].to_pylist()
    out = {"all": compare(draws, first.results, other.results)}
    for name in sorted({split for split in splits if split}):
        mask = np.array([split == name for split in splits])
        out[name] = compare(draws, first.results, other.results, mask)
    return out


def scenes_of(probes: pa.Table, result: pa.Table) -> dict[str, dict[str, int]]:
    """Name of a scene -> its probes and how many were right, by name: what `lithograph dataset --feedback` reads."""
    out: dict[str, dict[str, int]] = {}
    for scene, right in zip(probes["scene"].to_pylist(), result["correct"].to_pylist(), strict=True):
        if scene:
            held = out.setdefault(scene.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1], {"probes": 0, "right": 0})
            held["probes"] += 1
            held["right"] += int(right)
    return dict(sorted(out.items()))


def as_values(found: Verified) -> dict[str, Any]:
    """All of it as JSON values; `split` and `scenes` as `select.feedback` reads them."""
    return {
        "split": {"dev": "development"}.get(found.part, found.part),
        "scenes": scenes_of(found.probes, found.answers[0].results[0]),
        "about": dict(found.about),
        "models": {one.name: _model_values(found.measures[one.name], one) for one in found.answers},
        "ahead": {name: {split: _interval(held) for split, held in splits.items()}
                  for name, splits in found.ahead.items()},
    }  # fmt: skip


def _model_values(measures: Measures, answers: Answers) -> dict[str, Any]:
    sliced = {column: {value: _interval(held) for value, held in by.items()} for column, by in measures.sliced.items()}
    whole = {name: _interval(held) for name, held in measures.whole.items()}
    return {"seeds": len(answers.results), "perplexity": [round(p, 6) for p in answers.perplexity], **whole,
            "accuracy by": sliced}  # fmt: skip


def _interval(held: Interval) -> dict[str, Any]:
    numbers = {"value": held.value, "low": held.low, "high": held.high}
    return {name: round(number, 6) if np.isfinite(number) else None for name, number in numbers.items()} | {
        "probes": held.probes, "groups": held.groups}  # fmt: skip


def whole_table(found: Verified) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(columns, rows): a model a row, its measures with intervals, its perplexity and how far that is from the base's.

    A measure that no model has is no column.
    """
    names = [name for name in WHOLE if any(name in held.whole for held in found.measures.values())]
    base = next((one.perplexity for one in found.answers if one.name == BASE and one.perplexity), ())
    rows = []
    for one in found.answers:
        held = found.measures[one.name].whole
        rows.append((one.name, *(held[name].shown() if name in held else "–" for name in names),
                     _perplexity(one.perplexity, base)))  # fmt: skip
    return ("model", *names, "perplexity"), rows


def _perplexity(values: Sequence[float], base: Sequence[float]) -> str:
    if not values:
        return "–"
    mean = float(np.mean(values))
    change = f" ({mean / float(np.mean(base)) - 1:+.1%})" if base and tuple(values) != tuple(base) else ""
    return f"{mean:.2f}{change}"


def sliced_table(found: Verified, column: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(columns, rows): accuracy by the values of a column of the probes, a model a column."""
    models = [one.name for one in found.answers]
    values = list(found.measures[models[0]].sliced.get(column, {}))
    rows = []
    for value in values:
        held = [found.measures[model].sliced[column][value] for model in models]
        rows.append((value, str(held[0].probes), *(one.shown() for one in held)))
    return (column.removeprefix("probe_"), "probes", *models), rows


def ahead_table(found: Verified) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(columns, rows): by how many points the first model is ahead of each other one, by split."""
    splits = list(next(iter(found.ahead.values())))
    rows = [(f"ahead of {name}", *(_points(held[split]) for split in splits)) for name, held in found.ahead.items()]
    return ("points", *splits), rows


def _points(held: Interval) -> str:
    return f"{100 * held.value:+.0f} [{100 * held.low:+.0f}, {100 * held.high:+.0f}]"
