"""The closure: every rule by its smallest example, against a plain loop over the same rules, and its laws."""

from __future__ import annotations

import itertools
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import claims_in_words as words
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import RULES, Closure, close, justification
from lithograph.reason.patterns import Bindings, Pattern, match
from lithograph.reason.proof import check, proof
from lithograph.reason.rules import LEMMA

Claim = tuple[int, int, int, int, int]  # subject, relation, object, quantifier, number

SMALLEST: dict[str, tuple[str, list[str]]] = {
    "equivalent classes are subclasses": ("EquivalentClasses(:A :B)", ["A subClassOf B"]),
    "equivalent classes are superclasses": ("EquivalentClasses(:A :B)", ["B subClassOf A"]),
    "subclass of a subclass": ("SubClassOf(:A :B) ; SubClassOf(:B :C)", ["A subClassOf C"]),
    "member of a subclass": ("ClassAssertion(:A :a) ; SubClassOf(:A :B)", ["a type B"]),
    "sub-property of a sub-property": (
        "SubObjectPropertyOf(:r :s) ; SubObjectPropertyOf(:s :t)", ["r subPropertyOf t"]),
    "equivalent properties are sub-properties": ("EquivalentObjectProperties(:r :s)", ["r subPropertyOf s"]),
    "equivalent properties are super-properties": ("EquivalentObjectProperties(:r :s)", ["s subPropertyOf r"]),
    "inherited from a superclass": (
        "SubClassOf(:A :B) ; SubClassOf(:B ObjectMinCardinality(2 :r :C))", ["every A: r min 2 C"]),
    "the filler's superclass": (
        "SubClassOf(:A ObjectAllValuesFrom(:r :B)) ; SubClassOf(:B :C)", ["every A: r only C"]),
    "the super-property, every some": (
        "SubClassOf(:A ObjectSomeValuesFrom(:r :B)) ; SubObjectPropertyOf(:r :s)", ["every A: s some B"]),
    "the super-property, between individuals": (
        "ObjectPropertyAssertion(:r :a :b) ; SubObjectPropertyOf(:r :s)", ["a s b"]),
    "transitive, every some": (
        "SubClassOf(:A ObjectSomeValuesFrom(:r :B)) ; SubClassOf(:B ObjectSomeValuesFrom(:r :C)) ; "
        "TransitiveObjectProperty(:r)", ["every A: r some C"]),
    "transitive, between individuals": (
        "ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyAssertion(:r :b :c) ; TransitiveObjectProperty(:r)",
        ["a r c"]),
    "symmetric": ("ObjectPropertyAssertion(:r :a :b) ; SymmetricObjectProperty(:r)", ["b r a"]),
    "inverse": ("ObjectPropertyAssertion(:r :a :b) ; InverseObjectProperties(:r :s)", ["b s a"]),
    "inverse, read backwards": ("ObjectPropertyAssertion(:s :a :b) ; InverseObjectProperties(:r :s)", ["b r a"]),
    "domain, every some": (
        "SubClassOf(:A ObjectSomeValuesFrom(:r :B)) ; ObjectPropertyDomain(:r :C)", ["A subClassOf C"]),
    "domain, of a member": (
        "ClassAssertion(ObjectSomeValuesFrom(:r :B) :a) ; ObjectPropertyDomain(:r :C)", ["a type C"]),
    "domain": ("ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyDomain(:r :C)", ["a type C"]),
    "range": ("ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyRange(:r :C)", ["b type C"]),
    "a member has what its class has": (
        "ClassAssertion(:A :a) ; SubClassOf(:A ObjectSomeValuesFrom(:r :B))", ["every a: r some B"]),
    "a member has its class's value": (
        "ClassAssertion(:A :a) ; SubClassOf(:A ObjectHasValue(:r :b))", ["a r b"]),
}  # fmt: skip
"""Rule -> axioms from which it alone derives something, and what."""

