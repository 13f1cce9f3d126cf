"""Which claims of a graph an axiom states, a proof in words tells, a step rests on. Knows nothing about words.

An axiom may be a step of a proof that no axiom of the ontology says: what counts is what a claim of the graph says too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.axioms import Axiom
from lithograph.ontology.constructs import Claim, claims_of
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth
from lithograph.reason.evidence import ASSERTED, PRESUPPOSED, SUPPOSED, Derivation, Evidence, narrowed
from lithograph.select.canonical import PAIRS

Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """The claims of a graph by what they say. order: claim rows sorted by subject; subjects: theirs.

    evidence: what lemmas and candidates rest on.
    """

    graph: ClaimGraph
    evidence: Mapping[int, Evidence]
    order: NDArray[np.int64]
    subjects: NDArray[np.int32]
    _axioms: dict[Axiom, Rows] = field(default_factory=dict, repr=False)
    _proofs: dict[int, Rows] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, graph: ClaimGraph, evidence: Mapping[int, Evidence]) -> Stated:
        """Look-ups over a graph; sorts it once."""
        order = np.argsort(graph.subject, kind="stable")
        return cls(graph, evidence, order, graph.subject[order])

    def by_axiom(self, axiom: Axiom) -> Rows:
        """The rows of the claims that an axiom states, ascending; none where the graph holds no such claim."""
        if axiom not in self._axioms:
            found: set[int] = set()
            for claim in claims_of(axiom, Counter(), {}) if _claimable(axiom) else ():
                found.update(self._rows(claim))
            self._axioms[axiom] = tuple(sorted(found))
        return self._axioms[axiom]

    def by_proof(self, row: int) -> Rows:
        """The rows of the claims that the proof of a claim tells, itself among them: premises, steps, conclusion.

        Of a refuted claim what its refutation tells, but for what rests on the supposition.
        """
        if row not in self._proofs:
            self._proofs[row] = tuple(sorted({row, *self._told(row)}))
        return self._proofs[row]

    def by_leaves(self, row: int) -> Rows:
        """The rows of the claims that a proof starts from, or a refutation, as far as they are told."""
        proof = self.evidence[row].proof if row in self.evidence else None
        if row in self.evidence:
            axioms = (
                [n.says for n in _nodes(narrowed(proof)) if n.axiom is not None or n.rule == ASSERTED] if proof else []
            )
            return tuple(sorted({one for axiom in axioms for one in self._holding(axiom)}))
        return tuple(one for one in self.by_proof(row) if self.graph.truth[one] == Truth.ASSERTED)

    def by_step(self, row: int) -> frozenset[int]:
        """The claims that the last step of a judged claim's derivation rests on; empty where no claim says them.

        A premise that is no claim of the graph (`every a is a b and has a c`) stands for those that it rests on itself:
        steps that only rewrite are not counted. Of a refuted claim: all that the contradiction needs beside it.
        """
        proof = self.evidence[row].proof if row in self.evidence else None
        if proof is None:
            return frozenset()
        proof = narrowed(proof)
        resting = _resting(proof)
        found: set[int] = set()
        todo = [proof] if self.graph.truth[row] == Truth.REFUTED else list(proof.premises)
        while todo:
            node = todo.pop()
            rows = () if node in resting or node.rule in (PRESUPPOSED, SUPPOSED) else self._holding(node.says)
            if rows and row not in rows:
                found.update(rows)
            else:
                todo.extend(node.premises)
        return frozenset(found - {row})

    def _holding(self, axiom: Axiom) -> Rows:
        return tuple(row for row in self.by_axiom(axiom) if self.graph.truth[row] <= Truth.ENTAILED)

    def _told(self, row: int) -> Iterator[int]:
        if row in self.evidence:
            proof = self.evidence[row].proof
            if proof is not None:
                proof = narrowed(proof)
                resting = _resting(proof)
                for node in _nodes(proof):
                    if node not in resting and node.rule not in (PRESUPPOSED, SUPPOSED):
                        yield from self._holding(node.says)
            return
        premises = self.graph.premises
        seen, todo = set(), [row]
        while todo:
            claim = todo.pop()
            if claim not in seen:
                seen.add(claim)
                todo.extend(int(p) for p in premises[claim] if p >= 0)
        yield from seen

    def _rows(self, claim: Claim) -> Iterator[int]:
        """The rows of a claim by its terms; its ends either way where they have no order."""
        graph, ids = self.graph, self.graph.ontology.terms
        ends = [(claim.subject, claim.object)]
        if claim.relation in PAIRS:
            ends.append((claim.object, claim.subject))
        for subject, obj in ends:
            s, o = ids.id(subject), ids.id(obj)
            low, high = np.searchsorted(self.subjects, s, "left"), np.searchsorted(self.subjects, s, "right")
            rows = self.order[low:high]
            rows = rows[(graph.object[rows] == o) & (graph.relation[rows] == ids.id(claim.relation))]
            fits = (graph.quantifier[rows] == claim.quantifier) & (graph.negated[rows] == claim.negated)
            if claim.quantifier in (Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY):
                fits &= graph.number[rows] == claim.number
            yield from (int(row) for row in rows[fits])


def _claimable(axiom: Axiom) -> bool:
    """Whether an axiom can be a claim: one of class axioms, assertions and properties."""
    return axiom.kind not in ("AnnotationAssertion", "Declaration", "DatatypeDefinition")


def _nodes(derivation: Derivation) -> Iterator[Derivation]:
    """The nodes of a derivation, each as often as it stands there."""
    todo = [derivation]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(node.premises)


def _resting(derivation: Derivation) -> frozenset[Derivation]:
    """The nodes that rest on what is supposed: they hold of the contrary alone."""
    out: set[Derivation] = set()

    def rests(node: Derivation) -> bool:
        below = [rests(premise) for premise in node.premises]
        resting = node.rule == SUPPOSED or any(below)
        if resting:
            out.add(node)
        return resting

    rests(derivation)
    return frozenset(out)


def leaves(graph: ClaimGraph, row: int, evidence: Mapping[int, Evidence], by_axiom: Callable[[int], Rows]) -> Rows:
    """The asserted claims that the recorded proof of a claim starts from; of a judged one those of its axioms.

    by_axiom: the asserted claims that an axiom row says.
    """
    found: set[int] = set()
    seen, todo = set(), [row]
    while todo:
        claim = todo.pop()
        if claim in seen:
            continue
        seen.add(claim)
        if claim in evidence:
            for axiom in evidence[claim].axioms:
                found.update(by_axiom(axiom))
        elif graph.rule[claim] == 0 and graph.truth[claim] == Truth.ASSERTED:
            found.add(claim)
        todo.extend(int(p) for p in graph.premises[claim] if p >= 0)
    return tuple(sorted(found))
