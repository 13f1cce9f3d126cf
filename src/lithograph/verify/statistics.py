"""Measures as sums over groups, so that a resampled measure is one product of matrices. Knows nothing about models.

Probes that were made by swapping parts of one another stand or fall together, so what is drawn is the group, never the
probe (the cluster bootstrap, Davison & Hinkley 1997, 3.8). Every measure here is a function of sums over probes; the
sums of a draw are its weights (how often each group was drawn) times the sums of the groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
LEVEL = 0.95
Z = 1.959964
"""The normal quantile of LEVEL, for Wilson's interval."""
BINS = 10
"""Equal-width bins of confidence in the calibration error (Guo et al. 2017)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value with its bounds at LEVEL, and the probes and groups that it rests on."""

    value: float
    low: float
    high: float
    probes: int
    groups: int

    def shown(self) -> str:
        """The value in percent with its bounds."""
        return f"{self.value:.0%} [{self.low:.0%}–{self.high:.0%}]"


@dataclass(frozen=True, slots=True)
class Statistic:
    """A measure: `columns` numbers of each probe whose sums it is a function of.

    of_sums: float64[..., columns] -> float64[...], NaN where it is not defined.
    """

    name: str
    of_sums: Callable[[Floats], Floats]


def share(sums: Floats) -> Floats:
    """Of sums (right, asked): the share of right ones."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def macro_f1(sums: Floats) -> Floats:
    """Of the counts of a confusion matrix, key by answer in rows (float[..., k·k]): the mean F1 of the k classes.

    A class that is neither a key nor an answer in the sums is left out of the mean.
    """
    size = round(sums.shape[-1] ** 0.5)
    table = sums.reshape(*sums.shape[:-1], size, size)
    hit = np.diagonal(table, axis1=-2, axis2=-1)
    either = table.sum(-1) + table.sum(-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(either > 0, 2 * hit / either, np.nan)
    there = np.isfinite(scores)
    count = there.sum(-1)
    return np.asarray(np.where(count > 0, np.where(there, scores, 0).sum(-1) / np.maximum(count, 1), np.nan))


def calibration_error(sums: Floats) -> Floats:
    """Of BINS triples (confidence, right, asked): the expected calibration error, the mean gap between confidence and
    accuracy over the bins, each by its share of the probes (Guo et al. 2017)."""
    triples = sums.reshape(*sums.shape[:-1], BINS, 3)
    gaps = np.abs(triples[..., 1] - triples[..., 0]).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(gaps / triples[..., 2].sum(-1))


SHARE = Statistic("share", share)
MACRO_F1 = Statistic("macro F1", macro_f1)
CALIBRATION = Statistic("calibration error", calibration_error)


def drawn(groups: int, seed: int, draws: int = DRAWS) -> NDArray[np.float32]:
    """float32[draws, groups]: how often each group is in each draw; each row sums to `groups`."""
    random = np.random.default_rng(seed)
    weights = np.empty((draws, groups), np.float32)
    piece = max(1, 4_000_000 // max(groups, 1))
    for start in range(0, draws, piece):
        rows = min(piece, draws - start)
        picked = random.integers(0, groups, (rows, groups)) + np.arange(rows)[:, None] * groups
        weights[start : start + rows] = np.bincount(picked.ravel(), minlength=rows * groups).reshape(rows, groups)
    return weights


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one set of probes, shared by every model that was asked it: differences are then paired.

    place: int64[probes], the group of each; weights: as `drawn` gives them.
    """

    place: NDArray[np.int64]
    weights: NDArray[np.float32]

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.weights.shape[1])

    def by_group(self, columns: Floats) -> Floats:
        """float64[groups, columns]: sums over the probes of each group."""
        return np.stack([np.bincount(self.place, column, self.groups) for column in columns.T], 1)


def draws_of(groups: Sequence[str], seed: int = 0, draws: int = DRAWS) -> Draws:
    """Draws of the probes whose groups these are."""
    names, place = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return Draws(place.astype(np.int64), drawn(len(names), seed, draws))


def interval(draws: Draws, statistic: Statistic, seeds: Sequence[Floats], seed: int = 0) -> Interval:
    """The mean of a statistic over seeds, its interval over groups and seeds.

    seeds: for each trained seed float64[probes, columns], the numbers of its answers, 0 in probes that do not count.
    Each draw takes as many seeds as there are, with replacement, and one set of groups for all of them.
    """
    values, spread = resampled(draws, statistic, seeds, seed)
    there = np.any(np.stack([np.abs(rows).sum(1) for rows in seeds]) > 0, axis=0)
    held = len(np.unique(draws.place[there]))
    low, high = bounds(spread)
    if statistic is SHARE and low == high and low in (0.0, 1.0):  # all groups agree: the bootstrap has no width
        low, high = wilson(low, held)
    return Interval(values, low, high, int(there.sum()), held)


def resampled(draws: Draws, statistic: Statistic, seeds: Sequence[Floats], seed: int = 0) -> tuple[float, Floats]:
    """A statistic's mean over seeds, and float64[draws] of it resampled, without the draws in which it is undefined."""
    told = [draws.by_group(rows) for rows in seeds]
    value = float(np.mean([statistic.of_sums(rows.sum(0)) for rows in told]))
    drawn_of_seed = np.stack([statistic.of_sums((draws.weights @ rows.astype(np.float32)).astype(np.float64))
                              for rows in told])  # fmt: skip
    spread = _over_seeds(drawn_of_seed, seed)
    return value, spread


def _over_seeds(values: Floats, seed: int) -> Floats:
    """float64[seeds, draws] -> float64[draws]: in each draw the mean over as many seeds, drawn with replacement."""
    count, draws = values.shape
    if count == 1:
        only: Floats = values[0]
        return only
    picked = np.random.default_rng(seed + 1).integers(0, count, (count, draws))
    spread: Floats = np.take_along_axis(values, picked, 0).mean(0)
    return spread


def difference(
    draws: Draws, statistic: Statistic, one: Sequence[Floats], other: Sequence[Floats], seed: int = 0
) -> Interval:
    """How much greater a statistic is of one model than of another on the same probes, paired: same draws for both."""
    first, spread = resampled(draws, statistic, one, seed)
    second, against = resampled(draws, statistic, other, seed + 7)
    there = np.any(np.stack([np.abs(rows).sum(1) for rows in [*one, *other]]) > 0, axis=0)
    low, high = bounds(spread - against)
    return Interval(first - second, low, high, int(there.sum()), len(np.unique(draws.place[there])))


def bounds(spread: Floats) -> tuple[float, float]:
    """The percentiles of LEVEL; NaN where no draw is defined."""
    defined = spread[np.isfinite(spread)]
    if not len(defined):
        return float("nan"), float("nan")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return round(float(low), 9), round(float(high), 9)


def wilson(share_: float, count: int) -> tuple[float, float]:
    """Wilson's interval of a share of `count` (1927).

    >>> [round(x, 3) for x in wilson(1.0, 20)]
    [0.839, 1.0]
    """
    if not count:
        return float("nan"), float("nan")
    middle = (share_ + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * ((share_ * (1 - share_) / count + Z * Z / (4 * count * count)) ** 0.5)
    return max(0.0, middle - half), min(1.0, middle + half)
