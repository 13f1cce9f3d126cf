"""Claims as a networkx graph."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.load import load
from lithograph.ontology.network import NoSuchNode, network
from lithograph.ontology.project import project
from lithograph.reason.closure import close

EX = "http://ex.org/"
TEXT = """@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A a owl:Class ; rdfs:subClassOf :B ; rdfs:label "a" . :B a owl:Class ; rdfs:subClassOf :C . :C a owl:Class .
:C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :r ; owl:someValuesFrom :D ] . :D a owl:Class .
:r a owl:ObjectProperty ."""


@pytest.fixture
def graph(tmp_path: Path) -> ClaimGraph:
    file = tmp_path / "o.ttl"
    file.write_text(TEXT, encoding="utf-8")
    return close(project(load(file))).graph


def test_every_claim_is_an_edge_with_its_truth(graph: ClaimGraph) -> None:
    found = network(graph)
    edges = {
        (a.removeprefix(EX), b.removeprefix(EX), d["quantifier"], d["truth"]) for a, b, d in found.edges(data=True)
    }
    assert ("A", "B", "schema", "asserted") in edges
    assert ("A", "C", "schema", "entailed") in edges
    assert ("C", "D", "some", "asserted") in edges
    assert ("A", "D", "some", "entailed") in edges
    assert nx.has_path(found, EX + "A", EX + "D")


def test_a_neighbourhood_holds_what_lies_within_its_hops(graph: ClaimGraph) -> None:
    assert set(network(graph, [EX + "D"], hops=0)) == {EX + "D"}
    assert EX + "A" in network(graph, [EX + "D"], hops=1)
    assert {d["relation"] for _, _, d in network(graph, [EX + "D"], hops=1).edges(data=True)} >= {EX + "r"}


def test_what_the_ontology_does_not_speak_of_is_refused(graph: ClaimGraph) -> None:
    with pytest.raises(NoSuchNode, match=r"says nothing of http://ex\.org/Z"):
        network(graph, [EX + "Z"])
