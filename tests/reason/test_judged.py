"""Claims beside the closure keep their order, are never a premise, and have their evidence at their row."""

from __future__ import annotations

import claims_in_words as words
import numpy as np
import pytest

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import Quantifier, Truth
from lithograph.reason.closure import Closure, close, justification
from lithograph.reason.evidence import Derivation, Evidence
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.reason.patterns import ClaimIndex, Pattern
from lithograph.reason.rules import CANDIDATE, LEMMA

AXIOMS = "SubClassOf(:A :B) ; SubClassOf(:B :C) ; DisjointClasses(:C :D) ; Declaration(Class(:E))"


def closed() -> Closure:
    return close(words.graph_of(words.functional(AXIOMS), "ofn"))


def key(closure: Closure, sub: str, sup: str) -> ClaimKey:
    ids = closure.graph.ontology.terms
    return ClaimKey(ids.id(f"http://e/{sub}"), ids.id(v.SUBCLASS_OF), ids.id(f"http://e/{sup}"), Quantifier.SCHEMA)


def of(truth: Truth | None, *axioms: int, depth: int = 0) -> Evidence:
    leaf = Derivation(Axiom("SubClassOf", (v.THING, v.THING)), "asserted")
    proof = Derivation(leaf.says, "step", (leaf,)) if depth else None
    return Evidence(truth, "this test", proof, axioms)


def test_lemmas_stand_before_candidates_and_both_behind_what_the_rules_give() -> None:
    closure = closed()
    n = len(closure.graph)
    judged = [(key(closure, "A", "E"), of(Truth.UNKNOWN)), (key(closure, "A", "D"), of(Truth.REFUTED, 2, depth=1)),
              (key(closure, "E", "C"), of(Truth.ENTAILED, 1))]  # fmt: skip
    found = with_claims(closure, judged)
    graph = found.graph
    assert graph.rule[n:].tolist() == [LEMMA, CANDIDATE, CANDIDATE]
    assert graph.truth[n:].tolist() == [Truth.ENTAILED, Truth.REFUTED, Truth.UNKNOWN]
    assert graph.depth[n:].tolist() == [0, 1, 0]
    assert (graph.premises[n:] == -1).all() and graph.holds.tolist() == [True] * (n + 1) + [False] * 2
    assert [found.evidence[row].truth for row in range(n, n + 3)] == graph.truth[n:].tolist()
    assert justification(graph, n + 1, found.evidence) == [2]


def test_what_is_known_or_undecided_is_left_out() -> None:
    closure = closed()
    judged = [(key(closure, "A", "C"), of(Truth.UNKNOWN)), (key(closure, "A", "E"), of(None))]
    assert with_claims(closure, judged) is closure


def test_a_lemma_behind_candidates_is_refused() -> None:
    closure = closed()
    found = with_claims(closure, [(key(closure, "A", "E"), of(Truth.UNKNOWN))])
    with pytest.raises(ValueError, match="before the candidates"):
        with_claims(found, [(key(closure, "E", "C"), of(Truth.ENTAILED))])


def test_a_pattern_meets_candidates_only_where_it_asks_for_them() -> None:
    closure = with_claims(closed(), [(key(closed(), "A", "E"), of(Truth.UNKNOWN))])
    row = len(closure.graph) - 1
    index = ClaimIndex.of(closure.graph)
    everything = Pattern("?s", "?r", "?o")
    assert row not in index.candidates(everything)
    asked = Pattern("?s", "?r", "?o", truths=(Truth.UNKNOWN,))
    assert index.candidates(asked).tolist() == [row]


def test_closing_again_draws_nothing_from_a_candidate() -> None:
    closure = closed()
    found = with_claims(closure, [(key(closure, "D", "A"), of(Truth.REFUTED))])
    again = close(found.graph)
    assert len(again.graph) == len(found.graph)
    assert not np.isin(again.graph.premises, [len(found.graph) - 1]).any()
    assert again.unsatisfiable.tolist() == closure.unsatisfiable.tolist()
