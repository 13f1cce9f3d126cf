"""Named queries in the view: found by asking, and asked by what is found."""

from __future__ import annotations

import pytest

from lithograph.core.vocabulary import SH
from lithograph.ledger import view
from lithograph.ledger.ask import Ledger, ask_text
from lithograph.ledger.named import arguments, named_queries
from lithograph.ledger.published import GRAPH, query_iri
from lithograph.ledger.resolve import term_of
from lithograph.ledger.sparql import substituted

GIVEN: dict[str, dict[str, object]] = {
    "blast-radius": {"axiom": "pump SubClassOf device"}, "exposures": {"node": "pump", "step": 3},
    "regressions": {"before": "latest"},
}  # fmt: skip


def test_every_named_query_is_found_with_its_title_and_question(plant: Ledger) -> None:
    found = plant.query(
        f"SELECT ?query ?title ?question WHERE {{ GRAPH <{GRAPH}> {{ ?query a sh:SPARQLExecutable, "
        "sh:SPARQLSelectExecutable ; rdfs:label ?title ; rdfs:comment ?question } } ORDER BY ?query"
    )
    assert list(found) == [(query_iri(q.name), q.title, q.question) for q in named_queries().values()]


def test_its_parameters_are_found_in_order_with_what_they_take(plant: Ledger) -> None:
    found = plant.query(
        "SELECT ?query ?path ?meaning ?default ?optional ?takes WHERE { GRAPH ?g { ?query sh:parameter ?p . "
        "?p a sh:Parameter ; sh:path ?path ; sh:order ?n ; sh:description ?meaning ; sh:datatype|sh:nodeKind ?takes "
        "OPTIONAL { ?p sh:defaultValue ?default ; sh:optional ?optional } } } ORDER BY ?query ?n"
    )
    wanted = [
        (query_iri(q.name), f"{query_iri(q.name)}#{p.name}", p.meaning, p.default or "", "true" if p.default else "")
        for q in named_queries().values()
        for p in q.parameters
    ]
    assert [row[:5] for row in found] == wanted
    takes = {row[1].rpartition("#")[2]: row[5].rpartition("#")[2] for row in found}
    assert (takes["limit"], takes["factor"], takes["axiom"], takes["run"]) == ("integer", "decimal", "IRI", "IRI")


@pytest.mark.parametrize("name", list(named_queries()))
def test_the_published_text_gives_the_answer_of_the_named_query(name: str, plant: Ledger) -> None:
    ((text,),) = plant.query(f"SELECT ?text WHERE {{ GRAPH ?g {{ <{query_iri(name)}> sh:select ?text }} }}")
    given: dict[str, object] = GIVEN.get(name, {})
    wanted = plant.query(name, **given)
    terms = {p.name: term_of(plant.path, p.type, v, name) for p, v in arguments(named_queries()[name], given)}
    assert ask_text(plant.view(), substituted(text, terms)) == wanted


def test_the_prefixes_of_all_queries_are_declared_with_them(plant: Ledger) -> None:
    ((iri,),) = plant.query(
        "SELECT ?iri WHERE { GRAPH ?g { ?q sh:select ?t ; sh:prefixes/sh:declare ?d . ?d sh:prefix 'sh' ; "
        "sh:namespace ?iri } } GROUP BY ?iri"
    )
    assert iri == SH


def test_the_default_graph_holds_only_what_was_recorded(plant: Ledger) -> None:
    assert list(plant.query("ASK { ?q ?p ?o FILTER(STRSTARTS(STR(?p), STR(sh:))) }")) == [("false",)]
    assert list(plant.query("ASK { ?q a sh:SPARQLExecutable }")) == [("false",)]


def test_a_named_query_that_changed_is_published_anew(fresh: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.view()
    count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?q a sh:SPARQLExecutable } }"
    assert list(fresh.query(count)) == [(str(len(named_queries())),)]
    monkeypatch.setattr(view, "published", lambda: "")
    monkeypatch.setattr(view, "published_stamp", lambda: "another")
    assert list(fresh.query(count)) == [("0",)]
