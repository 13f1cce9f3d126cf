"""Contradictions of every construct: none passes the look at the constructs, and HermiT sees each."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import pytest

from lithograph.config import load_config
from lithograph.core.activity import Event, Notice
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import load
from lithograph.pipeline.forme import lock_up
from lithograph.pipeline.stone import Undecided, prepare
from lithograph.reason.oracle import consistency as oracle
from lithograph.reason.oracle.consistency import Inconsistent, can_clash, consistency

CONTRADICTIONS = {
    "disjoint": 'ClassAssertion(:A :a) ; ClassAssertion(:B :a) ; DisjointClasses(:A :B)',
    "complement": 'ClassAssertion(:A :a) ; ClassAssertion(ObjectComplementOf(:A) :a)',
    "nominal": 'EquivalentClasses(:A ObjectOneOf(:a :b)) ; ClassAssertion(:A :c) ; DifferentIndividuals(:a :b :c)',
    "nominal card":
        'SubClassOf(:A ObjectOneOf(:a)) ; SubClassOf(:A ObjectMinCardinality(2 :r :A)) ; ClassAssertion(:A :a)',
    "nominal min2": 'ClassAssertion(ObjectMinCardinality(2 :r ObjectOneOf(:a)) :x)',
    "facet":
        'DataPropertyRange(:d DatatypeRestriction(xsd:integer xsd:minInclusive "5"^^xsd:integer)) ; '
        'DataPropertyAssertion(:d :a "3"^^xsd:integer)',
    "facet some":
        "ClassAssertion(DataSomeValuesFrom(:d DatatypeRestriction(xsd:integer"
        ' xsd:minInclusive "5"^^xsd:integer xsd:maxInclusive "3"^^xsd:integer)) :a)',
    "range vs value": 'DataPropertyRange(:d xsd:integer) ; DataPropertyAssertion(:d :a "x"^^xsd:string)',
    "range vs some": 'DataPropertyRange(:d xsd:integer) ; ClassAssertion(DataSomeValuesFrom(:d xsd:string) :a)',
    "func data":
        'FunctionalDataProperty(:d) ; DataPropertyAssertion(:d :a "1"^^xsd:integer) ; '
        'DataPropertyAssertion(:d :a "2"^^xsd:integer)',
    "func data lang":
        'FunctionalDataProperty(:d) ; DataPropertyAssertion(:d :a "x"@en) ; DataPropertyAssertion(:d :a "y"@en)',
    "func data plain":
        'FunctionalDataProperty(:d) ; DataPropertyAssertion(:d :a "x") ; DataPropertyAssertion(:d :a "y")',
    "max0 data": 'ClassAssertion(DataMaxCardinality(0 :d) :a) ; DataPropertyAssertion(:d :a "1"^^xsd:integer)',
    "func object":
        'FunctionalObjectProperty(:r) ; ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyAssertion(:r :a :c) ; '
        'DifferentIndividuals(:b :c)',
    "invfunc":
        'InverseFunctionalObjectProperty(:r) ; ObjectPropertyAssertion(:r :b :a) ; '
        'ObjectPropertyAssertion(:r :c :a) ; DifferentIndividuals(:b :c)',
    "max card":
        'ClassAssertion(ObjectMaxCardinality(1 :r) :a) ; ObjectPropertyAssertion(:r :a :b) ; '
        'ObjectPropertyAssertion(:r :a :c) ; DifferentIndividuals(:b :c)',
    "min max": 'ClassAssertion(ObjectMaxCardinality(1 :r) :a) ; ClassAssertion(ObjectMinCardinality(2 :r) :a)',
    "exact zero": 'ClassAssertion(ObjectExactCardinality(0 :r) :a) ; ObjectPropertyAssertion(:r :a :b)',
    "max0": 'ClassAssertion(ObjectMaxCardinality(0 :r) :a) ; ObjectPropertyAssertion(:r :a :b)',
    "exact1 min2": 'FunctionalObjectProperty(:r) ; ClassAssertion(ObjectMinCardinality(2 :r) :a)',
    "key":
        'HasKey(:A (:r) ()) ; ClassAssertion(:A :a) ; ClassAssertion(:A :b) ; ObjectPropertyAssertion(:r :a :c) ; '
        'ObjectPropertyAssertion(:r :b :c) ; DifferentIndividuals(:a :b)',
    "key data":
        'HasKey(:A () (:d)) ; ClassAssertion(:A :a) ; ClassAssertion(:A :b) ; DataPropertyAssertion(:d :a "1") ; '
        'DataPropertyAssertion(:d :b "1") ; DifferentIndividuals(:a :b)',
    "chain":
        'SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t) ; ObjectPropertyAssertion(:r :a :b) ; '
        'ObjectPropertyAssertion(:s :b :c) ; NegativeObjectPropertyAssertion(:t :a :c)',
    "negative": 'ObjectPropertyAssertion(:r :a :b) ; NegativeObjectPropertyAssertion(:r :a :b)',
    "negative data":
        'DataPropertyAssertion(:d :a "1"^^xsd:integer) ; NegativeDataPropertyAssertion(:d :a "01"^^xsd:integer)',
    "negative sub":
        'SubObjectPropertyOf(:r :s) ; ObjectPropertyAssertion(:r :a :b) ; '
        'NegativeObjectPropertyAssertion(:s :a :b)',
    "prop disjoint":
        'DisjointObjectProperties(:r :s) ; ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyAssertion(:s :a :b)',
    "data disjoint":
        'DisjointDataProperties(:d :e) ; DataPropertyAssertion(:d :a "1") ; DataPropertyAssertion(:e :a "1")',
    "irreflexive": 'IrreflexiveObjectProperty(:r) ; ObjectPropertyAssertion(:r :a :a)',
    "asymmetric":
        'AsymmetricObjectProperty(:r) ; ObjectPropertyAssertion(:r :a :b) ; ObjectPropertyAssertion(:r :b :a)',
    "reflexive irr": 'ReflexiveObjectProperty(:r) ; SubObjectPropertyOf(:r :s) ; IrreflexiveObjectProperty(:s)',
    "hasself": 'ClassAssertion(ObjectHasSelf(:r) :a) ; IrreflexiveObjectProperty(:r)',
    "hasself comp": 'ClassAssertion(ObjectComplementOf(ObjectHasSelf(:r)) :a) ; ObjectPropertyAssertion(:r :a :a)',
    "hasself neg": 'ClassAssertion(ObjectHasSelf(:r) :a) ; NegativeObjectPropertyAssertion(:r :a :a)',
    "same diff": 'SameIndividual(:a :b) ; DifferentIndividuals(:a :b)',
    "diff self": 'DifferentIndividuals(:a :a)',
    "thing nothing": 'SubClassOf(owl:Thing owl:Nothing)',
    "some nothing": 'ClassAssertion(ObjectSomeValuesFrom(:r owl:Nothing) :a)',
    "empty union":
        'ClassAssertion(ObjectUnionOf(:A :B) :a) ; SubClassOf(:A owl:Nothing) ; SubClassOf(:B owl:Nothing)',
    "range nothing": 'ObjectPropertyRange(:r owl:Nothing) ; ObjectPropertyAssertion(:r :a :b)',
    "bottom prop": 'SubObjectPropertyOf(:r owl:bottomObjectProperty) ; ObjectPropertyAssertion(:r :a :b)',
    "bottom data": 'SubDataPropertyOf(:d owl:bottomDataProperty) ; DataPropertyAssertion(:d :a "1")',
    "top neg": 'NegativeObjectPropertyAssertion(owl:topObjectProperty :a :b)',
    "datatype def":
        'Declaration(Datatype(:dt)) ; '
        'DatatypeDefinition(:dt DatatypeRestriction(xsd:integer xsd:maxInclusive "5"^^xsd:integer)) ; '
        'DataPropertyRange(:d :dt) ; DataPropertyAssertion(:d :a "7"^^xsd:integer)',
    "data oneof": 'DataPropertyRange(:d DataOneOf("a" "b")) ; DataPropertyAssertion(:d :a "c")',
    "data oneof min": 'ClassAssertion(DataMinCardinality(3 :d DataOneOf("a" "b")) :a)',
    "bool min3": 'ClassAssertion(DataMinCardinality(3 :d xsd:boolean) :a)',
    "data complement":
        'DataPropertyRange(:d DataComplementOf(xsd:integer)) ; DataPropertyAssertion(:d :a "1"^^xsd:integer)',
    "disjoint union": 'DisjointUnion(:A :B :C) ; ClassAssertion(:B :a) ; ClassAssertion(:C :a)',
    "disjoint union cover":
        'DisjointUnion(:A :B) ; ClassAssertion(:A :a) ; ClassAssertion(ObjectComplementOf(:B) :a)',
    "all values":
        'ClassAssertion(ObjectAllValuesFrom(:r :B) :a) ; ObjectPropertyAssertion(:r :a :b) ; '
        'ClassAssertion(ObjectComplementOf(:B) :b)',
    "inverse":
        'InverseObjectProperties(:r :s) ; ObjectPropertyAssertion(:r :a :b) ; '
        'NegativeObjectPropertyAssertion(:s :b :a)',
    "anonymous": 'ClassAssertion(:A _:x) ; ClassAssertion(ObjectComplementOf(:A) _:x)',
    "exact2 func":
        'SubClassOf(:A ObjectExactCardinality(2 :r)) ; FunctionalObjectProperty(:r) ; ClassAssertion(:A :a)',
    "min2 thing oneof": 'SubClassOf(owl:Thing ObjectOneOf(:a)) ; ClassAssertion(ObjectMinCardinality(2 :r) :a)',
    "min2 sub oneof": 'SubClassOf(:A ObjectOneOf(:a)) ; ClassAssertion(ObjectMinCardinality(2 :r :A) :b)',
    "string int range":
        'DataPropertyRange(:d xsd:string) ; DataPropertyRange(:d xsd:integer) ; '
        'DataPropertyAssertion(:d :a "1"^^xsd:integer)',
    "data allvalues":
        'ClassAssertion(DataAllValuesFrom(:d xsd:string) :a) ; DataPropertyAssertion(:d :a "1"^^xsd:integer)',
    "datahasvalue func":
        'FunctionalDataProperty(:d) ; SubClassOf(:A DataHasValue(:d "1"^^xsd:integer)) ; '
        'SubClassOf(:B DataHasValue(:d "2"^^xsd:integer)) ; ClassAssertion(:A :a) ; ClassAssertion(:B :a)',
    "dataexact0": 'ClassAssertion(DataExactCardinality(0 :d) :a) ; DataPropertyAssertion(:d :a "1")',}  # fmt: skip
"""What contradicts itself, by the construct that it needs."""

SOME = ("nominal", "negative data", "chain")

BEYOND = {
    "a date, which OWL 2 has no datatype for":
        'FunctionalDataProperty(:d) ; DataPropertyAssertion(:d :a "2020-01-01"^^xsd:date) ; '
        'DataPropertyAssertion(:d :a "2021-01-01"^^xsd:date)',
    "a literal that is none of its datatype": 'DataPropertyAssertion(:d :a "abc"^^xsd:integer)',
    "a top property where OWL 2 DL has none": "FunctionalDataProperty(owl:topDataProperty)",
}  # fmt: skip
"""What a reasoner of OWL 2 DL takes no part in."""


def ontology_of(axioms: str, folder: Path) -> Ontology:
    file = folder / "o.ofn"
    file.write_text(words.functional(axioms), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("axioms", [*CONTRADICTIONS.values(), *BEYOND.values()], ids=[*CONTRADICTIONS, *BEYOND])
def test_no_contradiction_is_taken_for_harmless(axioms: str, tmp_path: Path) -> None:
    assert can_clash(ontology_of(axioms, tmp_path))


@pytest.mark.parametrize("name", SOME)
def test_hermit_sees_the_contradiction(name: str, tmp_path: Path) -> None:
    assert consistency(ontology_of(CONTRADICTIONS[name], tmp_path), explain=False).consistent is False


@pytest.mark.slow
@pytest.mark.parametrize("axioms", CONTRADICTIONS.values(), ids=list(CONTRADICTIONS))
def test_hermit_sees_every_contradiction(axioms: str, tmp_path: Path) -> None:
    assert consistency(ontology_of(axioms, tmp_path), explain=False).consistent is False


@pytest.mark.parametrize("axioms", BEYOND.values(), ids=list(BEYOND))
def test_what_hermit_takes_no_part_in_is_named(axioms: str, tmp_path: Path) -> None:
    verdict = consistency(ontology_of(axioms, tmp_path), explain=False)
    assert verdict.consistent is True
    assert sum(verdict.skipped.values()) >= 1


def test_a_build_says_what_the_consistency_check_left_out(tmp_path: Path) -> None:
    ontology_of(f"{BEYOND['a date, which OWL 2 has no datatype for']} ; ClassAssertion(:A :a)", tmp_path)
    said: list[Event] = []
    config = load_config(tmp_path, languages=("en",))
    stone = prepare(config, path=tmp_path / "o.ofn")
    lock_up(config, stone, said.append)
    decided_by, left_out = stone.checked()
    assert decided_by.startswith("HermiT")
    assert left_out == {"datatype outside the OWL 2 datatype map: http://www.w3.org/2001/XMLSchema#date": 2}
    notices = [event.text for event in said if isinstance(event, Notice) and event.stage == "consistency"]
    assert notices == [f"decided without 2 axioms: {next(iter(left_out))}"]


def test_nothing_is_made_ready_from_a_contradiction(tmp_path: Path) -> None:
    ontology_of(CONTRADICTIONS["chain"], tmp_path)
    config = load_config(tmp_path, languages=("en",))
    with pytest.raises(Inconsistent, match="the ontology contradicts itself"):
        lock_up(config, prepare(config, path=tmp_path / "o.ofn"))


def test_what_was_not_decided_in_time_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ontology_of(CONTRADICTIONS["chain"], tmp_path)
    monkeypatch.setattr(oracle, "_ask", lambda request: {"engine": "E"})
    config = load_config(tmp_path, languages=("en",), oracle_seconds=7)
    with pytest.raises(Undecided, match=r"not decided in 7 s.*Raise oracle_seconds above 7"):
        lock_up(config, prepare(config, path=tmp_path / "o.ofn"))


def test_unsatisfiable_classes_that_were_not_decided_in_time_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ontology_of(CONTRADICTIONS["chain"], tmp_path)
    found = {"engine": "E", "consistent": True, "unsatisfiable": [], "complete": False}
    monkeypatch.setattr(oracle, "_ask", lambda request: found)
    config = load_config(tmp_path, languages=("en",), oracle_seconds=7)
    with pytest.raises(Undecided, match="unsatisfiable classes: not decided in 7 s"):
        lock_up(config, prepare(config, path=tmp_path / "o.ofn"))
