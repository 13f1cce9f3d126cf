"""Candidates are near a claim that an axiom says, none of the closure, and the same from any order of axioms."""

from __future__ import annotations

import random

import claims_in_words as words
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.reason.candidates import KINDS, VARIANTS, candidates, judged
from lithograph.reason.closure import close
from lithograph.reason.evidence import Derivation, Evidence
from lithograph.reason.judged import known_keys

SMALL = """
SubClassOf(:Cat :Pet) ; SubClassOf(:Dog :Pet) ; SubClassOf(:Pet :Animal) ; SubClassOf(:Wild :Animal) ;
SubClassOf(:Cat ObjectSomeValuesFrom(:has :Tail)) ; SubClassOf(:Tail :Part) ; SubClassOf(:Ear :Part) ;
SubClassOf(:Tail ObjectSomeValuesFrom(:has :Tip)) ; SubClassOf(:Tip :Part) ;
SubClassOf(:Dog ObjectSomeValuesFrom(:eats :Bone)) ; SubClassOf(:Bone :Part) ;
SubClassOf(:Cat ObjectAllValuesFrom(:eats :Fish)) ;
ClassAssertion(:Cat :tom) ; ClassAssertion(:Cat :kit) ; ObjectPropertyAssertion(:likes :tom :kit) ;
ClassAssertion(:Cat :leo)
"""


def graph_of(axioms: str) -> ClaimGraph:
    return close(words.graph_of(words.functional(axioms.replace("\n", " ")), "ofn"), depth=20).graph


def said(graph: ClaimGraph, kind: str) -> set[str]:
    return {candidate.axiom.text.replace("http://e/", ":").replace("<", "").replace(">", "")
            for candidate in candidates(graph, 100) if candidate.kind == kind}  # fmt: skip


@pytest.mark.parametrize(("kind", "wanted"), [
    ("sibling", {"SubClassOf(:Cat :Dog)", "SubClassOf(:Dog :Cat)", "SubClassOf(:Pet :Wild)",
                 "ClassAssertion(:Dog :tom)", "ObjectPropertyAssertion(:likes :tom :leo)",
                 "SubClassOf(:Cat ObjectSomeValuesFrom(:has :Ear))"}),
    ("direction", {"SubClassOf(:Tail ObjectSomeValuesFrom(:has :Cat))",
                   "ObjectPropertyAssertion(:likes :kit :tom)"}),
    ("quantifier", {"SubClassOf(:Cat ObjectAllValuesFrom(:has :Tail))",
                    "SubClassOf(:Cat ObjectSomeValuesFrom(:eats :Fish))"}),
    ("hop", {"SubClassOf(:Cat :Wild)", "ClassAssertion(:Wild :tom)"}),
    ("plausible", {"SubClassOf(:Animal :Pet)", "SubClassOf(:Pet :Dog)"}),
])  # fmt: skip
def test_each_kind_changes_one_thing(kind: str, wanted: set[str]) -> None:
    assert wanted <= said(graph_of(SMALL), kind)


def test_what_a_sibling_has_is_plausible_where_the_relation_is_not_mentioned() -> None:
    graph = graph_of(SMALL)
    assert "SubClassOf(:Dog ObjectSomeValuesFrom(:has :Tail))" in said(graph, "plausible")
    assert not any(":Cat ObjectSomeValuesFrom(:eats" in axiom for axiom in said(graph, "plausible"))


NAMES, RELATIONS, THINGS = ("A", "B", "C", "D"), ("p", "q"), ("x", "y", "z")
a_class, a_relation, a_thing = st.sampled_from(NAMES), st.sampled_from(RELATIONS), st.sampled_from(THINGS)
AXIOM = st.one_of(
    st.builds("SubClassOf(:{} :{})".format, a_class, a_class),
    st.builds("SubClassOf(:{} ObjectSomeValuesFrom(:{} :{}))".format, a_class, a_relation, a_class),
    st.builds("SubClassOf(:{} ObjectAllValuesFrom(:{} :{}))".format, a_class, a_relation, a_class),
    st.builds("DisjointClasses(:{} :{})".format, a_class, a_class),
    st.builds("ClassAssertion(:{} :{})".format, a_class, a_thing),
    st.builds("ObjectPropertyAssertion(:{} :{} :{})".format, a_relation, a_thing, a_thing),
    st.builds("NegativeObjectPropertyAssertion(:{} :{} :{})".format, a_relation, a_thing, a_thing),
)
AXIOMS = st.lists(AXIOM, min_size=2, max_size=14, unique=True)


@settings(max_examples=60, deadline=None)
@given(AXIOMS, st.integers(0, 6), st.randoms(use_true_random=False))
def test_no_candidate_is_a_claim_of_the_closure_and_their_order_is_of_no_account(
    axioms: list[str], most: int, rng: random.Random
) -> None:
    shuffled = list(axioms)
    rng.shuffle(shuffled)
    graph = graph_of(" ; ".join(axioms))
    found = candidates(graph, most)
    assert not {candidate.claim for candidate in found} & known_keys(graph)
    assert len({candidate.claim for candidate in found}) == len(found)
    assert all(graph.truth[candidate.near] == Truth.ASSERTED for candidate in found)
    for kind in KINDS:
        near = [candidate.near for candidate in found if candidate.kind == kind]
        assert len(near) <= most and all(near.count(row) <= VARIANTS for row in near)
    again = candidates(graph_of(" ; ".join(shuffled)), most)
    assert [candidate.axiom for candidate in again] == [candidate.axiom for candidate in found]


def test_every_candidate_is_judged_and_those_undecided_are_counted_by_reason() -> None:
    closure = close(words.graph_of(words.functional(SMALL.replace("\n", " ")), "ofn"))
    proof = Derivation(Axiom("SubClassOf", ("http://e/Cat", v.NOTHING)), "step")
    turns = [Evidence(Truth.REFUTED, "this test", proof), Evidence(Truth.UNKNOWN, "this test"),
             Evidence(None, "nobody", why="too hard"), Evidence(Truth.ENTAILED, "this test", proof),
             Evidence(Truth.REFUTED, "this test")]  # fmt: skip
    asked: list[int] = []

    def statuses(axioms: object) -> list[Evidence]:
        asked.append(len(axioms))  # type: ignore[arg-type]
        return [turns[i % 5] for i in range(asked[0])]

    found, counts, undecided = judged(closure, 5, statuses)
    tally = {truth: sum(n[truth] for n in counts.values()) for truth in ("refuted", "unknown", "entailed")}
    assert set(undecided) == {"undecided: too hard", "refuted without a proof that can be shown"}
    assert sum(tally.values()) + undecided.total() == asked[0] > 8
    fresh = found.graph.truth[len(closure.graph) :].tolist()
    assert {truth.name.lower(): fresh.count(truth) for truth in (Truth.REFUTED, Truth.UNKNOWN, Truth.ENTAILED)} == tally
    assert [found.evidence[len(closure.graph) + i].truth for i in range(len(fresh))] == fresh


def test_none_are_made_where_none_are_wanted() -> None:
    closure = close(words.graph_of(words.functional(SMALL.replace("\n", " ")), "ofn"))
    assert candidates(closure.graph, 0) == []
    assert judged(closure, 0, lambda axioms: [])[0] is closure
