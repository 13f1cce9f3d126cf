"""What follows beyond the rules of the closure: named claims that take class expressions to prove.

The closure derives claims from claims, each proof in columns. Through definitions, `only`, cases and numbers more
follows; the engine finds it, and it joins the closure as claims with a proof of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier
from lithograph.reason.evidence import Evidence
from lithograph.reason.judged import ClaimKey, known_keys
from lithograph.reason.status import Reasoning, entailed

Found = tuple[ClaimKey, Axiom, tuple[str, tuple[int, ...]]]


def lemmas(reasoning: Reasoning, graph: ClaimGraph, most: int, *, seed: int = 0) -> list[tuple[ClaimKey, Evidence]]:
    """Claims that follow and that a graph does not hold: kinds of things and of their members, `most` of them at most.

    Of more, those whose hash with the seed is lowest. Nothing that an axiom says, though the graph left it out.
    reasoning: of the graph's own ontology. Sorted by key.
    """
    known = known_keys(graph)
    fresh = [f for f in _found(reasoning, graph) if f[0] not in known and reasoning.row(f[1]) is None]
    texts = graph.ontology.terms.texts
    chosen = sorted(fresh, key=lambda f: _mark(seed, texts[f[0].subject], texts[f[0].object]))[:most]
    return [(key, entailed(reasoning, claim, statement)) for key, claim, statement in sorted(chosen)]


def _mark(seed: int, *terms: str) -> bytes:
    return hashlib.sha256("\n".join([str(seed), *terms]).encode()).digest()


def _found(reasoning: Reasoning, graph: ClaimGraph) -> Iterator[Found]:
    """Every named subsumption and type that the engine found, of terms that something can be said of."""
    ids, n = graph.ontology.terms, len(graph.ontology.terms)
    table = reasoning.saturation.pairs("sub")
    unsatisfiable = table[table[:, 1] == 1, 0]
    usable = _usable(graph, unsatisfiable - 2)
    low, high = table[:, 0] - 2, table[:, 1] - 2
    classes = (high >= 0) & (high < n)
    classes[classes] &= usable[high[classes]] & ((graph.kinds[high[classes]] & Kind.CLASS) > 0)
    for shift, kind in ((0, Kind.CLASS), (n, Kind.INDIVIDUAL)):
        subject = low - shift
        rows = np.flatnonzero(classes & (subject >= 0) & (subject < n))
        rows = rows[(subject[rows] != high[rows]) | (shift > 0)]
        mine = subject[rows]
        rows = rows[usable[mine] & ((graph.kinds[mine] & kind) > 0)]
        relation = ids.id(v.TYPE if shift else v.SUBCLASS_OF)
        quantifier = Quantifier.INDIVIDUAL if shift else Quantifier.SCHEMA
        for s, o, statement in zip(subject[rows].tolist(), high[rows].tolist(), table[rows].tolist(), strict=True):
            a, b = ids.texts[s], ids.texts[o]
            claim = Axiom("ClassAssertion", (b, a)) if shift else Axiom("SubClassOf", (a, b))
            yield ClaimKey(s, relation, o, quantifier), claim, ("sub", tuple(statement))


def _usable(graph: ClaimGraph, unsatisfiable: Ints) -> NDArray[np.bool_]:
    """Which terms are things that something can be said of."""
    ids = graph.ontology.terms
    unusable = Kind.LITERAL | Kind.DATATYPE | Kind.DEPRECATED | Kind.ANONYMOUS
    usable = (graph.kinds & unusable) == 0
    usable[[i for i in (ids.id(v.THING), ids.id(v.NOTHING)) if i >= 0]] = False
    usable[unsatisfiable[(unsatisfiable >= 0) & (unsatisfiable < len(usable))]] = False
    usable[ids.starting_with(v.LITHO)] = False
    return np.asarray(usable)
