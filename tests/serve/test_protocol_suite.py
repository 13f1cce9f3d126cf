"""The W3C suites that are about HTTP and result formats, run from their manifests.

protocol: 34 cases, all sent to a server that is running. 7 change the store and are exempted: what must happen instead
(a refusal, nothing changed) is tested. service-description: 3. csv-tsv-res and json-res: 10, through our own writers.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
import rdflib
from protocol_cases import SUITE, Case, ResultCase, entry_names, protocol_cases, result_cases
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse_query_results,
)
from served import Reply, Served, serving

from lithograph.ledger.ask import Ledger
from lithograph.serve.negotiation import SOLUTIONS, TRIPLES
from lithograph.serve.results import written

pytestmark = pytest.mark.data

CHANGES = "the case changes the store, and the ledger is read only: the update is refused with 403"
EXEMPTED = {
    "update_dataset_default_graph": CHANGES,
    "update_dataset_default_graphs": CHANGES,
    "update_dataset_named_graphs": CHANGES,
    "update_dataset_full": CHANGES,
    "update_post_form": CHANGES,
    "update_post_direct": CHANGES,
    "update_base_uri": CHANGES,
}
PASSED = (
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
)
FORMATS = (["csv01", "tsv01", "csv02", "tsv02", "csv03", "tsv03"], ["jsonres01", "jsonres02", "jsonres03", "jsonres04"])
KEPT_OTHERWISE = {"tsv03": "the store keeps an xsd:negativeInteger as xsd:integer, so that is what is written"}
EVERYTHING = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> dict[str, Case]:
    return {case.name: case for case in protocol_cases(shared_data / SUITE / "protocol")}


@pytest.fixture(scope="module")
def endpoint(cases: dict[str, Case], world: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A ledger whose view also holds the named graphs that the cases ask for."""
    folder = tmp_path_factory.mktemp("protocol")
    ledger = Ledger(folder / "ledger")
    ledger.record_build(world.build(1), world.tables(1))
    ledger.view()
    view = folder / "ledger" / "view"
    store = Store(str(view / (view / "current").read_text(encoding="utf-8")))
    for iri, file in sorted({graph for case in cases.values() for graph in case.graphs}):
        store.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES, to_graph=NamedNode(iri))
    store.flush()
    del store
    with serving(folder) as server:
        yield server


def replies(server: Served, case: Case) -> list[Reply]:
    return [server.send(e.method, e.path, e.headers, e.body) for e in case.exchanges]


def failures(case: Case, found: list[Reply]) -> list[str]:
    """What a case asks and did not get, in words."""
    out = []
    for exchange, reply in zip(case.exchanges, found, strict=True):
        if f"{reply.status // 100}xx" not in exchange.statuses:
            out.append(f"status {reply.status}")
            continue
        allowed = {"tabular": SOLUTIONS, "boolean": SOLUTIONS[:2], "RDF": TRIPLES}.get(exchange.form or "", ())
        if exchange.form and reply.media not in [f.media for f in allowed]:
            out.append(f"{exchange.form} as {reply.media}")
        elif exchange.boolean is not None and json.loads(reply.body)["boolean"] is not exchange.boolean:
            out.append("the other truth")
        elif exchange.form == "RDF":
            rdflib.Graph().parse(data=reply.body, format=reply.media)
    return out


def test_every_case_of_the_manifest_is_passed_or_exempted(cases: dict[str, Case]) -> None:
    assert len(cases) == 34
    assert len(PASSED) == 27
    assert {*PASSED, *EXEMPTED} == set(cases)
    assert sum(len(case.exchanges) for case in cases.values()) == 39


@pytest.mark.parametrize("name", PASSED)
def test_the_endpoint_does_as_the_protocol_says(name: str, cases: dict[str, Case], endpoint: Served) -> None:
    found = replies(endpoint, cases[name])
    assert failures(cases[name], found) == []
    if name.startswith("bad_"):
        assert all(reply.line for reply in found)


@pytest.mark.parametrize("name", EXEMPTED)
def test_an_update_is_refused_and_changes_nothing(name: str, cases: dict[str, Case], endpoint: Served) -> None:
    before = endpoint.ask(EVERYTHING).body
    update, *rest = replies(endpoint, cases[name])
    assert failures(cases[name], [update, *rest])
    assert update.status == 403
    assert update.line.startswith("sparql: an update is refused, the ledger is read only.")
    assert [json.loads(reply.body) for reply in rest] == [{"head": {}, "boolean": False} for _ in rest]
    assert endpoint.ask(EVERYTHING).body == before


SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SCHEMA = {  # property of SD -> class of its subject, class of its object (W3C SPARQL 1.1 Service Description, 3)
    "endpoint": ("Service", None), "supportedLanguage": ("Service", "Language"), "resultFormat": ("Service", None),
    "defaultDataset": ("Service", "Dataset"), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"), "name": ("NamedGraph", None),
}  # fmt: skip


def test_the_service_describes_itself_as_the_three_cases_ask(shared_data: Path, endpoint: Served) -> None:
    names = entry_names(shared_data / SUITE / "service-description")
    assert names == ["has-endpoint-triple", "returns-rdf", "conforms-to-schema"]
    asked = f"http://{urlsplit(endpoint.address).netloc}/sparql"
    for accept in (None, "application/rdf+xml", "application/n-triples"):
        reply = endpoint.send("GET", "/sparql", {"Accept": accept} if accept else None)
        assert (reply.status, reply.media) == (200, accept or "text/turtle")
        graph = rdflib.Graph().parse(data=reply.body, format=reply.media)
        assert list(graph.triples((None, SD.endpoint, rdflib.URIRef(asked))))
        assert len(list(graph.subjects(rdflib.RDF.type, SD.Service))) == 1
        used = {str(p).removeprefix(str(SD)) for p in graph.predicates() if str(p).startswith(str(SD))}
        assert used == set(SCHEMA)
        for name in used:
            subject, value = SCHEMA[name]
            for s, o in graph.subject_objects(SD[name]):
                assert (s, rdflib.RDF.type, SD[subject]) in graph
                assert value in (None, "Language") or (o, rdflib.RDF.type, SD[str(value)]) in graph
        assert list(graph.objects(None, SD.supportedLanguage)) == [SD.SPARQL11Query]
        named = {str(name) for name in graph.objects(None, SD.name)}
        assert {f"http://kasei.us/2009/09/sparql/data/data{n}.rdf" for n in (1, 2, 3)} < named
    assert endpoint.send("GET", "/sparql", {"Accept": "text/html"}).status == 406


@pytest.fixture(scope="module")
def formats(shared_data: Path) -> dict[str, ResultCase]:
    folders = [shared_data / SUITE / name for name in ("csv-tsv-res", "json-res")]
    found = [list(result_cases(folder)) for folder in folders]
    assert [len(f) for f in found] == [6, 4]
    assert [sorted(c.name for c in f) for f in found] == [sorted(names) for names in FORMATS]
    return {case.name: case for f in found for case in f}


def _answer(case: ResultCase, form: str) -> bytes:
    store = Store()
    store.load(path=str(case.data), format=RdfFormat.TURTLE)
    body, cut = written(store.query(case.query.read_text(encoding="utf-8")), form, 1000)
    assert not cut
    return body


def _rows(body: bytes, form: str) -> list[dict[str, object]] | bool:
    """Rows as columns and values, in any order (SELECT * gives its columns in any order too).

    A blank node is only said to be one; a number is its value, as the store keeps no other; CSV has bare texts.
    """
    if form == "csv":
        lines = csv.DictReader(io.StringIO(body.decode(), newline=""))
        return sorted(({k: _bare(line[k]) for k in sorted(line)} for line in lines), key=str)
    found = parse_query_results(body, format={"json": QueryResultsFormat.JSON, "tsv": QueryResultsFormat.TSV}[form])
    if isinstance(found, QueryBoolean):
        return bool(found)
    names = sorted(v.value for v in found.variables)
    return sorted(({name: _value(row[name]) for name in names} for row in found), key=str)


def _value(term: object) -> object:
    if isinstance(term, BlankNode):
        return "a blank node"
    return (str(term.datatype), _bare(term.value)) if isinstance(term, Literal) else str(term)


def _bare(text: str) -> object:
    if text.startswith("_:"):
        return "a blank node"
    try:
        return float(text)
    except ValueError:
        return text


@pytest.mark.parametrize("name", [name for names in FORMATS for name in names])
def test_a_result_is_written_as_the_w3c_writes_it(name: str, formats: dict[str, ResultCase]) -> None:
    form = "json" if name.startswith("jsonres") else name[:3]
    wanted = formats[name].result.read_bytes()
    ours, theirs = _rows(_answer(formats[name], form), form), _rows(wanted, form)
    if name in KEPT_OTHERWISE:
        assert ours != theirs
        theirs = _rows(wanted.replace(b"#negativeInteger", b"#integer"), form)
    assert ours == theirs
    assert ours is True or ours is False or len(ours) > 5
