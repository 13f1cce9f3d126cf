"""The W3C test cases of the SPARQL 1.1 Protocol and its neighbours, read from their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rdflib
from rdflib.collection import Collection

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SUITE = "conformance/sparql11"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what must come back: one of the classes of status ("2xx"), a kind of answer, a truth."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    form: str | None
    boolean: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: its exchanges in order, and the named graphs it needs (IRI, file)."""

    name: str
    exchanges: tuple[Exchange, ...]
    graphs: tuple[tuple[str, Path], ...]


@dataclass(frozen=True, slots=True)
class ResultCase:
    """A query, its data, and the file with its results."""

    name: str
    query: Path
    data: Path
    result: Path


@cache
def _manifest(folder: Path) -> tuple[rdflib.Graph, tuple[rdflib.term.Node, ...]]:
    path = folder / "manifest.ttl"
    graph = rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())
    head = graph.value(predicate=rdflib.RDF.type, object=MF.Manifest)
    entries = graph.value(head, MF.entries)
    assert entries is not None
    return graph, tuple(Collection(graph, entries))


def entry_names(folder: Path) -> list[str]:
    """The local names of a manifest's entries, in order."""
    return [str(entry).rpartition("#")[2] for entry in _manifest(folder)[1]]


def protocol_cases(folder: Path) -> Iterator[Case]:
    """The cases of the protocol, in order."""
    graph, entries = _manifest(folder)
    for entry in entries:
        requests = graph.value(graph.value(entry, MF.action), HT.requests)
        assert requests is not None
        exchanges = tuple(_exchange(graph, node) for node in Collection(graph, requests))
        graphs = tuple(
            (str(graph.value(data, rdflib.RDFS.label)), _file(graph.value(data, UT.graph)))
            for data in graph.objects(entry, UT.graphData)
        )
        yield Case(str(entry).rpartition("#")[2], exchanges, tuple(sorted(graphs)))


def result_cases(folder: Path) -> Iterator[ResultCase]:
    """The cases of a result format, in order."""
    graph, entries = _manifest(folder)
    for entry in entries:
        action = graph.value(entry, MF.action)
        files = (graph.value(action, QT.query), graph.value(action, QT.data), graph.value(entry, MF.result))
        yield ResultCase(str(entry).rpartition("#")[2], *(_file(file) for file in files))


def _file(iri: rdflib.term.Node | None) -> Path:
    assert iri is not None
    return Path(str(iri).removeprefix("file://"))


def _exchange(graph: rdflib.Graph, node: rdflib.term.Node) -> Exchange:
    response = graph.value(node, HT.resp)
    listed = graph.value(node, HT.headers)
    headers = {
        str(graph.value(h, HT.fieldName)): str(graph.value(h, HT.fieldValue))
        for h in (Collection(graph, listed) if listed is not None else ())
    }
    content = graph.value(node, HT.body)
    body = None
    if content is not None:
        encoding = str(graph.value(content, CNT.characterEncoding))
        body = str(graph.value(content, CNT.chars)).encode(encoding)
    form, boolean = graph.value(response, MF.expectedFormat), graph.value(response, MF.expectedBoolean)
    return Exchange(
        str(graph.value(node, HT.methodName)), str(graph.value(node, HT.absolutePath)), headers, body,
        frozenset(str(status)[-3:] for status in graph.objects(response, MF.expectedStatus)),
        None if form is None else str(form),
        None if not isinstance(boolean, rdflib.Literal) else bool(boolean.value),
    )  # fmt: skip
