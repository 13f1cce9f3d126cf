"""The DL oracle on real ontologies whose faults are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from lithograph.ontology.load import load
from lithograph.reason.oracle.consistency import consistency

pytestmark = pytest.mark.data


def local(iri: str) -> str:
    """The last part of an IRI."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


@pytest.mark.parametrize(
    ("path", "unsatisfiable"),
    [
        ("protege-classics/pizza.owl", ["CheeseyVegetableTopping", "IceCream"]),
        ("protege-classics/koala.owl", ["Koala", "KoalaWithPhD", "Quokka"]),
        ("unsat-inconsistent-ofn/uvula_unsat.ofn", ["UBERON_0010235"]),
        ("unsat-inconsistent-ofn/uvula.ofn", []),
        ("bfo-2020/bfo-core.ofn", []),
        ("w3c-vocabularies/prov-o.ttl", []),
    ],
)
def test_the_classes_without_possible_members_are_the_known_ones(
    path: str, unsatisfiable: list[str], shared_data: Path
) -> None:
    verdict = consistency(load(shared_data / "ontologies" / path), unsatisfiable=True)
    assert verdict.consistent is True
    assert [local(iri) for iri in verdict.unsatisfiable or ()] == unsatisfiable


def test_the_published_explanation_of_an_inconsistency_is_found(shared_data: Path) -> None:
    ontology = load(shared_data / "ontologies/unsat-inconsistent-ofn/uvula_inconsistent.ofn")
    verdict = consistency(ontology)
    assert (verdict.consistent, verdict.minimal) == (False, True)
    assert sorted(ontology.axiom(row).kind for row in verdict.justification) == [
        "ClassAssertion",
        "DisjointClasses",
        "SubClassOf",
    ]


def test_a_vocabulary_that_breaks_its_own_range_is_inconsistent(shared_data: Path) -> None:
    ontology = load(shared_data / "ontologies/w3c-vocabularies/shacl.ttl")
    verdict = consistency(ontology)
    assert verdict.consistent is False
    assert {ontology.axiom(row).kind for row in verdict.justification} == {"DataPropertyAssertion", "DataPropertyRange"}
