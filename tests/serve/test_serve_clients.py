"""Clients that nobody here wrote: SPARQLWrapper, rdflib."""

from __future__ import annotations

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from served import Served
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

LITHO = "https://w3id.org/lithograph/ns#"
SELECT = "SELECT ?slug WHERE { ?b a litho:Build ; litho:slug ?slug } ORDER BY ?slug"


@pytest.fixture
def wrapper(served: Served) -> SPARQLWrapper:
    return SPARQLWrapper(f"{served.address}sparql")


@pytest.mark.parametrize("send", ["GET", "form", "direct"])
def test_sparqlwrapper_selects_in_json(wrapper: SPARQLWrapper, send: str) -> None:
    if send != "GET":
        wrapper.setMethod(POST)
    if send == "direct":
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery(SELECT)
    found = wrapper.query().convert()
    assert [row["slug"]["value"] for row in found["results"]["bindings"]] == ["plant-1", "plant-2"]


def test_sparqlwrapper_selects_in_xml_and_csv(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(XML)
    document = wrapper.query().convert()
    assert [n.firstChild.data for n in document.getElementsByTagName("literal")] == ["plant-1", "plant-2"]
    wrapper.setReturnFormat(CSV)
    assert wrapper.query().convert() == b"slug\r\nplant-1\r\nplant-2\r\n"


def test_sparqlwrapper_asks(wrapper: SPARQLWrapper) -> None:
    wrapper.setReturnFormat(JSON)
    for query, truth in (("ASK { ?x a litho:Example }", True), ("ASK { ?x a litho:Nothing }", False)):
        wrapper.setQuery(query)
        assert wrapper.query().convert()["boolean"] is truth


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # made by SPARQLWrapper
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_sparqlwrapper_constructs_an_rdflib_graph(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("CONSTRUCT { ?b litho:slug ?slug } WHERE { ?b a litho:Build ; litho:slug ?slug }")
    wrapper.setReturnFormat(XML)
    graph = wrapper.query().convert()
    assert isinstance(graph, rdflib.Graph)
    assert sorted(str(o) for o in graph.objects(None, rdflib.URIRef(f"{LITHO}slug"))) == ["plant-1", "plant-2"]


def test_sparqlwrapper_shows_the_line_of_a_mistake(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("SELECT ?x WHERE {")
    with pytest.raises(QueryBadFormed, match=r"query:1:18: this is not a SPARQL query \(at the end\)"):
        wrapper.query()


def test_rdflib_asks_it_as_a_remote_graph(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{served.address}sparql"))
    builds = {str(b) for b in graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{LITHO}Build"))}
    assert len(builds) == 2
    rows = graph.query(SELECT.replace("litho:", f"<{LITHO}").replace("Build ", "Build> ").replace("slug ?", "slug> ?"))
    assert [str(row.slug) for row in rows] == ["plant-1", "plant-2"]


def test_rdflib_finds_the_named_queries_by_asking(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{served.address}sparql"))
    found = {str(row.name): str(row.text) for row in graph.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX dct: <http://purl.org/dc/terms/> SELECT ?name ?text WHERE "
        "{ GRAPH ?g { ?q a sh:SPARQLSelectExecutable ; dct:identifier ?name ; sh:select ?text } }")}  # fmt: skip
    assert "$axiom" in found["blast-radius"]
