"""Riddles: from clues to the one named term that is the most general of all that are known to fit them."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.scenes.declaration import Scene
from lithograph.scenes.instances import Instances, Lists

Rows = NDArray[np.int64]
FEWEST, LONGEST = 2, 4
"""Clues of a riddle."""
MOST = 5_000
"""Classes that riddles are sought for; of more, those whose IRI has the lower hash."""


def find_riddles(graph: ClaimGraph, scene: Scene, unspoken: Ints) -> Instances:
    """The instances of the scene: role `term`, the answer; facts `clues`, the claims that it is known by.

    Known to fit is what makes every clue by what follows. The answer is the only such term, or all others fall under it
    and it under none of them. What no axiom says may fit too: a riddle asks for what is known.
    """
    ids = graph.ontology.terms
    under = np.isin(graph.relation, [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
    keep = graph.holds & ~graph.negated & (graph.kinds[graph.object] & (Kind.LITERAL | Kind.ANONYMOUS) == 0)
    keep &= (graph.quantifier == Quantifier.SOME) | (under & (graph.object != ids.id(v.THING)))
    keep &= (graph.subject != graph.object) & ~np.isin(graph.subject, unspoken)
    ours = ids.starting_with(v.LITHO)
    keep &= ~((graph.object >= ours.start) & (graph.object < ours.stop))
    makers = _Makers(graph, np.flatnonzero(keep))
    keep &= (graph.truth == Truth.ASSERTED) & (graph.relation != ids.id(v.TYPE))
    keep &= graph.kinds[graph.subject] & (Kind.CLASS | Kind.DEPRECATED) == Kind.CLASS
    said = np.flatnonzero(keep)
    terms, dropped = _asked(graph, said)
    found = [(term, clues) for term in terms if (clues := _clues(graph, said, term)) and makers.answers(term, clues)]
    offsets = np.append(0, np.cumsum([len(clues) for _, clues in found], dtype=np.int64))
    claims = Lists(offsets, np.array([row for _, clues in found for row in clues], np.int32))
    things = Lists(offsets, graph.object[claims.values].astype(np.int32))
    return Instances(scene, {"term": np.array([term for term, _ in found], np.int32)}, {"things": things},
                     {"clues": claims}, claims, dropped)  # fmt: skip


class _Makers:
    """Who makes a claim, by what follows, classes and members: looked up by relation, object and quantifier."""

    def __init__(self, graph: ClaimGraph, rows: Rows) -> None:
        self._graph = graph
        keys = self._key(rows)
        order = np.lexsort((graph.subject[rows], keys))
        self._keys, self._subjects = keys[order], graph.subject[rows][order]
        ids = graph.ontology.terms
        under = rows[np.isin(graph.relation[rows], [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])]
        self._pairs = np.unique(graph.subject[under].astype(np.int64) * len(graph.kinds) + graph.object[under])

    def _key(self, rows: Rows) -> NDArray[np.int64]:
        graph = self._graph
        pairs = graph.relation[rows].astype(np.int64) * len(graph.kinds) + graph.object[rows]
        return pairs * 16 + graph.quantifier[rows]

    def answers(self, term: int, clues: list[int]) -> bool:
        """Whether a term is the one most general of all that make every clue."""
        fitting: Ints | None = None
        for key in self._key(np.array(clues)).tolist():
            low, high = np.searchsorted(self._keys, [key, key + 1])
            makers = self._subjects[low:high]
            fitting = makers if fitting is None else np.intersect1d(fitting, makers)
        assert fitting is not None
        others = fitting[fitting != term].astype(np.int64)
        n = len(self._graph.kinds)
        return bool(self._falls(others * n + term).all() and not self._falls(term * n + others).any())

    def _falls(self, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        if not len(self._pairs):
            return np.zeros(len(pairs), bool)
        at = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        return np.asarray(self._pairs[at] == pairs)


def _asked(graph: ClaimGraph, said: Rows) -> tuple[list[int], dict[str, int]]:
    """The classes of enough asserted claims, in order of IRI."""
    terms, counts = np.unique(graph.subject[said], return_counts=True)
    terms = terms[counts >= FEWEST]
    if len(terms) <= MOST:
        return terms.tolist(), {}
    texts = graph.ontology.terms.texts
    chosen = sorted(terms.tolist(), key=lambda term: hashlib.sha256(texts[term].encode()).digest())[:MOST]
    return sorted(chosen), {f"no riddle sought: more than {MOST:,} classes": len(terms) - MOST}


def _clues(graph: ClaimGraph, said: Rows, term: int) -> list[int]:
    """What is said of a term, what it is first; none where there is too little."""
    low, high = np.searchsorted(graph.subject[said], [term, term + 1])
    mine = said[low:high]
    mine = mine[np.lexsort((graph.object[mine], graph.relation[mine], graph.quantifier[mine]))][:LONGEST]
    return mine.tolist() if len(mine) >= FEWEST else []
