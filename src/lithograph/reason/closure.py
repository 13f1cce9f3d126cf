"""What follows: the hierarchy closure of a claim graph, each derived claim with its rule and premises.

Semi-naive and by height, so a claim's depth is the least height of its proofs. Knows nothing about scenes or text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.reason.evidence import Evidence
from lithograph.reason.patterns import ClaimIndex, Rows, join, match, ranks_among
from lithograph.reason.rules import RULES, Rule

__all__ = ["RULES", "Closure", "close", "justification", "unsatisfiable_classes"]


@dataclass(frozen=True, slots=True)
class Closure:
    """A claim graph with what follows from it.

    graph: the asserted claims, then the derived ones by depth, then lemmas and candidates (`reason.judged`). complete:
    whether nothing more follows by the rules; False where `depth` or `limit` ended the work. unsatisfiable: sorted ids
    of classes that can have no member. evidence: row of a lemma or candidate -> what its status rests on.
    """

    graph: ClaimGraph
    complete: bool
    unsatisfiable: Ints
    evidence: Mapping[int, Evidence] = field(default_factory=dict)


def close(graph: ClaimGraph, *, depth: int = 16, limit: int = 20_000_000) -> Closure:
    """Apply the rules up to a proof height, or until nothing new follows, or until `limit` claims are there.

    Raises OverflowError above 16 million terms or 65 thousand predicates (a key no longer fits 64 bits).
    """
    first_new, complete = 0, False
    for height in range(1, depth + 1):
        fresh = _derive(graph, first_new, height)
        if not len(fresh[0]):
            complete = True
            break
        if len(graph) + len(fresh[0]) > limit:
            break
        first_new = len(graph)
        graph = _extend(graph, fresh, height)
    return Closure(graph, complete, unsatisfiable_classes(graph))


Table = tuple[Ints, ...]  # subject, relation, object, quantifier, number, rule, three premises


def _derive(graph: ClaimGraph, first_new: int, height: int) -> Table:
    """All claims that one rule application adds, at least one premise being of the last height; sorted, unique."""
    index = ClaimIndex.of(graph)
    parts: list[Table] = []
    for number, rule in enumerate(RULES):
        for position in range(len(rule.body)):
            if height == 1 and position > 0:
                break  # everything is new: one pass sees all
            candidates = {i: index.candidates(p) for i, p in enumerate(rule.body)}
            if rule.linear:
                candidates[1] = candidates[1][graph.rule[candidates[1]] != number]
            if first_new:
                candidates[position] = candidates[position][candidates[position] >= first_new]
            if all(len(rows) for rows in candidates.values()):
                found = _conclusions(graph, rule, number, candidates)
                parts.append(_take(found, _sayable(graph, found)))
    if not parts:
        return tuple(np.empty(0, np.int32) for _ in range(9))
    return _new(graph, tuple(np.concatenate([part[i] for part in parts]) for i in range(9)))


def _conclusions(graph: ClaimGraph, rule: Rule, number: int, candidates: dict[int, Rows]) -> Table:
    found = match(graph, rule.body, candidates)
    n, head, ids = len(found), rule.head, graph.ontology.terms

    def value(name: str) -> NDArray[np.integer]:
        return found.columns[name] if name.startswith("?") else np.full(n, ids.id(name), np.int32)

    quantifier = found.columns[head.q] if head.q else np.full(n, head.quantifiers[0], np.int32)
    cardinality = found.columns[head.number] if head.number else np.zeros(n, np.int32)
    unused = np.full(n, -1, np.int32)
    columns: list[NDArray[np.integer]] = [value(head.subject), value(head.relation), value(head.object)]
    columns += [quantifier, cardinality, np.full(n, number, np.int32), *found.rows, unused, unused, unused]
    return tuple(column.astype(np.int32, copy=False) for column in columns[:9])


def _sayable(graph: ClaimGraph, table: Table) -> NDArray[np.bool_]:
    """Not about literals, no class or relation below itself, not `is a owl:Thing`, no datatype as a type; about what
    the rule is about.
    """
    subject, relation, obj, quantifier, rule = table[0], table[1], table[2], table[3], table[5]
    ids = graph.ontology.terms
    keep = (graph.kinds[subject] & Kind.LITERAL) == 0
    keep &= (subject != obj) | (quantifier != Quantifier.SCHEMA)
    schema = np.isin(relation, [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)])
    keep &= ~(schema & ((obj == ids.id(v.THING)) | ((graph.kinds[obj] & Kind.DATATYPE) > 0)))
    is_class = (graph.kinds[subject] & Kind.CLASS) > 0
    keep &= is_class | ~np.isin(rule, [i for i, r in enumerate(RULES) if r.about == "class"])
    keep &= ~is_class | ~np.isin(rule, [i for i, r in enumerate(RULES) if r.about == "member"])
    return np.asarray(keep)


def _predicates(
    relation: NDArray[np.integer], quantifier: NDArray[np.integer], number: NDArray[np.integer]
) -> NDArray[np.int64]:
    code = relation.astype(np.int64)
    code <<= 24
    code |= np.minimum(number, (1 << 24) - 1)
    code <<= 4
    code |= quantifier
    return code


def _keys(subject: Ints, obj: Ints, predicate: NDArray[np.integer]) -> NDArray[np.int64]:
    key = subject.astype(np.int64)
    key <<= 24
    key |= obj
    key <<= 15
    key |= predicate
    return key


def _new(graph: ClaimGraph, table: Table) -> Table:
    """The claims that the graph does not hold; of several derivations the first by rule, then premises.

    Linear rules come last: a conclusion of another rule can be the second premise of a linear one.
    """
    told = _predicates(graph.relation, graph.quantifier, graph.number)
    new = _predicates(table[1], table[3], table[4])
    distinct = np.unique(new)  # a claim of another predicate is none of the new ones
    if len(graph.kinds) >= 1 << 24 or len(distinct) >= 1 << 15:
        raise OverflowError(f"{len(graph.kinds)} terms and {len(distinct)} predicates do not fit one key")
    ranks = ranks_among(distinct, told)
    ranks[graph.negated | ~graph.holds] = -1
    there = np.flatnonzero(ranks >= 0)
    old = _keys(graph.subject[there], graph.object[there], ranks[there])
    fresh = _keys(table[0], table[2], ranks_among(distinct, new))
    del told, new, ranks, there
    old.sort()
    place = np.minimum(np.searchsorted(old, fresh), max(len(old) - 1, 0))
    unknown = np.flatnonzero(old[place] != fresh) if len(old) else np.arange(len(fresh))
    table, fresh = _take(table, unknown), fresh[unknown]
    order = np.lexsort((table[8], table[7], table[6], table[5], _LINEAR[table[5]], fresh))
    fresh = fresh[order]
    first = np.ones(len(order), bool)
    first[1:] = fresh[1:] != fresh[:-1]
    chosen = order[first]
    table = _take(table, chosen)
    return _take(table, np.lexsort((table[4], table[3], table[2], table[1], table[0])))


_LINEAR = np.array([rule.linear for rule in RULES])


def _take(table: Table, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Table:
    return tuple(column[chosen] for column in table)


def _extend(graph: ClaimGraph, fresh: Table, height: int) -> ClaimGraph:
    subject, relation, obj, quantifier, number, rule, *premises = fresh
    n = len(subject)
    ids = graph.ontology.terms
    sign = np.zeros(n, np.int8)
    for name, value in (("increases", 1), ("decreases", -1)):
        sign[np.isin(relation, graph.narrower[ids.id(v.LITHO + name)])] = value

    def more(column: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate((column, values.astype(column.dtype)))

    return replace(
        graph,
        subject=more(graph.subject, subject), relation=more(graph.relation, relation),
        object=more(graph.object, obj), quantifier=more(graph.quantifier, quantifier),
        negated=more(graph.negated, np.zeros(n, bool)), sign=more(graph.sign, sign),
        number=more(graph.number, number), truth=more(graph.truth, np.full(n, Truth.ENTAILED)),
        axiom=more(graph.axiom, np.full(n, -1)), rule=more(graph.rule, rule),
        premises=np.concatenate((graph.premises, np.stack(premises, axis=1).astype(np.int32))),
        depth=more(graph.depth, np.full(n, height)),
    )  # fmt: skip


def unsatisfiable_classes(graph: ClaimGraph) -> Ints:
    """Sorted ids of classes below two disjoint classes, or that need a member of such a class.

    Sound, and as complete as the closure; HermiT finds more (`reason.oracle.consistency`).
    """
    ids = graph.ontology.terms
    sub = _pairs(graph, v.SUBCLASS_OF)
    disjoint = _pairs(graph, v.DISJOINT_WITH)
    n = len(graph.kinds)
    below, above = (np.concatenate((column, np.arange(n))) for column in sub)  # reflexive
    pairs = np.sort(below * n + above)
    i, j = join(disjoint[0], above)
    twice = _member(pairs, below[j] * n + disjoint[1][i])
    bad = set(below[j[twice]].tolist()) | {int(c) for c in sub[0][sub[1] == ids.id(v.NOTHING)]}
    some = np.flatnonzero((graph.quantifier == Quantifier.SOME) & ~graph.negated & graph.holds)
    grown = True
    while grown and bad:
        wrong = np.array(sorted(bad))
        needs = graph.subject[some][np.isin(graph.object[some], wrong)]
        lower = sub[0][np.isin(sub[1], wrong)]
        fresh = ({int(i) for i in needs} | {int(i) for i in lower}) - bad
        grown = bool(fresh)
        bad |= fresh
    bad.discard(ids.id(v.NOTHING))
    return np.array(sorted(bad), np.int32)


def _pairs(graph: ClaimGraph, relation: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = (graph.relation == graph.ontology.terms.id(relation)) & ~graph.negated & graph.holds
    rows &= graph.quantifier == Quantifier.SCHEMA
    return graph.subject[rows].astype(np.int64), graph.object[rows].astype(np.int64)


def _member(ordered: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return np.asarray(ordered[place] == keys)


def justification(graph: ClaimGraph, row: int, evidence: Mapping[int, Evidence] | None = None) -> list[int]:
    """The axiom rows at the leaves of a claim's proof, ascending; of lemmas and candidates those of their evidence."""
    if graph.rule[row] == 0:
        return [int(graph.axiom[row])]
    axioms: set[int] = set()
    todo = [row]
    while todo:
        claim = todo.pop()
        if graph.rule[claim] == 0:
            axioms.add(int(graph.axiom[claim]))
        elif evidence and claim in evidence:
            axioms.update(evidence[claim].axioms)
        else:
            todo.extend(p for p in graph.premises[claim].tolist() if p >= 0)
    return sorted(axioms)
