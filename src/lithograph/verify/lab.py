"""Adapters beside each other: what each one added, what it takes with it when it goes, whether a new axis appeared.

Works on answers and losses that others have measured. Knows nothing about models, files or ontologies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .measures import right_and_asked
from .significance import by_group, holm, sign_flip
from .statistics import SHARE, Draws, Interval, difference, draws_of, interval

Floats = NDArray[np.float64]
SURE = 0.05
"""The corrected p below which a gain is called one."""
RESAMPLED = 2_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One adapter on one axis. gain: how far ahead of the base, paired; p: of that gain, one-sided, by flips of groups;
    corrected: the same among all cells (Holm); chance: what guessing gets; won: ahead beyond chance, corrected."""

    accuracy: Interval
    gain: Interval
    p: float
    corrected: float
    chance: float

    @property
    def won(self) -> bool:
        """Whether the base does not have this axis and the adapter has."""
        return self.corrected < SURE and self.accuracy.low > self.chance


def cells(probes: pa.Table, base: pa.Table, adapters: Mapping[str, pa.Table], seed: int = 0) -> (
    dict[str, dict[str, Cell]]
):  # fmt: skip
    """Adapter -> axis -> cell, in the given order and by axis. All results are in the order of the probes."""
    draws, groups = _draws(probes, seed), _groups(probes)
    chance = 1.0 / np.array([len(options) for options in probes["options"].to_pylist()])
    there = right_and_asked(base)
    axes = sorted(set(probes["axis"].to_pylist()))
    masks = {axis: np.array([found == axis for found in probes["axis"].to_pylist()]) for axis in axes}
    raw, ps = {}, {}
    for name, result in adapters.items():
        mine = right_and_asked(result)
        for axis, mask in masks.items():
            ahead = (mine[:, 0] - there[:, 0])[mask]
            ps[name, axis] = sign_flip(by_group(ahead, [g for g, m in zip(groups, mask, strict=True) if m]), seed)
            one, other = mine * mask[:, None], there * mask[:, None]
            raw[name, axis] = (interval(draws, SHARE, [one]), difference(draws, SHARE, [one], [other]))
    corrected = holm({f"{name}\n{axis}": p for (name, axis), p in ps.items()})
    return {name: {axis: Cell(*raw[name, axis], ps[name, axis], corrected[f"{name}\n{axis}"],
                              float(chance[masks[axis]].mean())) for axis in axes} for name in adapters}  # fmt: skip


def accuracies(probes: pa.Table, result: pa.Table, seed: int = 0) -> dict[str, Interval]:
    """Axis -> accuracy, and `all`, of one model."""
    draws, rows = _draws(probes, seed), right_and_asked(result)
    found = probes["axis"].to_pylist()
    masks = {axis: np.array([a == axis for a in found]) for axis in sorted(set(found))}
    return {"all": interval(draws, SHARE, [rows])} | {
        axis: interval(draws, SHARE, [rows * mask[:, None]]) for axis, mask in masks.items()
    }


def _groups(probes: pa.Table) -> list[str]:
    return [g or name for g, name in zip(probes["group"].to_pylist(), probes["id"].to_pylist(), strict=True)]


def _draws(probes: pa.Table, seed: int) -> Draws:
    return draws_of(_groups(probes), seed)


@dataclass(frozen=True, slots=True)
class Span:
    """A number with the interval in which 95 % of its resamplings lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of a scene's knowledge when its adapter was taken away, in nats per token of its own examples.

    learned: how much lower the loss was with all than without any; lost: how much it rose when this one went; left: the
    share of `learned` that is still there, 1 − lost / learned. gone: whether the loss rose beyond doubt.
    """

    learned: Span
    lost: Span
    left: Span

    @property
    def gone(self) -> bool:
        """Whether the loss rose beyond doubt."""
        return self.lost.low > 0


def removal(base: Floats, whole: Floats, without: Floats, facts: Sequence[str], seed: int = 0) -> Removal:
    """From losses per token of the same examples, float64[examples]. facts: of each the instance it says; examples of
    one are drawn together."""
    learned, lost = base - whole, without - whole
    picked = _picked(facts, seed)
    share = np.array([1 - lost[rows].sum() / learned[rows].sum() if learned[rows].sum() else np.nan for rows in picked])
    value = 1 - float(lost.sum()) / float(learned.sum()) if learned.sum() else float("nan")
    return Removal(_span(learned, picked), _span(lost, picked), Span(value, *_ends(share)))


def mean_span(values: Floats, facts: Sequence[str], seed: int = 0) -> Span:
    """The mean of one number an example, with its interval over facts."""
    return _span(values, _picked(facts, seed))


def _picked(facts: Sequence[str], seed: int) -> list[NDArray[np.int64]]:
    """The rows of each resampling of the facts."""
    names, place = np.unique(np.asarray(facts, dtype=str), return_inverse=True)
    rows = [np.flatnonzero(place == number) for number in range(len(names))]
    drawn = np.random.default_rng(seed).integers(0, len(names), (RESAMPLED, len(names)))
    return [np.concatenate([rows[number] for number in draw]) for draw in drawn]


def _span(values: Floats, picked: Sequence[NDArray[np.int64]]) -> Span:
    return Span(float(values.mean()), *_ends(np.array([values[rows].mean() for rows in picked])))


def _ends(drawn: Floats) -> tuple[float, float]:
    defined = drawn[np.isfinite(drawn)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
