"""From which claims another follows in one step, by a published list of rules. Knows nothing about words.

What one step is (docs/reference/splits.md):

    the rules of the closure          `reason.rules.RULES`, every way in which they yield the claim
    the rules of refutation           REFUTING below: what makes a claim false at once
    the last step of a derivation     of what takes more than those rules; steps that only rewrite are not counted
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Quantifier, Truth
from lithograph.reason.evidence import Evidence
from lithograph.reason.patterns import ClaimIndex, Pattern, Rows, match
from lithograph.reason.rules import RULES, Rule
from lithograph.select.canonical import Canonical
from lithograph.select.stated import Stated

Premises = tuple[int, ...]
"""Canonical claims from which another follows in one step, ascending."""


def _sub(a: str, b: str) -> Pattern:
    return Pattern(a, v.SUBCLASS_OF, b, (Quantifier.SCHEMA,))


def _type(a: str, b: str) -> Pattern:
    return Pattern(a, v.TYPE, b, (Quantifier.INDIVIDUAL,))


def _apart(a: str, b: str) -> Pattern:
    return Pattern(a, v.DISJOINT_WITH, b, (Quantifier.SCHEMA,))


def _fact(a: str, b: str, negated: bool = False) -> Pattern:
    return Pattern(a, "?r", b, (Quantifier.INDIVIDUAL,), negated=negated)


REFUTING: tuple[Rule, ...] = (
    Rule("kinds that exclude each other", "cax-dw", (_apart("?a", "?b"),), _sub("?a", "?b")),
    Rule("kinds that exclude each other, read backwards", "cax-dw", (_apart("?b", "?a"),), _sub("?a", "?b")),
    Rule("a kind of what excludes it", "cax-dw, cax-sco", (_sub("?a", "?c"), _apart("?c", "?b")), _sub("?a", "?b")),
    Rule("a kind of what excludes it, read backwards", "cax-dw, cax-sco", (_sub("?a", "?c"), _apart("?b", "?c")),
         _sub("?a", "?b")),
    Rule("what it would be excludes it", "cax-dw, cax-sco", (_sub("?b", "?c"), _apart("?a", "?c")), _sub("?a", "?b")),
    Rule("what it would be excludes it, read backwards", "cax-dw, cax-sco", (_sub("?b", "?c"), _apart("?c", "?a")),
         _sub("?a", "?b")),
    Rule("a member of what excludes it", "cax-dw", (_type("?x", "?c"), _apart("?c", "?b")), _type("?x", "?b")),
    Rule("a member of what excludes it, read backwards", "cax-dw", (_type("?x", "?c"), _apart("?b", "?c")),
         _type("?x", "?b")),
    Rule("denied", "prp-npa1, prp-npa2", (_fact("?x", "?y", negated=True),), _fact("?x", "?y")),
)  # fmt: skip
"""From claims that match `body` it follows at once that `head` is false (OWL 2 RL, tables 5 to 7)."""


def one_step(
    graph: ClaimGraph, names: Canonical, rows: Ints, evidence: Mapping[int, Evidence], stated: Stated | None = None
) -> dict[int, tuple[Premises, ...]]:
    """Of chosen representatives the sets of claims that yield them in one step, shortest first.

    No set holds the claim itself, and none is there of which another is a part. Everything in representatives. Looks at
    all derivations by the rules, so also at those that the closure did not record.
    """
    stated = stated or Stated.of(graph, evidence)
    index = ClaimIndex.of(graph)
    holders, claims = names.members(rows)
    owner = dict(zip(claims.tolist(), holders.tolist(), strict=True))
    found: dict[int, set[frozenset[int]]] = {int(row): set() for row in rows.tolist()}
    holding = claims[graph.truth[claims] <= Truth.ENTAILED].astype(np.int64)
    refuted = claims[graph.truth[claims] == Truth.REFUTED].astype(np.int64)
    for rules, heads in ((RULES, holding), (REFUTING, refuted)):
        for conclusion, premises in _by_rules(graph, index, rules, heads):
            found[owner[conclusion]].add(frozenset(int(names.row[p]) for p in premises))
    for claim, holder in owner.items():
        if claim in evidence:
            found[holder].add(frozenset(int(names.row[p]) for p in stated.by_step(claim)))
    return {row: _least(sets, row) for row, sets in found.items()}


def _by_rules(
    graph: ClaimGraph, index: ClaimIndex, rules: Sequence[Rule], heads: Rows
) -> Iterator[tuple[int, Sequence[int]]]:
    """(conclusion, premises) of every way in which a rule yields a chosen claim, in rows."""
    for rule in rules if len(heads) else ():
        mine = heads[_fits(graph, rule.head, heads)]
        candidates = {0: mine, **{i: index.candidates(p) for i, p in enumerate(rule.body, 1)}}
        if not rule.body or not all(len(rows) for rows in candidates.values()):
            continue
        answers = match(graph, (rule.head, *rule.body), candidates)
        yield from zip(answers.rows[0].tolist(), zip(*(r.tolist() for r in answers.rows[1:]), strict=True), strict=True)


def _fits(graph: ClaimGraph, head: Pattern, rows: Rows) -> np.ndarray:
    """Which claims a rule's conclusion has the shape of, whatever their status."""
    keep = ~graph.negated[rows]
    if not head.relation.startswith("?"):
        keep &= graph.relation[rows] == graph.ontology.terms.id(head.relation)
    if head.quantifiers:
        keep &= np.isin(graph.quantifier[rows], head.quantifiers)
    return np.asarray(keep)


def _least(sets: set[frozenset[int]], row: int) -> tuple[Premises, ...]:
    """The sets that hold neither the claim itself nor another set, by size, then by members."""
    ordered = sorted((s for s in sets if s and row not in s), key=lambda s: (len(s), sorted(s)))
    kept: list[frozenset[int]] = []
    for one in ordered:
        if not any(other <= one for other in kept):
            kept.append(one)
    return tuple(tuple(sorted(s)) for s in kept)
