"""Conjunctive patterns over claims, matched by vectorised joins. Knows nothing about rules, scenes or text.

The rules of the closure and the couplings of a scene are both lists of patterns; both are matched here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints, Quantifier, Truth

Rows = NDArray[np.int64]
HOLDING = (Truth.ASSERTED, Truth.ENTAILED)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One claim with variables: subject, relation and object are variables (`?x`) or IRIs.

    narrower: the sub-properties of the relation match too; relation_as: a variable for the one that did.
    quantifiers: those that match (empty: all). q: a variable that carries the quantifier, number: the cardinality.
    negated and sign: exact values, or None for any. truths: the statuses that match: what holds, unless said otherwise.
    """

    subject: str
    relation: str
    object: str
    quantifiers: tuple[Quantifier, ...] = ()
    q: str | None = None
    number: str | None = None
    negated: bool | None = False
    sign: int | None = None
    narrower: bool = False
    relation_as: str | None = None
    truths: tuple[Truth, ...] = HOLDING

    def variables(self) -> dict[str, str]:
        """Variable name -> the claim column it is bound by."""
        places = (("subject", self.subject), ("relation", self.relation), ("object", self.object))
        bound = {name: column for column, name in places if name.startswith("?")}
        if self.relation_as:
            bound[self.relation_as] = "relation"
        if self.q:
            bound[self.q] = "quantifier"
        if self.number:
            bound[self.number] = "number"
        return bound


@dataclass(frozen=True, slots=True)
class Bindings:
    """Answers of a conjunction: for each variable an int64[k] column, for each pattern the int64[k] claim rows."""

    columns: dict[str, Rows]
    rows: tuple[Rows, ...]

    def __len__(self) -> int:
        return len(self.rows[0])

    def take(self, chosen: Rows | NDArray[np.bool_]) -> Bindings:
        """The chosen answers, in that order."""
        return Bindings({v: c[chosen] for v, c in self.columns.items()}, tuple(r[chosen] for r in self.rows))