NOTHING = [
    "ClassAssertion(:A :a) ; NegativeObjectPropertyAssertion(:r :a :b) ; SubObjectPropertyOf(:r :s)",
    "DataPropertyAssertion(:d :a \"7\"^^xsd:integer) ; DataPropertyRange(:d xsd:integer)",
    "SubClassOf(:A :B) ; SubClassOf(:B owl:Thing) ; DisjointClasses(:A :C)",
    "SubClassOf(:A ObjectAllValuesFrom(:r :B)) ; SubObjectPropertyOf(:r :s)",
    "SubClassOf(:A ObjectMinCardinality(2 :r :B)) ; SubClassOf(:B :C)",
    "SubClassOf(:A ObjectAllValuesFrom(:r :B)) ; ObjectPropertyDomain(:r :C)",
    "ClassAssertion(:A :a) ; SubClassOf(:a :B) ; SubClassOf(:A ObjectSomeValuesFrom(:r :C))",
]  # fmt: skip
"""Axioms from which nothing may follow that these rules could be thought to say (the last one: `a` is a class too)."""


def graph_of(axioms: str) -> ClaimGraph:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "o.ofn"
        file.write_text(words.functional(axioms), encoding="utf-8")
        return project(load(file))


def derived(closure: Closure) -> list[str]:
    return words.claims(closure.graph, np.flatnonzero(closure.graph.rule != 0).tolist())


def test_every_rule_has_its_smallest_example() -> None:
    assert set(SMALLEST) == {rule.name for rule in RULES[1:LEMMA]}
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("name", SMALLEST)
def test_a_rule_derives_what_its_smallest_example_says(name: str) -> None:
    axioms, expected = SMALLEST[name]
    closure = close(graph_of(axioms))
    graph = closure.graph
    mine = [row for row in range(len(graph)) if RULES[graph.rule[row]].name == name]
    assert words.claims(graph, mine) == expected
    assert closure.complete
    for row in mine:
        check(graph, [row])
        assert proof(graph, row).depth == graph.depth[row] == 1
        assert [graph.ontology.axiom(i).text for i in justification(graph, row)] == [
            graph.ontology.axiom(i).text
            for i in range(len(graph.ontology))
            if graph.ontology.axiom(i).kind != "Declaration"
        ]


@pytest.mark.parametrize("axioms", NOTHING)
def test_nothing_follows(axioms: str) -> None:
    closure = close(graph_of(axioms))
    assert [claim for claim in derived(closure) if not claim.startswith("a type B")] == []


CLASSES, THINGS, RELATIONS = ("A", "B", "C", "D"), ("a", "b", "c", "d"), ("r", "s", "t")
a_class, a_thing, a_relation = (st.sampled_from([f":{n}" for n in names]) for names in (CLASSES, THINGS, RELATIONS))
AXIOM = st.one_of(
    st.builds("SubClassOf({} {})".format, a_class, a_class),
    st.builds("EquivalentClasses({} {})".format, a_class, a_class),
    st.builds("SubClassOf({} ObjectSomeValuesFrom({} {}))".format, a_class, a_relation, a_class),
    st.builds("SubClassOf({} ObjectAllValuesFrom({} {}))".format, a_class, a_relation, a_class),
    st.builds("SubClassOf({} ObjectMaxCardinality(2 {} {}))".format, a_class, a_relation, a_class),
    st.builds("SubClassOf({} ObjectHasValue({} {}))".format, a_class, a_relation, a_thing),
    st.builds("ClassAssertion({} {})".format, a_class, a_thing),
    st.builds("ClassAssertion(ObjectSomeValuesFrom({} {}) {})".format, a_relation, a_class, a_thing),
    st.builds("ObjectPropertyAssertion({} {} {})".format, a_relation, a_thing, a_thing),
    st.builds("SubObjectPropertyOf({} {})".format, a_relation, a_relation),
    st.builds("EquivalentObjectProperties({} {})".format, a_relation, a_relation),
    st.builds("InverseObjectProperties({} {})".format, a_relation, a_relation),
    st.builds("TransitiveObjectProperty({})".format, a_relation),
    st.builds("SymmetricObjectProperty({})".format, a_relation),
    st.builds("ObjectPropertyDomain({} {})".format, a_relation, a_class),
    st.builds("ObjectPropertyRange({} {})".format, a_relation, a_class),
)
AXIOMS = st.lists(AXIOM, min_size=1, max_size=9, unique=True)


