"""How much of what is printed: weights, budgets, and the thresholds that meet them. Numbers only.

A budget is shared among scenes by weight, and within a scene among its registers and languages. Where there is less
than a share, the rest goes to the others, so small scenes are told whole and large ones make room. The threshold of a
scene, register and language is then the least resonance at which so many of its candidates are printed; of those that
resonate alike, the lower hash comes first. Thresholds are set on the candidates before any move.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import Ints
from lithograph.scenes.declaration import Scene
from lithograph.select.choose import Hashes

K = TypeVar("K", bound=Hashable)
LAST = (1 << 64) - 1


class Threshold(NamedTuple):
    """The least resonance at which something is printed, in millionths, and the last hash among those that have it."""

    resonance: int = 0
    tie: int = LAST

    def passed(self, resonance: Ints, ties: Hashes) -> NDArray[np.bool_]:
        """Which candidates are printed."""
        level = resonance == self.resonance
        return np.asarray((resonance > self.resonance) | (level & (ties <= np.uint64(self.tie))))


EVERYTHING, NOTHING = Threshold(), Threshold(1_000_001)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much of a budget a scene, axis, register, level or language gets beside the others; 1 where none is given.

    factors: by scene, what results on development probes made of its weight (`select.feedback`).
    """

    scene: Mapping[str, float] = field(default_factory=dict)
    axis: Mapping[str, float] = field(default_factory=dict)
    register: Mapping[str, float] = field(default_factory=dict)
    level: Mapping[str, float] = field(default_factory=dict)
    language: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)

    def of_scene(self, scene: Scene) -> float:
        """The weight of a scene: declared, and by name, axis and level."""
        by_name = self.scene.get(scene.name, 1.0) * self.factors.get(scene.name, 1.0)
        return scene.weight * by_name * self.axis.get(scene.axis, 1.0) * self.level.get(scene.level, 1.0)

    def of_manner(self, register: str, language: str) -> float:
        """The weight of a register in a language."""
        return self.register.get(register, 1.0) * self.language.get(language, 1.0)


def shares(available: Sequence[int], weights: Sequence[float], budget: int) -> list[int]:
    """A budget shared by weight among those who have so much to give; nobody gives more than it has.

    Sums to the budget, or to all there is where that is less; what weighs nothing gives nothing. Whole numbers by the
    method of largest remainders, ties by place.

    >>> shares([10, 100, 100], [1, 1, 2], 90)
    [10, 27, 53]
    """
    out = [0] * len(available)
    open_places = [i for i, weight in enumerate(weights) if weight > 0 and available[i] > 0]
    left = min(budget, sum(available[i] for i in open_places))
    while open_places:
        total = sum(weights[i] for i in open_places)
        full = [i for i in open_places if left * weights[i] >= available[i] * total]
        if not full:
            break
        for i in full:
            out[i] = available[i]
        left -= sum(available[i] for i in full)
        open_places = [i for i in open_places if i not in full]
    if open_places:
        total = sum(weights[i] for i in open_places)
        exact = {i: left * weights[i] / total for i in open_places}
        out = [int(exact[i]) if i in exact else n for i, n in enumerate(out)]
        missing = left - sum(out[i] for i in open_places)
        for i in sorted(open_places, key=lambda i: (int(exact[i]) - exact[i], i))[:missing]:
            out[i] += 1
    return out


def threshold(resonance: Ints, ties: Hashes, count: int) -> Threshold:
    """The threshold that exactly `count` of the candidates pass: the most resonant, of equals those of lower hash.

    resonance: int32[n] millionths; ties: uint64[n]. The order of the candidates does not matter.

    >>> threshold(np.array([5, 9, 5, 1], np.int32), np.array([3, 1, 2, 0], np.uint64), 2)
    Threshold(resonance=5, tie=2)
    """
    if count >= len(resonance):
        return EVERYTHING
    if count <= 0:
        return NOTHING
    order = np.lexsort((ties, -resonance.astype(np.int64)))
    last = order[count - 1]
    return Threshold(int(resonance[last]), int(ties[last]))


def quotas(
    available: Mapping[K, Mapping[K, int]], weights: Mapping[K, float], manners: Mapping[K, Mapping[K, float]],
    budget: float, own: Mapping[K, float],
) -> dict[K, dict[K, int]]:  # fmt: skip
    """How many candidates of each scene and manner (register and language) are to be printed.

    available: scene -> manner -> candidates. weights: by scene; manners: scene -> manner -> weight. budget: examples in
    all, below 1 a share of them, 0 for no bound; own: the same for single scenes, served first.
    """
    weighty = {s: {m: n if manners[s][m] > 0 and weights[s] > 0 else 0 for m, n in cells.items()}
               for s, cells in available.items()}  # fmt: skip
    room = {scene: sum(cells.values()) for scene, cells in weighty.items()}
    asked = {scene: counted(own[scene], room[scene]) for scene in room if own.get(scene, 0)}
    rest = [scene for scene in room if scene not in asked]
    whole = counted(budget, sum(room.values()))
    left = max(whole - sum(asked.values()), 0)
    given = {**asked, **dict(zip(rest, shares([room[s] for s in rest], [weights[s] for s in rest], left),
                                 strict=True))}  # fmt: skip
    return {
        scene: dict(zip(cells, shares(list(cells.values()), [manners[scene][m] for m in cells], given[scene]),
                        strict=True))
        for scene, cells in weighty.items()
    }  # fmt: skip


def counted(budget: float, available: int) -> int:
    """A budget as a number of candidates: a number of its own, a share below 1, all where it is 0."""
    if budget == 0:
        return available
    return min(round(budget * available) if budget < 1 else int(budget), available)