@dataclass(frozen=True, slots=True)
class ClaimIndex:
    """Claims of a graph grouped by relation, so that a pattern's candidates are found without a full scan."""

    graph: ClaimGraph
    order: Rows  # claim rows sorted by relation, then row
    relations: Ints  # relation of order[i]
    _rows: dict[object, Rows] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, graph: ClaimGraph) -> ClaimIndex:
        """Index a graph."""
        order = _stable(ranks_among(np.flatnonzero(np.bincount(graph.relation)), graph.relation))
        return cls(graph, order, graph.relation[order])

    def with_relations(self, relations: Ints) -> Rows:
        """Rows whose relation is one of a sorted array of ids, ascending."""
        low = np.searchsorted(self.relations, relations, "left")
        high = np.searchsorted(self.relations, relations, "right")
        parts = [self.order[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
        if not parts:
            return np.empty(0, np.int64)
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def candidates(self, pattern: Pattern) -> Rows:
        """Rows that a pattern's constants allow, ascending."""
        if pattern not in self._rows:
            self._rows[pattern] = self._find(pattern)
        return self._rows[pattern]

    def _find(self, pattern: Pattern) -> Rows:
        graph = self.graph
        if pattern.relation.startswith("?"):
            rows = np.arange(len(graph), dtype=np.int64)
        else:
            relation = graph.ontology.terms.id(pattern.relation)
            wanted = np.array([relation], np.int32)
            if pattern.narrower:
                wanted = graph.narrower.get(relation, wanted)
            rows = self.with_relations(wanted)
        keep = _among(pattern.truths)[graph.truth[rows]]
        for column, name in ((graph.subject, pattern.subject), (graph.object, pattern.object)):
            if not name.startswith("?"):
                keep &= column[rows] == graph.ontology.terms.id(name)
        if pattern.quantifiers:
            keep &= _among(pattern.quantifiers)[graph.quantifier[rows]]
        if pattern.negated is not None:
            keep &= graph.negated[rows] == pattern.negated
        if pattern.sign is not None:
            keep &= graph.sign[rows] == pattern.sign
        return rows if keep.all() else rows[keep]


def _among(values: Sequence[int]) -> NDArray[np.bool_]:
    """For each byte whether it is one of these."""
    table = np.zeros(256, bool)
    table[list(values)] = True
    return table


def join(left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """All pairs (i, j) with left[i] == right[j], ordered by i, then by j.

    Only what both sides have is sorted: rules join many claims with the few of the schema.
    """
    wanted, place = np.unique(left, return_inverse=True)
    ranks = ranks_among(wanted, right)
    kept = np.flatnonzero(ranks >= 0)
    ranks = ranks[kept]
    order = kept[_stable(ranks)]
    count = np.bincount(ranks, minlength=len(wanted))
    start, counts = (np.cumsum(count) - count)[place], count[place]
    i = np.repeat(np.arange(len(left), dtype=np.int64), counts)
    shift = np.repeat(start - (np.cumsum(counts) - counts), counts)
    return i, order[np.arange(len(i), dtype=np.int64) + shift]


DENSE = 1 << 24
"""Keys below this are looked up in a table, others by bisection."""


def ranks_among(values: Rows, keys: NDArray[np.integer]) -> Rows:
    """For each key its place among sorted distinct values, -1 where it is none of them."""
    if not len(values) or not len(keys):
        return np.full(len(keys), -1, np.int64)
    if values[0] >= 0 and keys.min() >= 0 and max(values[-1], keys.max()) < DENSE:
        table = np.full(int(max(values[-1], keys.max())) + 1, -1, np.int32)
        table[values] = np.arange(len(values), dtype=np.int32)
        return np.asarray(table[keys])
    place = np.minimum(np.searchsorted(values, keys), len(values) - 1)
    return np.where(values[place] == keys, place, -1)


def _stable(ranks: Rows) -> Rows:
    """The order of ranks, equal ones as they stand; numpy sorts 16 bits by radix."""
    small = ranks.astype(np.uint16) if not len(ranks) or ranks.max() < 1 << 16 else ranks
    return np.argsort(small, kind="stable").astype(np.int64, copy=False)


def match(graph: ClaimGraph, patterns: Sequence[Pattern], candidates: Mapping[int, Rows]) -> Bindings:
    """All answers of a conjunction of patterns over given candidate rows, in the order the join meets them.

    The pattern with the fewest candidates starts; then always one that shares a variable with what is bound.
    Raises ValueError where a pattern shares none (a cross product is never meant).
    """
    pending = sorted(range(len(patterns)), key=lambda i: (len(candidates[i]), i))
    first = pending.pop(0)
    bindings = _bind(graph, patterns[first], candidates[first])
    slots: dict[int, Rows] = {first: bindings.rows[0]}
    columns = bindings.columns
    while pending:
        linked = [i for i in pending if set(patterns[i].variables()) & set(columns)]
        if not linked:
            raise ValueError("the patterns fall apart into groups that share no variable")
        chosen = linked[0]
        pending.remove(chosen)
        fresh = _bind(graph, patterns[chosen], candidates[chosen])
        shared = sorted(set(fresh.columns) & set(columns))
        i, j = join(*_keys([columns[v] for v in shared], [fresh.columns[v] for v in shared]))
        columns = {v: c[i] for v, c in columns.items()} | {
            v: c[j] for v, c in fresh.columns.items() if v not in columns
        }
        slots = {k: rows[i] for k, rows in slots.items()} | {chosen: fresh.rows[0][j]}
    return Bindings(columns, tuple(slots[k] for k in range(len(patterns))))


def _bind(graph: ClaimGraph, pattern: Pattern, rows: Rows) -> Bindings:
    columns: dict[str, Rows] = {}
    for variable, column in pattern.variables().items():
        columns[variable] = getattr(graph, column)[rows].astype(np.int64)
    bindings = Bindings(columns, (rows,))
    places = {"subject": pattern.subject, "relation": pattern.relation, "object": pattern.object}
    for left, right in itertools.combinations(places, 2):
        if places[left] == places[right] and places[left].startswith("?"):  # one variable in two places
            held = bindings.rows[0]
            bindings = bindings.take(getattr(graph, left)[held] == getattr(graph, right)[held])
    return bindings


def _keys(left: list[Rows], right: list[Rows]) -> tuple[Rows, Rows]:
    """One int64 key a row for several columns, equal exactly where all the columns are equal."""
    key_left, key_right = left[0], right[0]
    for a, b in zip(left[1:], right[1:], strict=True):
        _, dense = np.unique(np.concatenate((key_left, key_right)), return_inverse=True)
        width = max(int(a.max(initial=0)), int(b.max(initial=0))) + 1
        key_left = dense[: len(key_left)] * width + a
        key_right = dense[len(left[0]) :] * width + b
    return key_left, key_right