def ways(graph: ClaimGraph) -> dict[Claim, int]:
    """Every claim with its height, as the closure has them."""
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier, graph.number)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {row: int(depth) for row, depth, no in zip(rows, graph.depth, graph.negated, strict=True) if not no}


def plain_loop(graph: ClaimGraph, most: int) -> dict[Claim, int]:
    """The same rules by trying all combinations of claims, round after round: a claim's round is its least height."""
    ids, heights = graph.ontology.terms, dict.fromkeys(ways(graph), 0)
    concluded: dict[Claim, str] = {}  # claim -> the rule that gave it: none is linear where another gave it too

    def extended(pattern: Pattern, claim: Claim, bound: dict[str, int]) -> dict[str, int] | None:
        if pattern.quantifiers and claim[3] not in pattern.quantifiers:
            return None
        names = [pattern.subject, pattern.relation, pattern.object, pattern.q, pattern.number]
        out = dict(bound)
        for name, value in zip(names, claim, strict=True):
            if name and out.setdefault(name, value if name.startswith("?") else ids.id(name)) != value:
                return None
        return out

    for height in range(1, most + 1):
        fresh: dict[Claim, str] = {}
        for rule in sorted(RULES[1:LEMMA], key=lambda rule: rule.linear):
            answers: list[dict[str, int]] = [{}]
            for place, pattern in enumerate(rule.body):
                links = [c for c in heights if not (rule.linear and place == 1 and concluded.get(c) == rule.name)]
                answers = [more for bound in answers for claim in links
                           if (more := extended(pattern, claim, bound)) is not None]  # fmt: skip
            for bound in answers:
                head = rule.head
                subject, relation, thing = (
                    bound[name] if name.startswith("?") else ids.id(name)
                    for name in (head.subject, head.relation, head.object)
                )
                quantifier = bound[head.q] if head.q else int(head.quantifiers[0])
                is_class = bool(graph.kinds[subject] & Kind.CLASS)
                told = subject != thing or quantifier != Quantifier.SCHEMA
                if told and rule.about in ("any", "class" if is_class else "member"):
                    found = (subject, relation, thing, quantifier, bound[head.number] if head.number else 0)
                    fresh.setdefault(found, rule.name)
        fresh = {claim: name for claim, name in fresh.items() if claim not in heights}
        if not fresh:
            break
        concluded |= fresh
        heights |= dict.fromkeys(fresh, height)
    return heights


@settings(max_examples=60, deadline=None)
@given(AXIOMS)
def test_claims_and_their_least_heights_are_those_of_a_plain_loop(axioms: list[str]) -> None:
    graph = graph_of(" ; ".join(axioms))
    assert ways(close(graph, depth=4).graph) == plain_loop(graph, 4)


@settings(max_examples=60, deadline=None)
@given(AXIOMS)
def test_chains_climbed_link_by_link_lose_nothing(axioms: list[str]) -> None:
    graph = graph_of(" ; ".join(axioms))
    with pytest.MonkeyPatch.context() as doubling:
        doubling.setattr(sys.modules[close.__module__], "RULES", tuple(replace(rule, linear=False) for rule in RULES))
        wanted = close(graph, depth=40)
    found = close(graph, depth=60)
    assert found.complete and ways(found.graph).keys() == ways(wanted.graph).keys()


@settings(max_examples=60, deadline=None)
@given(AXIOMS)
def test_the_closure_of_a_closure_is_itself_and_every_step_checks(axioms: list[str]) -> None:
    closure = close(graph_of(" ; ".join(axioms)), depth=40)
    assert closure.complete
    assert len(close(closure.graph, depth=40).graph) == len(closure.graph)
    graph = closure.graph
    for row in np.flatnonzero(graph.rule != 0).tolist():
        check(graph, [row])
        premises = graph.premises[row][graph.premises[row] >= 0]
        assert (premises < row).all()
        assert graph.depth[row] == 1 + graph.depth[premises].max() == proof(graph, row).depth


