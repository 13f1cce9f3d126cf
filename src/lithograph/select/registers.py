"""Which manner of speaking each wording gets, and which template says it. Choices by hash; knows nothing about text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.select.choose import Hashes

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def wanted(keys: Hashes, turn: int, wordings: int, weights: Sequence[float]) -> tuple[Places, Floats]:
    """The register that the turn-th wording of each instance is to have, by weight, and where in it the hash falls.

    keys: uint64[n]. The wordings of an instance are taken at equal distances (systematic sampling), so each register
    gets its share, and two wordings share one only where its weight is more than a wording's. Returns places in
    `weights` and numbers in [0, 1).
    """
    shares = np.array(weights, np.float64) / sum(weights)
    ends = np.cumsum(shares)
    at = (keys >> np.uint64(11)).astype(np.float64) * 2.0**-53
    at = (at + turn / wordings) % 1.0
    place = np.minimum(np.searchsorted(ends, at, "right"), np.flatnonzero(shares > 0)[-1])
    inside = (at - (ends - shares)[place]) / shares[place]
    return place, np.clip(inside, 0.0, np.nextafter(1.0, 0.0))


def assigned(
    registers: Sequence[int], wish: Places, inside: Floats, taken: Sequence[Places] = ()
) -> tuple[Places, NDArray[np.bool_]]:
    """The template for each wish, and whether it speaks in another register than was wished.

    registers: of each template its register, ascending. A register without a template gives way to the next one that
    has any, after the last comes the first. A template that an earlier wording of the instance has (`taken`) gives way
    to the next, so there have to be as many as wordings.
    """
    own = np.array(registers, np.int64)
    distinct, starts, counts = np.unique(own, return_index=True, return_counts=True)
    group = np.searchsorted(distinct, wish) % len(distinct)
    place = starts[group] + (inside * counts[group]).astype(np.int64)
    for _ in taken:
        for other in taken:
            place = np.where(place == other, (place + 1) % len(own), place)
    return place, own[place] != wish


def secondary(registers: Sequence[int], place: Places, inside: Floats) -> Places:
    """Another template for each, in the next register that has one, or another paraphrase where there is none; −1 where
    there is no other."""
    own = np.array(registers, np.int64)
    if len(own) < 2:
        return np.full(len(place), -1)
    distinct, starts, counts = np.unique(own, return_index=True, return_counts=True)
    if len(distinct) < 2:
        return (place + 1) % len(own)
    group = (np.searchsorted(distinct, own[place]) + 1) % len(distinct)
    return np.asarray(starts[group] + (inside * counts[group]).astype(np.int64))
