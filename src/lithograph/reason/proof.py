"""Proofs as values: the derivation tree of a claim, its id, and an independent check of every step.

Knows nothing about words; `render.verbalise` says a proof aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.ontology.graph import ClaimGraph, Kind, Truth
from lithograph.reason.evidence import Derivation, Evidence
from lithograph.reason.patterns import Pattern
from lithograph.reason.rules import CANDIDATE, LEMMA, RULES, Rule


@dataclass(frozen=True, slots=True)
class Proof:
    """A conclusion (claim row), the name of the rule, the proofs of its premises; `axiom` is a row on a leaf."""

    claim: int
    rule: str
    premises: tuple[Proof, ...]
    axiom: int | None

    @property
    def depth(self) -> int:
        """The height of the tree; 0 where an axiom says the claim."""
        return 1 + max(p.depth for p in self.premises) if self.premises else 0


class BrokenProof(LithographError):
    """A step that does not follow from its premises: our own defect, and nothing is printed from it."""

    def __init__(self, claim: int, rule: str) -> None:
        super().__init__(f"claim {claim}", f"does not follow by the rule '{rule}'", cure="Please report this.")


def proof(graph: ClaimGraph, claim: int) -> Proof:
    """The derivation tree of a claim. Rows of premises are lower than their conclusion's, so it ends."""
    rule = int(graph.rule[claim])
    if rule == 0:
        return Proof(claim, RULES[0].name, (), int(graph.axiom[claim]))
    below = tuple(proof(graph, int(p)) for p in graph.premises[claim] if p >= 0)
    return Proof(claim, RULES[rule].name, below, None)


def proof_id(graph: ClaimGraph, claim: int, axiom_ids: Sequence[str]) -> str:
    """`urn:litho:proof:{sha256}` of the rules and axiom ids of a proof, in order."""

    def text(row: int) -> str:
        if graph.rule[row] == 0:
            return axiom_ids[int(graph.axiom[row])]
        return _step(graph.rule[row], (text(int(p)) for p in graph.premises[row] if p >= 0))

    return f"urn:litho:proof:{sha256_hex(text(claim))}"


def derivation_id(derivation: Derivation, axiom_ids: Sequence[str]) -> str:
    """`urn:litho:proof:{sha256}` of the rules of a derivation and of its leaves: axiom ids, and what is supposed."""

    def text(node: Derivation) -> str:
        if node.axiom is not None:
            return axiom_ids[node.axiom]
        return f"{node.rule}({','.join(map(text, node.premises)) or node.says.text})"

    return f"urn:litho:proof:{sha256_hex(text(derivation))}"


def proofs_of(
    graph: ClaimGraph, claims: NDArray[np.integer[Any]], axiom_ids: Sequence[str], evidence: Mapping[int, Evidence]
) -> list[str | None]:
    """`proof_id` of many claims that are not asserted; of lemmas and candidates that of their evidence's derivation.

    None where the evidence has none: of what is unknown. The steps of all are looked up together.
    """
    elsewhere = {row: evidence[row].proof for row in claims.tolist() if row in evidence}
    ours = np.array([row not in elsewhere for row in claims.tolist()], bool)
    found = iter(_by_rules(graph, claims[ours], axiom_ids))
    proofs = [next(found) if mine else elsewhere[row] for row, mine in zip(claims.tolist(), ours, strict=True)]
    return [derivation_id(proof, axiom_ids) if isinstance(proof, Derivation) else proof for proof in proofs]


def _by_rules(graph: ClaimGraph, claims: NDArray[np.integer[Any]], axiom_ids: Sequence[str]) -> list[str]:
    """`proof_id` of many derived claims: their steps are looked up together, what proofs share is put in words once."""
    rules, axioms = graph.rule, graph.axiom
    said: dict[int, str] = {}

    def text(row: int) -> str:
        if row not in said:
            premises = [int(p) for p in graph.premises[row] if p >= 0]
            said[row] = axiom_ids[int(axioms[row])] if rules[row] == 0 else _step(rules[row], map(text, premises))
        return said[row]

    known = graph.premises[claims]
    flat = np.unique(known[known >= 0])
    leaves = flat[rules[flat] == 0]
    said.update(zip(leaves.tolist(), (axiom_ids[a] for a in axioms[leaves].tolist()), strict=True))
    rows = zip(rules[claims].tolist(), known.tolist(), strict=True)
    return [f"urn:litho:proof:{sha256_hex(_step(rule, [text(p) for p in below if p >= 0]))}" for rule, below in rows]


def _step(rule: int, premises: Iterable[str]) -> str:
    return f"{RULES[rule].name}({','.join(premises)})"


def check(graph: ClaimGraph, claims: Iterable[int]) -> None:
    """Re-check claims and all below them by unifying each rule with its premises, each claim once.

    Shares nothing with the joins that found the proofs. What a lemma or a candidate rests on is checked where its
    evidence is made; a candidate is never a premise. Raises BrokenProof.
    """
    todo = list(claims)
    seen: set[int] = set()
    while todo:
        row = todo.pop()
        if row in seen or graph.rule[row] in (0, LEMMA, CANDIDATE):
            continue
        seen.add(row)
        rule = RULES[graph.rule[row]]
        premises = [int(p) for p in graph.premises[row] if p >= 0]
        bound: dict[str, int] = {}
        steps = [*zip(rule.body, premises, strict=False), (rule.head, row)]
        fits = (
            len(premises) == len(rule.body)
            and _about(graph, rule, row)
            and (graph.truth[premises] <= Truth.ENTAILED).all()
        )
        if not fits or not all(_unify(graph, p, r, bound) for p, r in steps):
            raise BrokenProof(row, rule.name)
        todo.extend(premises)


def _about(graph: ClaimGraph, rule: Rule, row: int) -> bool:
    is_class = bool(graph.kinds[graph.subject[row]] & Kind.CLASS)
    return rule.about == "any" or is_class == (rule.about == "class")


def _unify(graph: ClaimGraph, pattern: Pattern, row: int, bound: dict[str, int]) -> bool:
    places = [(pattern.subject, int(graph.subject[row])), (pattern.relation, int(graph.relation[row])),
              (pattern.object, int(graph.object[row]))]  # fmt: skip
    places += [(pattern.q, int(graph.quantifier[row]))] if pattern.q else []
    places += [(pattern.number, int(graph.number[row]))] if pattern.number else []
    for name, value in places:
        wanted = bound.setdefault(name, value) if name.startswith("?") else graph.ontology.terms.id(name)
        if value != wanted:
            return False
    fits = not pattern.quantifiers or int(graph.quantifier[row]) in pattern.quantifiers
    return fits and bool(graph.negated[row]) is False
