"""Whether a difference is more than luck, and what many such questions at once do to the answer.

Knows nothing about models. Probes that were made of one another stand or fall together: what is drawn is the group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000


def sign_flip(differences: Sequence[float], seed: int = 0, draws: int = DRAWS) -> float:
    """One-sided p of a mean difference above 0: the share of sign flips that give a mean as large (Fisher 1935).

    differences: one number a group, the sum over its probes. Exact up to 13 groups, by seeded draws beyond.

    >>> sign_flip([1.0, 1.0, 1.0, 1.0])
    0.0625
    """
    values = np.asarray([d for d in differences if d != 0.0], np.float64)
    if not len(values):
        return 1.0
    seen = values.sum()
    if 2 ** len(values) <= draws:
        codes = np.arange(2 ** len(values))[:, None] >> np.arange(len(values)) & 1
        sums = (codes * 2.0 - 1.0) @ values
        return float((sums >= seen - 1e-12).mean())
    signs = np.random.default_rng(seed).integers(0, 2, (draws, len(values)), dtype=np.int8) * 2.0 - 1.0
    return float(((signs @ values >= seen - 1e-12).sum() + 1) / (draws + 1))


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """p values corrected for their number by Holm's step-down rule (1979), by name in the given order.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    order = sorted(ps, key=lambda name: (ps[name], name))
    corrected: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(order):
        highest = max(highest, min(1.0, ps[name] * (len(order) - place)))
        corrected[name] = highest
    return {name: corrected[name] for name in ps}


def by_group(values: NDArray[np.float64], groups: Sequence[str]) -> list[float]:
    """The sum of the values of each group, in order of the groups' names."""
    names, place = np.unique(np.asarray(groups, object), return_inverse=True)
    return [float(total) for total in np.bincount(place, weights=values, minlength=len(names))]