@settings(max_examples=40, deadline=None)
@given(AXIOMS, st.randoms(use_true_random=False))
def test_fewer_axioms_never_entail_more(axioms: list[str], random: object) -> None:
    """Of a subset of axioms that leaves every IRI what it is (a class stays a class)."""
    declared = [f"Declaration(Class(:{name}))" for name in CLASSES]
    fewer = axioms[: max(1, len(axioms) // 2)]
    some = words.claims(close(graph_of(" ; ".join(declared + fewer)), depth=40).graph)
    more = words.claims(close(graph_of(" ; ".join(declared + axioms)), depth=40).graph)
    assert set(some) <= set(more)


@settings(max_examples=30, deadline=None)
@given(AXIOMS)
def test_the_order_of_axioms_moves_nothing(axioms: list[str]) -> None:
    one, other = (close(graph_of(" ; ".join(order))).graph for order in (axioms, axioms[::-1]))
    assert words.claims(one) == words.claims(other)
    for column in ("subject", "rule", "premises", "depth", "axiom"):
        assert (getattr(one, column) == getattr(other, column)).all()


def chain(length: int) -> str:
    return " ; ".join(f"SubClassOf(:C{i:02d} :C{i + 1:02d})" for i in range(length))


def test_depth_counts_the_links_of_a_chain() -> None:
    graph = close(graph_of(chain(8)), depth=9).graph
    texts = graph.ontology.terms.texts
    heights = {int(texts[o][-2:]) - int(texts[s][-2:]): d for s, o, d in
               zip(graph.subject, graph.object, graph.depth.tolist(), strict=True)}  # fmt: skip
    assert heights == {length: length - 1 for length in range(1, 9)}


def test_a_closure_that_ends_early_says_so() -> None:
    graph = graph_of(chain(8))
    assert not close(graph, depth=2).complete
    assert not close(graph, depth=9, limit=len(graph) + 3).complete
    assert len(close(graph, depth=9, limit=len(graph) + 3).graph) == len(graph)
    assert close(graph, depth=9).complete


@pytest.mark.parametrize(
    ("axioms", "expected"),
    [
        ("SubClassOf(:A :B) ; SubClassOf(:A :C) ; DisjointClasses(:B :C)", ["A"]),
        ("SubClassOf(:A :B) ; SubClassOf(:A :C) ; DisjointClasses(:B :C) ; SubClassOf(:D :A)", ["A", "D"]),
        ("SubClassOf(:A ObjectComplementOf(:B)) ; SubClassOf(:A :B)", ["A"]),
        ("SubClassOf(:A owl:Nothing) ; SubClassOf(:D ObjectSomeValuesFrom(:r :A))", ["A", "D"]),
        ("SubClassOf(:A owl:Nothing) ; SubClassOf(:D ObjectAllValuesFrom(:r :A))", ["A"]),
        ("DisjointClasses(:B :C) ; SubClassOf(:A :B)", []),
        ("SubClassOf(:A :B)", []),
    ],
)  # fmt: skip
def test_classes_that_can_have_no_member_are_found(axioms: str, expected: list[str]) -> None:
    closure = close(graph_of(axioms))
    texts = closure.graph.ontology.terms.texts
    assert [texts[i].rsplit("/", 1)[-1] for i in closure.unsatisfiable.tolist()] == expected


PATTERNS = st.lists(
    st.builds(Pattern, *(st.sampled_from(["?x", "?y", "?z"]) for _ in range(3))), min_size=1, max_size=3
)


@settings(max_examples=60, deadline=None)
@given(AXIOMS, PATTERNS)
def test_a_join_answers_what_all_combinations_answer(axioms: list[str], patterns: list[Pattern]) -> None:
    graph = graph_of(" ; ".join(axioms))
    everything = np.arange(len(graph), dtype=np.int64)
    try:
        found: Bindings = match(graph, patterns, dict.fromkeys(range(len(patterns)), everything))
    except ValueError:
        return  # patterns that share no variable: a cross product is never meant
    expected = set()
    rows = list(zip(graph.subject.tolist(), graph.relation.tolist(), graph.object.tolist(), strict=True))
    for chosen in itertools.product(range(len(rows)), repeat=len(patterns)):
        bound: dict[str, int] = {}
        names = [name for p in patterns for name in (p.subject, p.relation, p.object)]
        values = [value for row in chosen for value in rows[row]]
        if all(bound.setdefault(n, value) == value for n, value in zip(names, values, strict=True)):
            expected.add(chosen)
    assert set(zip(*(column.tolist() for column in found.rows), strict=True)) == expected
