"""Answers as rdflib graphs."""

from __future__ import annotations

import pytest
from rdflib import RDF, Namespace

from lithograph.core.vocabulary import LITHO, PROV
from lithograph.ledger.ask import Ledger
from lithograph.ledger.errors import BadSparql, NotTriples, RefusedSparql

EXAMPLES = (
    "CONSTRUCT { ?e a litho:Example ; prov:wasDerivedFrom ?i } WHERE { ?e a litho:Example ; prov:wasDerivedFrom ?i }"
)


def test_a_construct_is_a_graph_with_the_triples_of_the_view(plant: Ledger) -> None:
    graph = plant.graph(EXAMPLES)
    litho, prov = Namespace(LITHO), Namespace(PROV)
    examples = set(graph.subjects(RDF.type, litho.Example))
    assert {str(e) for e in examples} == {row[0] for row in plant.query("SELECT ?e WHERE { ?e a litho:Example }")}
    assert all(graph.value(e, prov.wasDerivedFrom) for e in examples)
    assert "prov:wasDerivedFrom" in graph.serialize(format="turtle")


def test_rdflib_answers_over_it_as_the_ledger_does(plant: Ledger) -> None:
    count = f"SELECT (COUNT(?i) AS ?n) WHERE {{ ?e <{PROV}wasDerivedFrom> ?i ; a <{LITHO}Example> }}"
    (row,) = plant.graph(EXAMPLES).query(count)
    assert str(row[0]) == plant.query(count).rows[0][0]


def test_a_select_is_no_graph(plant: Ledger) -> None:
    with pytest.raises(NotTriples, match="Ask with CONSTRUCT or DESCRIBE"):
        plant.graph("SELECT ?s WHERE { ?s ?p ?o }")


def test_what_is_no_query_or_would_write_is_refused_here_too(plant: Ledger) -> None:
    with pytest.raises(BadSparql):
        plant.graph("CONSTRUCT { ?s } WHERE { }")
    with pytest.raises(RefusedSparql):
        plant.graph("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
