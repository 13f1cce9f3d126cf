"""Canonical claims: one identity for a claim however it is turned round or its terms are called. Knows no words.

Two claims are one where the ontology makes them say the same, read off the claims themselves:

    equivalent classes, the same individuals      either stands for the other; so do classes below each other
    equivalent properties                         likewise; so do properties below each other
    inverse properties, between individuals       `x r y` is `y s x`
    symmetric properties, between individuals     the ends are a pair without order
    disjoint, equivalent, inverse, same, different   the ends are a pair without order
    domain and range of an inverse                the domain of r is the range of s

Quantifier, negation, sign and number are part of what a claim is. `every a r some b` is not turned round: its inverse
would be another claim. A claim that would say a thing of itself once its ends are merged (`A is equivalent to B`) keeps
them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.core.identity import urn
from lithograph.ontology.axioms import structural_string
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier
from lithograph.ontology.terms import Terms
from lithograph.select.choose import Hashes, mix

Bits = NDArray[np.uint8]

PAIRS = (
    v.EQUIVALENT_CLASS, v.EQUIVALENT_PROPERTY, v.DISJOINT_WITH, v.PROPERTY_DISJOINT_WITH, v.INVERSE_OF, v.SAME_AS,
    v.DIFFERENT_FROM,
)  # fmt: skip
"""Relations whose ends have no order."""
OF_PROPERTIES = (v.SUBPROPERTY_OF, v.EQUIVALENT_PROPERTY, v.PROPERTY_DISJOINT_WITH, v.INVERSE_OF)
"""Relations between properties; of `domain`, `range` and characteristics only the subject is one."""
FUNCTIONAL, INVERSE_FUNCTIONAL = v.OWL + "FunctionalProperty", v.OWL + "InverseFunctionalProperty"
SYMMETRIC = v.OWL + "SymmetricProperty"
QUANTIFIERS = {int(quantifier): quantifier.name for quantifier in Quantifier}


@dataclass(frozen=True, slots=True)
class Forms:
    """Every claim in its canonical form, in columns. turned: bits 1, 2, 4: subject, relation, object is the inverse of
    the property that stands there. things: of every term the first of those that are equivalent to it or the same.
    """

    terms: Terms
    things: Ints
    subject: Ints
    relation: Ints
    object: Ints
    quantifier: NDArray[np.uint8]
    negated: NDArray[np.bool_]
    sign: NDArray[np.int8]
    number: Ints
    turned: Bits
    _rows: list[tuple[int, ...]] = field(default_factory=list, repr=False)

    def text(self, row: int) -> str:
        """What a claim is, as one line: `SOME <hasPart> <Pump> <Valve>`; with `not`, sign and number where it has them.

        Terms are written as in axioms; an inverse is `ObjectInverseOf(<r>)`.
        """
        if not self._rows:  # one look into a column costs more than all columns as lists
            columns = (self.quantifier, self.negated, self.sign, self.number, self.turned)
            terms = (self.relation, self.subject, self.object)
            self._rows.extend(zip(*(column.tolist() for column in (*columns, *terms)), strict=True))
        quantifier, negated, sign, number, bits, *ends = self._rows[row]
        relation, subject, obj = (structural_string(self.terms.texts[end]) for end in ends)
        if bits:
            subject, relation, obj = (f"ObjectInverseOf({end})" if bits >> place & 1 else end
                                      for place, end in enumerate((subject, relation, obj)))  # fmt: skip
        words = QUANTIFIERS[quantifier]
        words += " not" if negated else ""
        words += f" {sign:+d}" if sign else ""
        words += f" {number}" if number else ""
        return f"{words} {relation} {subject} {obj}"


@dataclass(frozen=True, slots=True)
class Urns(Sequence[str]):
    """Of every claim `urn:litho:claim:{sha256}` of its canonical form; each is made when it is asked for."""

    row: Ints
    forms: Forms
    _made: dict[int, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.row)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        first = int(self.row[index])
        if first not in self._made:
            self._made[first] = urn("claim", self.forms.text(first))
        return self._made[first]

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))


@dataclass(frozen=True, slots=True)
class Canonical:
    """Of every claim of a graph which claim stands for it.

    row: int32[n], the first row of the claims that say the same; itself on most. An asserted claim comes before a
    derived one, and one that holds before one in question. marks: uint64[n], a hash of the canonical form, the same in
    any graph that merges the same terms. urns: of each claim that of its canonical form.
    """

    row: Ints
    marks: Hashes
    urns: Urns

    def members(self, rows: Ints) -> tuple[Ints, Ints]:
        """(representative, claim) of every claim that a chosen representative stands for, by claim."""
        wanted = np.zeros(len(self.row), bool)
        wanted[rows] = True
        claims = np.flatnonzero(wanted[self.row]).astype(np.int32)
        return self.row[claims], claims


def canonical(graph: ClaimGraph) -> Canonical:
    """The canonical claims of a graph. Reads the whole graph once; two claims are one where their marks are equal."""
    forms = canonical_forms(graph)
    marks = _marks(forms)
    _, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    row = first[np.asarray(inverse).reshape(-1)].astype(np.int32)
    return Canonical(row, marks, Urns(row, forms))


def canonical_forms(graph: ClaimGraph) -> Forms:
    """Every claim of a graph with its terms merged, its inverses turned and its pairs in order."""
    ids = graph.ontology.terms
    things, properties = _merged_things(graph), _properties(graph)
    schema = graph.quantifier == Quantifier.SCHEMA
    between = schema & np.isin(graph.relation, [ids.id(iri) for iri in OF_PROPERTIES])
    about = between | (schema & np.isin(graph.relation, [ids.id(iri) for iri in (v.DOMAIN, v.RANGE, v.TYPE)]))
    subject = np.where(about, properties.first[graph.subject], things[graph.subject])
    obj = np.where(between, properties.first[graph.object], things[graph.object])
    itself = (subject == obj) & (graph.subject != graph.object)
    subject, obj = np.where(itself, graph.subject, subject), np.where(itself, graph.object, obj)
    turned = [np.where(place, properties.turned[column], 0).astype(np.uint8) for place, column in
              ((about & ~itself, graph.subject), (np.ones(len(graph), bool), graph.relation),
               (between & ~itself, graph.object))]  # fmt: skip
    relation = properties.first[graph.relation].astype(np.int32)
    relation, turned[0], turned[2] = _schema_turned(ids, relation, turned[0], turned[2], between, about)
    obj = _characteristic_turned(ids, graph, obj, turned[0], about)
    turned[0] = np.where(about & ~between, 0, turned[0]).astype(np.uint8)
    facts = graph.quantifier == Quantifier.INDIVIDUAL
    swap = facts & (turned[1] > 0)
    turned[1] = np.where(facts, 0, turned[1]).astype(np.uint8)
    unordered = np.isin(graph.relation, [ids.id(iri) for iri in PAIRS])
    unordered |= facts & properties.symmetric[graph.relation]
    swap = np.where(unordered, (subject > obj) | ((subject == obj) & (turned[0] > turned[2])), swap)
    subject, obj = np.where(swap, obj, subject), np.where(swap, subject, obj)
    ends = np.where(swap, turned[2], turned[0]), np.where(swap, turned[0], turned[2])
    bits = (ends[0] | turned[1] << 1 | ends[1] << 2).astype(np.uint8)
    return Forms(ids, things, subject.astype(np.int32), relation, obj.astype(np.int32), graph.quantifier, graph.negated,
                 graph.sign, graph.number, bits)  # fmt: skip


def _schema_turned(
    ids: Terms, relation: Ints, first: Bits, second: Bits, between: NDArray[np.bool_], about: NDArray[np.bool_]
) -> tuple[Ints, Bits, Bits]:
    """Schema claims of an inverse as claims of what it is the inverse of: r⁻ below s⁻ is r below s, the domain of r⁻ is
    the range of r."""
    both = between & (first > 0)
    second = np.where(both, 1 - second, second).astype(np.uint8)
    first = np.where(both, 0, first).astype(np.uint8)
    domain, range_ = ids.id(v.DOMAIN), ids.id(v.RANGE)
    swap = about & ~between & (first > 0)
    out = np.where(swap & (relation == domain), range_, relation)
    return np.where(swap & (relation == range_), domain, out).astype(np.int32), first, second


def _characteristic_turned(
    ids: Terms, graph: ClaimGraph, obj: NDArray[np.integer], turned: Bits, about: NDArray[np.bool_]
) -> NDArray[np.integer]:
    """An inverse that is functional: the other is inverse functional. The other characteristics hold of both."""
    swap = about & (graph.relation == ids.id(v.TYPE)) & (turned > 0)
    functional, inverse = ids.id(FUNCTIONAL), ids.id(INVERSE_FUNCTIONAL)
    if functional < 0 or inverse < 0:
        return obj
    return np.where(swap & (obj == functional), inverse, np.where(swap & (obj == inverse), functional, obj))


# ---- what is the same ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Properties:
    """Of every term as a property: the first of those it is equivalent or inverse to, whether it is that one's inverse,
    and whether it is symmetric."""

    first: Ints
    turned: Bits
    symmetric: NDArray[np.bool_]


def _merged_things(graph: ClaimGraph) -> Ints:
    """Of every term the first of the classes that are equivalent to it, of the individuals that are the same."""
    pairs = [*_stated(graph, v.EQUIVALENT_CLASS, Quantifier.SCHEMA), *_mutual(graph, v.SUBCLASS_OF),
             *_stated(graph, v.SAME_AS, Quantifier.INDIVIDUAL)]  # fmt: skip
    return _groups(len(graph.kinds), ((a, b, 0) for a, b in pairs))[0]


def _properties(graph: ClaimGraph) -> Properties:
    ids, n = graph.ontology.terms, len(graph.kinds)
    pairs = [(a, b, 0) for a, b in [*_stated(graph, v.EQUIVALENT_PROPERTY, Quantifier.SCHEMA),
                                    *_mutual(graph, v.SUBPROPERTY_OF)]]  # fmt: skip
    pairs += [(a, b, 1) for a, b in _stated(graph, v.INVERSE_OF, Quantifier.SCHEMA)]
    first, turned, both = _groups(n, pairs)
    rows = graph.holds & (graph.relation == ids.id(v.TYPE)) & (graph.quantifier == Quantifier.SCHEMA)
    rows &= graph.object == ids.id(SYMMETRIC)
    symmetric = np.zeros(n, bool)
    symmetric[first[graph.subject[rows]]] = True
    symmetric |= both
    symmetric = symmetric[first]
    return Properties(first, np.where(symmetric, 0, turned).astype(np.uint8), symmetric)


def _stated(graph: ClaimGraph, relation: str, quantifier: Quantifier) -> list[tuple[int, int]]:
    """The ends of every claim of a relation that holds, between things that have a name."""
    rows = (graph.relation == graph.ontology.terms.id(relation)) & (graph.quantifier == quantifier)
    rows &= graph.holds & ~graph.negated
    unnamed = np.uint16(Kind.LITERAL | Kind.ANONYMOUS)
    rows &= ((graph.kinds[graph.subject] | graph.kinds[graph.object]) & unnamed) == 0
    return list(zip(graph.subject[rows].tolist(), graph.object[rows].tolist(), strict=True))


def _mutual(graph: ClaimGraph, relation: str) -> list[tuple[int, int]]:
    """Pairs of which each is below the other."""
    rows = (graph.relation == graph.ontology.terms.id(relation)) & (graph.quantifier == Quantifier.SCHEMA)
    rows &= graph.holds & ~graph.negated
    low, high, n = graph.subject[rows].astype(np.int64), graph.object[rows].astype(np.int64), len(graph.kinds)
    both = np.intersect1d(low * n + high, high * n + low)
    return [(int(code // n), int(code % n)) for code in both.tolist() if code // n < code % n]


def _groups(n: int, pairs: Iterable[tuple[int, int, int]]) -> tuple[Ints, Bits, NDArray[np.bool_]]:
    """Terms joined by pairs that are equal (0) or inverse (1): of each the first of its group, and whether it is its
    inverse; of each first whether its group is inverse to itself."""
    first, turned, both = np.arange(n, dtype=np.int32), np.zeros(n, np.uint8), np.zeros(n, bool)
    near: dict[int, list[tuple[int, int]]] = {}
    for a, b, parity in pairs:
        near.setdefault(a, []).append((b, parity))
        near.setdefault(b, []).append((a, parity))
    seen: dict[int, int] = {}
    for start in sorted(near):
        if start in seen:
            continue
        seen[start], todo = 0, [start]
        while todo:
            here = todo.pop()
            first[here], turned[here] = start, seen[here]
            for there, parity in near[here]:
                if there not in seen:
                    seen[there] = seen[here] ^ parity
                    todo.append(there)
                elif seen[there] != seen[here] ^ parity:
                    both[start] = True
    return first, turned, both


# ---- marks ----------------------------------------------------------------------------------------------------------


def _marks(forms: Forms) -> Hashes:
    """64 bits for each canonical form: equal where forms are, whatever else stands in the graph."""
    named = term_marks(forms.terms)
    out = np.zeros(len(forms.subject), np.uint64)
    for name, column in (("subject", named[forms.subject]), ("relation", named[forms.relation]),
                         ("object", named[forms.object]), ("quantifier", forms.quantifier), ("not", forms.negated),
                         ("sign", forms.sign.view(np.uint8)), ("number", forms.number),
                         ("turned", forms.turned)):  # fmt: skip
        out = mix(out ^ mix(column.astype(np.uint64), name), "claim")
    return out


def term_marks(terms: Terms) -> Hashes:
    """64 bits of the hash of every term."""
    raw = b"".join(hashlib.sha256(text.encode()).digest()[:8] for text in terms.texts)
    return np.frombuffer(raw, ">u8").astype(np.uint64)
