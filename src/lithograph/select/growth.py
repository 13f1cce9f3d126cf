"""Back to reasoning: an instance that is far denser or thinner than its scene grows by one hop.

Beside what it says, it then says one claim more about its focus, one that holds; what follows comes before what is
said. The label stays that of the scene's own claims.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.scenes.declaration import IN_QUESTION, Scene
from lithograph.scenes.instances import Instances, Lists
from lithograph.scenes.matching import SPOKEN_ELSEWHERE
from lithograph.scenes.measures.density import bound_nodes

GROWING = frozenset({"statement", "question", "yes_no", "narrative", "comparison"})
"""Forms whose answer is one of sentences, to which another can be added; a talk would end on something nobody asked."""
HOPS = (Quantifier.SOME, Quantifier.INDIVIDUAL, Quantifier.SCHEMA)
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


def can_grow(scene: Scene) -> bool:
    """Whether a scene's instances may say more: not where a claim is in question, nor where a graph rule speaks."""
    asked = any(coupling.status in IN_QUESTION for coupling in scene.couplings)
    return not asked and not scene.computed and not GROWING.isdisjoint(scene.forms)


def grown(
    graph: ClaimGraph, instances: Instances, far: Rows, weights: Ints, speakable: Callable[[Ints], Bools]
) -> tuple[Rows, Ints]:
    """Which of the instances that are `far` off grow, and the claim that comes to each.

    Of the claims about the focus that hold, lead to something new and have words, what follows comes before what is
    said, then the lower depth, the greater weight, the lower row. weights: coupling weight of every claim.
    """
    focus = instances.roles.get(instances.scene.focus)
    if focus is None or not len(far):
        return np.empty(0, np.int64), np.empty(0, np.int32)
    hops = _hops(graph, np.unique(focus[far]), speakable)
    order = np.lexsort((hops, -weights[hops], graph.depth[hops], graph.truth[hops] == Truth.ASSERTED,
                        graph.subject[hops]))  # fmt: skip
    hops = hops[order]
    low = np.searchsorted(graph.subject[hops], focus[far], "left")
    high = np.searchsorted(graph.subject[hops], focus[far], "right")
    nodes, said = bound_nodes(graph, instances.take(far)), instances.claims.take(far)
    kept: list[tuple[int, int]] = []
    for i, row in enumerate(far.tolist()):
        claims = said.row(i)
        mine = hops[low[i] : high[i]]
        fits = ~np.isin(graph.object[mine], nodes.row(i)) & ~np.isin(mine, claims)
        if fits.any():
            kept.append((row, int(mine[fits.argmax()])))
    rows, more = zip(*kept, strict=True) if kept else ((), ())
    return np.array(rows, np.int64), np.array(more, np.int32)


def with_claim(instances: Instances, rows: Rows, claims: Ints) -> Instances:
    """The chosen instances, each with one claim more, behind its own."""
    taken = instances.take(rows)
    lengths = np.diff(taken.claims.offsets)
    offsets = taken.claims.offsets + np.arange(len(rows) + 1)
    values = np.empty(int(offsets[-1]), np.int32)
    last = offsets[1:] - 1
    values[last] = claims
    own = np.ones(len(values), bool)
    own[last] = False
    values[own] = taken.claims.values[: int(lengths.sum())]
    return Instances(taken.scene, taken.roles, taken.lists, taken.facts, Lists(offsets, values), taken.dropped)


def together(one: Instances, other: Instances) -> Instances:
    """Two lots of instances of a scene, one after the other."""

    def lists(left: Lists, right: Lists) -> Lists:
        return Lists(np.concatenate((left.offsets, right.offsets[1:] + left.offsets[-1])),
                     np.concatenate((left.values, right.values)))  # fmt: skip

    return Instances(
        one.scene, {name: np.concatenate((c, other.roles[name])) for name, c in one.roles.items()},
        {name: lists(c, other.lists[name]) for name, c in one.lists.items()},
        {name: lists(c, other.facts[name]) for name, c in one.facts.items()},
        lists(one.claims, other.claims), one.dropped,
    )  # fmt: skip


def _hops(graph: ClaimGraph, subjects: Ints, speakable: Callable[[Ints], Bools]) -> Ints:
    """Rows of the claims that may be added, about given subjects."""
    ids = graph.ontology.terms
    elsewhere = [ids.id(iri) for iri in SPOKEN_ELSEWHERE - {v.SUBCLASS_OF, v.TYPE}]
    rows = np.flatnonzero(np.isin(graph.subject, subjects) & graph.holds & ~graph.negated)
    rows = rows[np.isin(graph.quantifier[rows], HOPS) & ~np.isin(graph.relation[rows], elsewhere)]
    plain = graph.kinds[graph.object[rows]] & (Kind.LITERAL | Kind.ANONYMOUS | Kind.DEPRECATED) == 0
    rows = rows[plain & (graph.object[rows] != ids.id(v.THING))]
    schema = np.isin(graph.relation[rows], [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
    rows = rows[schema | (graph.quantifier[rows] != Quantifier.SCHEMA)]
    worded = speakable(graph.object[rows]) & (np.isin(graph.relation[rows], [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
                                              | speakable(graph.relation[rows]))  # fmt: skip
    return np.asarray(rows[worded]).astype(np.int32)
