"""An ontology goes into a World of owlready2 with what follows, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import owlready2
import pytest

from lithograph.ontology.as_triples import ntriples
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.pipeline.owlready import DERIVED, derived, from_world, to_world
from lithograph.reason.closure import close

P = "https://raw.githubusercontent.com/owlcs/pizza-ontology/refs/heads/master/pizza.owl#"
SMALL = """@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://e> a owl:Ontology .
:Pump a owl:Class ; rdfs:subClassOf :Device ; rdfs:label "насос"@ru .
:Device a owl:Class ; rdfs:subClassOf :Thing, [ a owl:Restriction ; owl:onProperty :part ; owl:minQualifiedCardinality
  "2"^^xsd:nonNegativeInteger ; owl:onClass :Valve ] . :Thing a owl:Class . :Valve a owl:Class .
:part a owl:ObjectProperty, owl:TransitiveProperty ; owl:propertyChainAxiom ( :part :near ) .
:near a owl:ObjectProperty .
:p1 a owl:NamedIndividual, :Pump ; :size "3"^^xsd:integer . :size a owl:DatatypeProperty, owl:FunctionalProperty .
[] a owl:Axiom ; owl:annotatedSource :Pump ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :Device ;
  rdfs:comment "by design" .
[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :p1 ; owl:assertionProperty :part ; owl:targetIndividual :p1 .
"""


def texts(ontology: Ontology) -> list[str]:
    """Axioms with their annotations, anonymous individuals aside."""
    rows = (ontology.axiom(row) for row in range(len(ontology)))
    return sorted(f"{axiom.text} {sorted(axiom.annotations)}" for axiom in rows)


@pytest.fixture
def small(tmp_path: Path) -> Ontology:
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    return load(path)


def again(ontology: Ontology, tmp_path: Path) -> Ontology:
    path = tmp_path / "again.nt"
    path.write_text("\n".join(ntriples(ontology)) + "\n", encoding="utf-8")
    return load(path, imports=False)


def test_what_is_written_as_triples_is_read_as_the_same_axioms(
    small: Ontology, pizza_file: Path, tmp_path: Path
) -> None:
    for ontology in (small, load(pizza_file)):
        read = again(ontology, tmp_path)
        assert texts(read) == texts(ontology)
        assert (read.iri, read.version_iri, read.version) == (ontology.iri, ontology.version_iri, ontology.version)


@pytest.mark.data
@pytest.mark.parametrize(
    "path", ["bfo-2020/bfo-core.ttl", "protege-classics/family.owl11.owl", "w3c-vocabularies/time/time.ttl",
             "protege-classics/owl2-primer/primer.rdfxml.xml"]
)  # fmt: skip
def test_real_ontologies_keep_their_axioms_as_triples(path: str, shared_data: Path, tmp_path: Path) -> None:
    ontology = load(shared_data / "ontologies" / path, imports=False)
    assert texts(again(ontology, tmp_path)) == texts(ontology)


def test_a_world_holds_what_follows_and_gives_back_what_was_asserted(small: Ontology) -> None:
    world = to_world(close(project(small)))
    pump, p1 = world["http://e/Pump"], world["http://e/p1"]
    assert issubclass(pump, world["http://e/Thing"])
    assert world["http://e/Thing"] in p1.is_a
    assert world["http://e/Thing"] in pump.is_a
    assert texts(from_world(world)) == texts(small)
    assert from_world(world).version == small.version


def test_pizza_goes_into_a_world_and_back(pizza_file: Path) -> None:
    ontology = load(pizza_file)
    closure = close(project(ontology))
    world = to_world(closure)
    assert world[P + "Food"] in world[P + "Margherita"].is_a
    assert len(derived(closure.graph)) > 100
    back = from_world(world)
    assert texts(back) == texts(ontology)
    assert back.version == ontology.version


def test_an_edit_in_a_world_is_taken(small: Ontology) -> None:
    world = to_world(close(project(small)))
    with world.get_ontology("http://e/") or world.get_ontology("http://e#"):
        owlready2.types.new_class("Compressor", (world["http://e/Device"],))
    added = set(texts(from_world(world))) - set(texts(small))
    assert any("SubClassOf" in text and "Compressor" in text for text in added)
    assert DERIVED in world.ontologies
