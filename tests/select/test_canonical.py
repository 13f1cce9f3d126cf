"""Canonical claims: what says the same is one, what does not is not; identity does not depend on the rest."""

from __future__ import annotations

import numpy as np
import pytest
from tried_afresh import E, ontology_of

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Quantifier
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.select.canonical import canonical


def fact(relation: str, subject: str, obj: str) -> Axiom:
    return Axiom("ObjectPropertyAssertion", (E + relation, E + subject, E + obj))


def some(subject: str, relation: str, obj: str) -> Axiom:
    return Axiom("SubClassOf", (E + subject, ("ObjectSomeValuesFrom", E + relation, E + obj)))


def graph_of(*axioms: Axiom) -> ClaimGraph:
    return close(project(ontology_of(*axioms))).graph


def row_of(graph: ClaimGraph, subject: str, relation: str, obj: str, quantifier: Quantifier) -> int:
    ids = graph.ontology.terms
    names = [name if "#" in name else E + name for name in (subject, relation, obj)]
    rows = np.flatnonzero((graph.subject == ids.id(names[0])) & (graph.relation == ids.id(names[1]))
                          & (graph.object == ids.id(names[2])) & (graph.quantifier == quantifier))  # fmt: skip
    assert len(rows) == 1, names
    return int(rows[0])


def same(graph: ClaimGraph, one: tuple[str, str, str], other: tuple[str, str, str], quantifier: Quantifier) -> bool:
    names = canonical(graph)
    a, b = (row_of(graph, *claim, quantifier) for claim in (one, other))
    assert (names.row[a] == names.row[b]) == (names.urns[a] == names.urns[b])
    return bool(names.row[a] == names.row[b])


INVERSE = Axiom("InverseObjectProperties", (E + "r", E + "s"))


def test_a_fact_and_its_inverse_are_one_claim() -> None:
    graph = graph_of(INVERSE, fact("r", "a", "b"))
    assert same(graph, ("a", "r", "b"), ("b", "s", "a"), Quantifier.INDIVIDUAL)


def test_every_some_and_the_inverse_turned_round_are_two_claims() -> None:
    graph = graph_of(INVERSE, some("A", "r", "B"), some("B", "s", "A"))
    assert not same(graph, ("A", "r", "B"), ("B", "s", "A"), Quantifier.SOME)


def test_an_inverse_of_an_inverse_is_the_property_itself_between_classes_too() -> None:
    graph = graph_of(INVERSE, Axiom("InverseObjectProperties", (E + "s", E + "t")), some("A", "r", "B"),
                     some("A", "t", "B"))  # fmt: skip
    assert same(graph, ("A", "r", "B"), ("A", "t", "B"), Quantifier.SOME)


def test_claims_about_equivalent_classes_and_properties_are_one() -> None:
    graph = graph_of(Axiom("EquivalentClasses", (E + "A", E + "D")),
                     Axiom("EquivalentObjectProperties", (E + "r", E + "q")), some("A", "r", "B"),
                     some("D", "q", "B"))  # fmt: skip
    assert same(graph, ("A", "r", "B"), ("D", "q", "B"), Quantifier.SOME)


def test_classes_below_each_other_are_one() -> None:
    graph = graph_of(*(Axiom("SubClassOf", (E + a, E + b)) for a, b in ("AB", "BC", "CA")), some("A", "r", "D"))
    assert same(graph, ("A", "r", "D"), ("C", "r", "D"), Quantifier.SOME)


def test_that_two_classes_are_equivalent_is_a_claim_of_its_own_for_each_pair() -> None:
    graph = graph_of(Axiom("EquivalentClasses", (E + "A", E + "B")), Axiom("EquivalentClasses", (E + "B", E + "C")))
    assert not same(graph, ("A", v.EQUIVALENT_CLASS, "B"), ("B", v.EQUIVALENT_CLASS, "C"), Quantifier.SCHEMA)


def test_the_ends_of_a_symmetric_relation_have_no_order() -> None:
    graph = graph_of(Axiom("SymmetricObjectProperty", (E + "r",)), fact("r", "b", "a"))
    assert same(graph, ("a", "r", "b"), ("b", "r", "a"), Quantifier.INDIVIDUAL)


def test_a_property_that_is_its_own_inverse_is_symmetric() -> None:
    graph = graph_of(Axiom("InverseObjectProperties", (E + "r", E + "r")), fact("r", "b", "a"))
    assert same(graph, ("a", "r", "b"), ("b", "r", "a"), Quantifier.INDIVIDUAL)


def test_without_a_reason_the_ends_have_an_order() -> None:
    graph = graph_of(fact("r", "b", "a"), fact("r", "a", "b"))
    assert not same(graph, ("a", "r", "b"), ("b", "r", "a"), Quantifier.INDIVIDUAL)


def test_the_domain_of_a_property_is_the_range_of_its_inverse() -> None:
    graph = graph_of(INVERSE, Axiom("ObjectPropertyDomain", (E + "r", E + "A")),
                     Axiom("ObjectPropertyRange", (E + "s", E + "A")))  # fmt: skip
    names = canonical(graph)
    domain = row_of(graph, "r", v.DOMAIN, "A", Quantifier.SCHEMA)
    assert names.row[domain] == names.row[row_of(graph, "s", v.RANGE, "A", Quantifier.SCHEMA)]


@pytest.mark.parametrize("other", [
    Axiom("SubClassOf", (E + "A", ("ObjectAllValuesFrom", E + "r", E + "B"))),
    Axiom("SubClassOf", (E + "A", ("ObjectMinCardinality", 2, E + "r", E + "B"))),
])  # fmt: skip
def test_quantifier_and_number_are_part_of_a_claim(other: Axiom) -> None:
    two = Axiom("SubClassOf", (E + "A", ("ObjectMinCardinality", 3, E + "r", E + "B")))
    graph = graph_of(some("A", "r", "B"), other, two)
    assert len(set(canonical(graph).row.tolist())) == len(graph)


def test_what_is_denied_is_another_claim() -> None:
    graph = graph_of(fact("r", "a", "b"), Axiom("NegativeObjectPropertyAssertion", (E + "r", E + "a", E + "b")))
    names = canonical(graph)
    assert len(set(names.urns)) == 2


def test_a_urn_does_not_depend_on_what_else_the_ontology_says() -> None:
    few = graph_of(some("A", "r", "B"))
    more = graph_of(some("A", "r", "B"), fact("p", "a", "b"), Axiom("SubClassOf", (E + "Z", E + "Y")))
    said = [canonical(g).urns[row_of(g, "A", "r", "B", Quantifier.SOME)] for g in (few, more)]
    marks = [canonical(g).marks[row_of(g, "A", "r", "B", Quantifier.SOME)] for g in (few, more)]
    assert said[0] == said[1]
    assert marks[0] == marks[1]
    assert said[0].startswith("urn:litho:claim:")


def test_the_representative_of_what_an_axiom_says_is_asserted() -> None:
    graph = graph_of(INVERSE, fact("s", "z", "a"))
    names = canonical(graph)
    derived = row_of(graph, "a", "r", "z", Quantifier.INDIVIDUAL)
    assert graph.axiom[derived] < 0
    assert graph.axiom[names.row[derived]] >= 0
