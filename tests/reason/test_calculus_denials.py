"""Rules of the calculus that no W3C test case shows: each with what HermiT says of the same."""

from __future__ import annotations

from collections.abc import Iterator

import claims_in_words as words
import pytest
from owl2_conclusions import Claim
from owl2_oracle import standing
from owl2_verdicts import extended, oracle_says

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import Truth
from lithograph.reason.contradiction import contradiction
from lithograph.reason.status import Reasoning, statuses

E = "http://e/"
NAMES = {"Class": "AB", "DataProperty": "de", "ObjectProperty": "rs", "NamedIndividual": "abcx"}


@pytest.fixture(scope="module", autouse=True)
def one_process() -> Iterator[None]:
    with standing():
        yield


def of(axioms: str) -> Ontology:
    declared = [f"Declaration({sort}(:{name}))" for sort, letters in NAMES.items() for name in letters]
    return words.graph_of(words.functional(" ; ".join([*declared, axioms])), "ofn").ontology


def different(one: str, other: str) -> Axiom:
    return Axiom("DifferentIndividuals", (E + one, E + other))


DENIED, TOLD = "NegativeObjectPropertyAssertion(:r :x :a)", "ObjectPropertyAssertion(:r :x :b)"
MOST = "ClassAssertion(ObjectMaxCardinality({} :r :A) :x) ; ObjectPropertyAssertion(:r :x :b)"
OTHER = "ObjectPropertyAssertion(:r :x :a) ; ClassAssertion(:A :a) ; DifferentIndividuals(:a :b)"
NO_A = Axiom("ClassAssertion", (("ObjectComplementOf", E + "A"), E + "b"))


@pytest.mark.parametrize(
    ("axioms", "claim"),
    [
        (f"{DENIED} ; {TOLD}", different("a", "b")),
        (f"{DENIED} ; {TOLD}", different("b", "a")),
        ("NegativeDataPropertyAssertion(:d :a \"1\") ; DataPropertyAssertion(:d :b \"1\")", different("a", "b")),
        ("ObjectPropertyAssertion(:r :x :a) ; ObjectPropertyAssertion(:s :x :b) ; DisjointObjectProperties(:r :s)",
         different("b", "a")),
        (MOST.format(0), NO_A),
        (f"{MOST.format(1)} ; {OTHER}", NO_A),
        ("ClassAssertion(:A :b) ; DisjointClasses(:A :B ObjectOneOf(:x))",
         Axiom("ClassAssertion", (("ObjectComplementOf", E + "B"), E + "b"))),
    ],
)  # fmt: skip
def test_what_cannot_be_is_denied_by_rule(axioms: str, claim: Axiom) -> None:
    ontology = of(axioms)
    (evidence,) = statuses(Reasoning.of(ontology), [claim])
    assert (evidence.truth, evidence.by) == (Truth.ENTAILED, "the rules")
    assert oracle_says(ontology) is False
    assert oracle_says(extended(ontology, Claim(claim).denial)) is True


TWO_PROPERTIES = "DisjointDataProperties(:d :e) ; DataPropertyAssertion(:d :a {}) ; DataPropertyAssertion(:e :a {})"
TWO_VALUES = "FunctionalDataProperty(:d) ; DataPropertyAssertion(:d :a {}) ; DataPropertyAssertion(:d :a {})"
FLOAT, DOUBLE = '"{}"^^xsd:float', '"{}"^^xsd:double'


@pytest.mark.parametrize(
    ("axioms", "broken"),
    [
        ("DisjointObjectProperties(:r :r) ; ObjectPropertyAssertion(:r :a :b)", True),
        ("DisjointObjectProperties(:r :r) ; ClassAssertion(ObjectSomeValuesFrom(:r :A) :a)", True),
        ("DisjointDataProperties(:d :d) ; DataPropertyAssertion(:d :a \"1\")", True),
        ("DisjointObjectProperties(:r :r) ; ObjectPropertyAssertion(:s :a :b)", False),
        ("SubObjectPropertyOf(:r owl:bottomObjectProperty) ; ObjectPropertyAssertion(:r :a :b)", True),
        ("DisjointClasses(:A :A) ; ClassAssertion(:A :a)", True),
        (TWO_PROPERTIES.format("\"1\"", "\"1\""), True),
        (TWO_PROPERTIES.format("\"1\"", "\"2\""), False),
        (TWO_VALUES.format(FLOAT.format("1"), DOUBLE.format("1")), True),
        (TWO_VALUES.format(FLOAT.format("1"), FLOAT.format("1.0e0")), False),
        (TWO_VALUES.format(FLOAT.format("0.1"), FLOAT.format("0.10000000149")), False),
        (TWO_VALUES.format(DOUBLE.format("0.1"), DOUBLE.format("0.10000000149")), True),
        (TWO_VALUES.format(FLOAT.format("NaN"), FLOAT.format("NaN")), False),
        (TWO_VALUES.format(FLOAT.format("1e99"), FLOAT.format("INF")), False),
        (TWO_VALUES.format(DOUBLE.format("-INF"), DOUBLE.format("INF")), True),
    ],
)  # fmt: skip
def test_the_rules_see_the_contradictions_that_hermit_sees(axioms: str, broken: bool) -> None:
    ontology = of(axioms)
    assert (contradiction(Reasoning.of(ontology)) is not None) is broken
    assert oracle_says(ontology) is broken
