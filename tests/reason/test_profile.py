"""Profiles by the W3C test cases, by the OWL API's own checkers, and construct by construct."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import claims_in_words as words
import pytest
from owl2_cases import CONCLUSION, MANIFEST, NON_CONCLUSION, PREMISE, SYNTAXES, Case, read_cases
from owlapi_profiles import opinion

from lithograph.ontology.load import load
from lithograph.reason.profiles.profile import Profile, Profiles, profiles

NO_HEADER = "RDF without an ontology header is no OWL 2 DL document, whatever its axioms"
INCOMPLETE = "the tags leave out a profile whose grammar all of its axioms fit"
TOO_WIDE = "the tags name a profile whose grammar does not have the construct"
BORROWED = "a conclusion that declares nothing, and is read with the premise's declarations"
ABSENT = "what it imports is no part of the test's text"
ANONYMOUS = "anonymous individuals, which other tests say are outside"
OLD = "an object property by its characteristic alone (OWL 1), which other tests accept as declared"
EXEMPT: dict[str, tuple[str, str]] = {
    "bnode2somevaluesfrom": ("EL", ANONYMOUS), "WebOnt-I5.26-001": ("EL QL", ANONYMOUS),
    "WebOnt-I5.26-002": ("EL QL", ANONYMOUS), "WebOnt-Nothing-001": ("EL QL", ANONYMOUS),
    "WebOnt-description-logic-104": ("QL", ANONYMOUS), "consistent-integer-filler": ("RL", INCOMPLETE),
    "inconsistent-integer-filler": ("RL", INCOMPLETE), "functionality-clash": ("EL", INCOMPLETE),
    "WebOnt-I4.6-004": ("EL", INCOMPLETE), "New-Feature-ReflexiveProperty-001": ("RL", TOO_WIDE),
    "Plus and Minus Zero are Distinct": ("EL", TOO_WIDE), "New-Feature-Keys-007": ("EL DL", BORROWED),
    "New-Feature-ObjectPropertyChain-001": ("EL RL DL", BORROWED),
    "New-Feature-ObjectPropertyChain-BJP-003": ("EL RL DL", BORROWED), "WebOnt-imports-011": ("EL QL RL DL", ABSENT),
    "WebOnt-miscellaneous-001": ("DL", ABSENT), "WebOnt-miscellaneous-002": ("DL", ABSENT),
    "WebOnt-InverseFunctionalProperty-001": ("DL", OLD),
    "WebOnt-SymmetricProperty-003": ("QL DL", OLD),
}  # fmt: skip
"""Test case -> the profiles in which we differ, and why."""


def said_of(case: Case) -> dict[str, bool]:
    """Profile -> whether the test says that all of its ontologies are in it; only what it says."""
    return {p: p in case.profiles for p in ("EL", "QL", "RL") if p in case.profiles | case.outside} | {"DL": case.dl}


def found_in(case: Case, folder: Path) -> tuple[set[str], bool]:
    """(the profiles that all ontologies of a test are in by the letter, whether each has an ontology header)."""
    inside, headed = {str(p) for p in Profile}, True
    for (part, syntax), text in case.texts.items():
        if part in (PREMISE, CONCLUSION, NON_CONCLUSION):
            file = folder / f"o.{SYNTAXES[syntax]}"
            file.write_text(text, encoding="utf-8")
            found = profiles(load(file))
            inside &= {str(p) for p in Profile if found.within(p, by_the_letter=True)}
            headed = headed and "Ontology" in text
    return inside, headed


@pytest.mark.data
def test_the_profiles_of_the_w3c_test_cases_are_the_tagged_ones(shared_data: Path, tmp_path: Path) -> None:
    tagged = read_cases(shared_data / MANIFEST)
    assert len(tagged) == 338
    differ: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for case in tagged:
        said = said_of(case)
        inside, headed = found_in(case, tmp_path)
        wrong = [p for p in ("EL", "QL", "RL", "DL") if p in said and said[p] is not (p in inside)]
        if not headed and all(p in inside for p in wrong):
            counts[NO_HEADER] += bool(wrong)
        elif wrong:
            differ[case.name] = " ".join(wrong)
        counts["compared"] += len(said)
    assert differ == {name: where for name, (where, _) in EXEMPT.items()}
    assert counts["compared"] > 1000


ONTOLOGIES = ("protege-classics/pizza.owl", "protege-classics/koala.owl", "protege-classics/generations.owl",
              "bfo-2020/bfo-core.ttl", "unsat-inconsistent-ofn/uberon_module.owl", "w3c-vocabularies/prov-o.ttl",
              "go-nucleus/go-nucleus.owl", "edam/EDAM_1.25.owl")  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("path", ONTOLOGIES)
def test_the_owl_api_finds_the_same_axioms_outside(path: str, shared_data: Path) -> None:
    """But for annotations, whose datatypes it counts; names, which stand apart here; and chains whose last link has its
    range from above, where it looks at the link alone."""
    ontology = load(shared_data / "ontologies" / path)
    ours, theirs = profiles(ontology), opinion(ontology)
    names = ("UseOfUndeclared", "UseOfReserved", "IllegalPunning")
    for profile in Profile:
        mine = {leaving.row for leaving in ours.leaving[profile]}
        other = {row: kind for row, kind in theirs[profile].items() if not kind.startswith(names)}
        extra = {(ontology.axiom(row).kind, kind) for row, kind in other.items() if row not in mine}
        assert {kind for kind, _ in extra} <= {"AnnotationAssertion", "Declaration", "SubObjectPropertyOf"}
        assert {why for kind, why in extra if kind == "SubObjectPropertyOf"} <= {"LastPropertyInChainNotInImposedRange"}
        missed = {row for row in mine if row not in theirs[profile] and row not in theirs["DL"]}
        assert missed == set()


def of(axioms: str) -> Profiles:
    names = {"Class": "AB", "DataProperty": "de", "ObjectProperty": "rst"}
    declared = " ; ".join(f"Declaration({sort}(:{name}))" for sort, letters in names.items() for name in letters)
    return profiles(words.graph_of(words.functional(f"{declared} ; {axioms}"), "ofn").ontology)


@pytest.mark.parametrize(
    ("axiom", "inside"),
    [
        ("SubClassOf(:A :B)", "EL QL RL DL"),
        ("SubClassOf(:A ObjectSomeValuesFrom(:r :B))", "EL QL DL"),
        ("SubClassOf(ObjectSomeValuesFrom(:r :B) :A)", "EL RL DL"),
        ("SubClassOf(ObjectSomeValuesFrom(:r owl:Thing) :A)", "EL QL RL DL"),
        ("SubClassOf(:A ObjectAllValuesFrom(:r :B))", "RL DL"),
        ("SubClassOf(:A ObjectComplementOf(:B))", "QL RL DL"),
        ("SubClassOf(:A owl:Thing)", "EL QL DL"),
        ("SubClassOf(:A ObjectMaxCardinality(1 :r :B))", "RL DL"),
        ("SubClassOf(:A ObjectMaxCardinality(2 :r :B))", "DL"),
        ("SubClassOf(ObjectUnionOf(:A :B) :A)", "RL DL"),
        ("EquivalentClasses(:A ObjectSomeValuesFrom(:r :B))", "EL DL"),
        ("EquivalentClasses(:A ObjectHasValue(:r :a))", "EL RL DL"),
        ("SubClassOf(:A ObjectOneOf(:a))", "EL DL"),
        ("SubClassOf(ObjectOneOf(:a :b) :A)", "RL DL"),
        ("TransitiveObjectProperty(:r)", "EL RL DL"),
        ("ReflexiveObjectProperty(:r)", "EL QL DL"),
        ("InverseObjectProperties(:r :s)", "QL RL DL"),
        ("FunctionalObjectProperty(:r)", "RL DL"),
        ("FunctionalDataProperty(:d)", "EL RL DL"),
        ("HasKey(:A () (:d))", "EL RL DL"),
        ("DataPropertyRange(:d xsd:boolean)", "RL DL"),
        ("DataPropertyRange(:d owl:real)", "EL QL DL"),
        ("DataPropertyRange(:d xsd:duration)", ""),
        ("DataPropertyAssertion(:d :a \"1\"^^xsd:int)", "RL DL"),
        ("DisjointUnion(:A :B :A)", "DL"),
        ("ClassAssertion(:A _:x)", "RL DL"),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t)", "EL RL DL"),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t) ; ObjectPropertyRange(:t :A)", "RL DL"),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t) ; ObjectPropertyRange(:t :A) ; ObjectPropertyRange(:s :A)",
         "EL RL DL"),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t) ; SubObjectPropertyOf(ObjectPropertyChain(:t :s) :r)", ""),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :r)", "EL RL DL"),
        ("SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t) ; SubObjectPropertyOf(:t :r)", ""),
        ("TransitiveObjectProperty(:r) ; FunctionalObjectProperty(:r)", ""),
        ("TransitiveObjectProperty(:r) ; SubObjectPropertyOf(:r :s) ; IrreflexiveObjectProperty(:s)", ""),
        ("TransitiveObjectProperty(:s) ; SubObjectPropertyOf(:r :s) ; AsymmetricObjectProperty(:r)", "RL DL"),
        ("TransitiveObjectProperty(:r) ; InverseObjectProperties(:r :s) ; FunctionalObjectProperty(:s)", ""),
        ("SameIndividual(:a _:x)", ""),
        ("ObjectPropertyAssertion(:r _:x _:y) ; ObjectPropertyAssertion(:r _:y _:x)", ""),
        ("ObjectPropertyAssertion(:r _:x _:y) ; ObjectPropertyAssertion(:r _:y _:z)", "RL DL"),
        ("SubDataPropertyOf(:d owl:topDataProperty)", "EL QL RL DL"),
        ("SubDataPropertyOf(owl:topDataProperty :d)", ""),
    ],
)  # fmt: skip
def test_an_axiom_is_in_the_profiles_of_its_grammar(axiom: str, inside: str) -> None:
    found = of(axiom)
    assert " ".join(p for p in ("EL", "QL", "RL", "DL") if found.within(Profile(p), by_the_letter=True)) == inside


def test_a_leaving_axiom_is_named_with_its_construct() -> None:
    found = of("SubClassOf(:A ObjectAllValuesFrom(:r :B)) ; SubClassOf(:A :B)")
    (leaving,) = found.leaving[Profile.EL]
    assert leaving.construct == "ObjectAllValuesFrom"
    (leaving,) = found.leaving[Profile.QL]
    assert leaving.construct == "ObjectAllValuesFrom on the right"


def test_what_is_undeclared_leaves_by_the_letter_alone() -> None:
    found = of("SubClassOf(:A :C)")
    assert found.untyped == {"http://e/C": "a class that is not declared"}
    assert found.within(Profile.EL)
    assert not found.within(Profile.EL, by_the_letter=True)


def test_a_name_of_two_kinds_is_seen() -> None:
    assert of("ClassAssertion(:A :B)").punned
    assert not of("ClassAssertion(:A :a)").punned
