"""What probes are made from: the claims that can be asked about, whose side they are on, what training states.

Knows nothing about words beyond whether a claim has any, and nothing about how held-out claims were chosen.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.core.identity import urn
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.ontology.signs import signs
from lithograph.probes.stated import Stated
from lithograph.probes.table import PARTS
from lithograph.reason.candidates import surroundings
from lithograph.reason.closure import Closure, justification
from lithograph.reason.judged import ClaimKey
from lithograph.reason.proof import proofs_of
from lithograph.render.tautology import hollow
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import proof_rows

OPEN, REASONING, TRANSFER = range(3)
"""Roles of claims (`select.held_out`): in training, held out of it, about the reserved branch."""
Bools = NDArray[np.bool_]

NOT_ASKED = tuple(v.LITHO + name for name in (
    "analogousTo", "symbolises", "paradoxCause", "paradoxEffect", "gainPath", "lossPath", "resolvedBy", "resolves",
    "hasQuantity", "quantityValue", "unit",
))  # fmt: skip
"""Relations of the vocabulary that have kinds of probes of their own, or say nothing that is asked about."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The stone as probes see it.

    urns: of each claim, canonical. role: uint8[claims]; part: uint8[claims], 0 dev, 1 test. unspoken: classes that can
    have no member. askable: bool[claims], which are plain claims between two things that can be said, asserted or
    entailed. sign: int8[claims]. dropped: why what was not made a probe, counted.
    """

    closure: Closure
    urns: Sequence[str]
    role: NDArray[np.uint8]
    part: NDArray[np.uint8]
    stated: Stated
    unspoken: Ints
    lexicons: Mapping[str, Lexicon]
    seed: int
    askable: Bools
    sayable: Bools
    sign: NDArray[np.int8]
    dropped: Counter[str] = field(default_factory=Counter)
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def graph(self) -> ClaimGraph:
        """All claims."""
        return self.closure.graph

    def key(self, row: int) -> ClaimKey:
        """The columns of a claim."""
        graph = self.graph
        return ClaimKey(int(graph.subject[row]), int(graph.relation[row]), int(graph.object[row]),
                        int(graph.quantifier[row]))  # fmt: skip

    def split_of(self, rows: Sequence[int]) -> str | None:
        """The split of a question whose answer is put together from these claims: transfer where one is about the
        reserved branch; memory where one text states them all; reasoning where each is stated, or held out, and no text
        states them all; None where one is neither stated nor held out.
        """
        if any(self.role[row] == TRANSFER for row in rows):
            return "transfer"
        urns = [self.urns[row] for row in rows]
        if self.stated.together(urns):
            return "memory"
        told = all(self.stated.says(urn) or self.role[row] == REASONING for urn, row in zip(urns, rows, strict=True))
        return "reasoning" if told else None

    def part_of(self, rows: Sequence[int]) -> str | None:
        """The part that these claims are in; None where they are in both."""
        parts = {int(self.part[row]) for row in rows}
        return PARTS[parts.pop()] if len(parts) == 1 else None

    def mark(self, *things: object) -> int:
        """64 bits of the hash of things and of the seed: what a choice depends on."""
        text = "\n".join([str(self.seed), *map(str, things)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def by_hash(self, rows: Iterable[int], salt: str) -> list[int]:
        """Claims in an order that follows from what they say."""
        return sorted(rows, key=lambda row: (self.mark(salt, self.urns[row]), row))

    def axioms(self, rows: Sequence[int]) -> tuple[int, ...]:
        """The axiom rows behind claims, ascending."""
        found: set[int] = set()
        for row in rows:
            found.update(justification(self.graph, row, self.closure.evidence))
        return tuple(sorted(found))

    def leaves(self, row: int) -> tuple[int, ...]:
        """The asserted claims that a proof of a claim's status starts from, as its premises in words say them."""
        if row in self.closure.evidence:
            return tuple(claim for axiom in self.axioms([row]) for claim in self.rows_of_axiom(axiom))
        return tuple(one for one in proof_rows(self.graph, row) if self.graph.truth[one] == Truth.ASSERTED)

    def proof(self, row: int) -> str | None:
        """The urn of a claim's proof; None of what an axiom says, and of what has a certificate instead."""
        evidence = self.closure.evidence.get(row)
        if self.graph.truth[row] == Truth.ASSERTED or (evidence is not None and evidence.proof is None):
            return None
        if "axiom ids" not in self._cache:
            self._cache["axiom ids"] = self.graph.ontology.axiom_ids()
        return proofs_of(self.graph, np.array([row]), self._cache["axiom ids"], self.closure.evidence)[0]

    def group(self, name: str) -> str:
        """The id of what probes were made of together."""
        return urn("probes", name)

    def rows_of_axiom(self, axiom: int) -> list[int]:
        """The claims that an axiom says."""
        if "by axiom" not in self._cache:
            found: dict[int, list[int]] = {}
            for row in np.flatnonzero(self.graph.axiom >= 0).tolist():
                found.setdefault(int(self.graph.axiom[row]), []).append(row)
            self._cache["by axiom"] = found
        rows: list[int] = self._cache["by axiom"].get(axiom, [])
        return rows

    def urns_between(self, low: int, high: int) -> list[str]:
        """The urns of the claims that a term falls under a class, by what follows."""
        if "falls" not in self._cache:
            graph, ids = self.graph, self.graph.ontology.terms
            found: dict[tuple[int, int], list[int]] = {}
            kinds = np.isin(graph.relation, [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
            for row in np.flatnonzero(graph.holds & ~graph.negated & kinds).tolist():
                found.setdefault((int(graph.subject[row]), int(graph.object[row])), []).append(row)
            self._cache["falls"] = found
        return [self.urns[row] for row in self._cache["falls"].get((low, high), ())]

    def above(self, term: int) -> frozenset[int]:
        """A term and the classes that it is in, by what follows."""
        if "above" not in self._cache:
            graph, ids = self.graph, self.graph.ontology.terms
            rows = np.flatnonzero(graph.holds & ~graph.negated
                                  & np.isin(graph.relation, [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
                                  & (graph.quantifier != Quantifier.ANNOTATION))  # fmt: skip
            found: dict[int, set[int]] = {}
            for low, high in zip(graph.subject[rows].tolist(), graph.object[rows].tolist(), strict=True):
                found.setdefault(low, {low}).add(high)
            self._cache["above"] = {low: frozenset(high) for low, high in found.items()}
        kept: frozenset[int] = self._cache["above"].get(term, frozenset((term,)))
        return kept

    def apart(self, one: int, other: int) -> list[int]:
        """The rows of disjointness that keep two terms apart, by the classes that they are in."""
        if "apart" not in self._cache:
            graph, found = self.graph, dict[tuple[int, int], int]()
            disjoint = graph.holds & (graph.relation == graph.ontology.terms.id(v.DISJOINT_WITH))
            for row in np.flatnonzero(disjoint).tolist():
                pair = int(graph.subject[row]), int(graph.object[row])
                found.setdefault(pair, row)
                found.setdefault(pair[::-1], row)
            self._cache["apart"] = found
        pairs: dict[tuple[int, int], int] = self._cache["apart"]
        found_rows = {pairs[x, y] for x in self.above(one) for y in self.above(other) if (x, y) in pairs}
        return sorted(found_rows)


def ground_of(
    closure: Closure, urns: Sequence[str], role: NDArray[np.uint8], part: NDArray[np.uint8], stated: Stated,
    unspoken: Ints, lexicons: Mapping[str, Lexicon], seed: int,
) -> Ground:  # fmt: skip
    """Look at a stone. urns, role, part: of each claim."""
    graph = closure.graph
    sayable = said_somewhere(graph, lexicons)
    asked = askable(graph, unspoken) & sayable
    return Ground(closure, urns, role, part, stated, unspoken, lexicons, seed, asked, sayable, signs(graph))


def said_somewhere(graph: ClaimGraph, lexicons: Mapping[str, Lexicon]) -> Bools:
    """Of each claim whether some language has words for its ends and its relation, and says something with them."""
    out = np.zeros(len(graph), bool)
    schema = np.isin(graph.quantifier, [Quantifier.SCHEMA, Quantifier.ANNOTATION])
    schema |= graph.relation == graph.ontology.terms.id(v.TYPE)
    for lexicon in lexicons.values():
        said = lexicon.speakable(graph.subject) & (schema | lexicon.speakable(graph.relation))
        literal = (graph.kinds[graph.object] & Kind.LITERAL) > 0
        out |= said & (literal | lexicon.speakable(graph.object)) & ~hollow(graph, lexicon)
    return out


def askable(graph: ClaimGraph, unspoken: Ints) -> Bools:
    """Which claims hold and relate two classes or two members, so that yes, no and cannot be known answer them."""
    ids, kinds = graph.ontology.terms, graph.kinds
    usable = surroundings(graph, 0, unspoken).usable
    keep = graph.holds & ~graph.negated & usable[graph.subject] & usable[graph.object]
    keep &= graph.subject != graph.object
    classes = (kinds[graph.subject] & kinds[graph.object] & Kind.CLASS) > 0
    member = (kinds[graph.subject] & Kind.INDIVIDUAL) > 0
    members = member & ((kinds[graph.object] & Kind.INDIVIDUAL) > 0)
    kind_of = (graph.relation == ids.id(v.SUBCLASS_OF)) & (graph.quantifier == Quantifier.SCHEMA) & classes
    of_type = (graph.relation == ids.id(v.TYPE)) & (graph.quantifier == Quantifier.INDIVIDUAL) & member
    of_type &= (kinds[graph.object] & Kind.CLASS) > 0
    relates = (kinds[graph.relation] & Kind.OBJECT_PROPERTY) > 0
    left_out = [ids.id(iri) for iri in (v.TYPE, v.SUBCLASS_OF, v.SAME_AS, v.DIFFERENT_FROM, *NOT_ASKED)]
    relates &= ~np.isin(graph.relation, left_out)
    some = (graph.quantifier == Quantifier.SOME) & classes
    single = (graph.quantifier == Quantifier.INDIVIDUAL) & members
    return np.asarray(keep & (kind_of | of_type | (relates & (some | single))))
