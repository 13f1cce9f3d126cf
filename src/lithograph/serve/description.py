"""What the endpoint says about itself: SPARQL 1.1 Service Description, as triples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from lithograph.core.vocabulary import COMMENT, LABEL, PREFIXES, TYPE
from lithograph.ledger.published import published
from lithograph.serve.negotiation import TRIPLES, Format, choose
from lithograph.serve.options import Options
from lithograph.serve.results import in_rdf

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
            "N-Triples", "RDF_XML", "N-Quads", "TriG")  # fmt: skip


def described(endpoint: str, graphs: Sequence[str], options: Options, accept: str | None) -> tuple[bytes, str] | None:
    """The description of the endpoint at this IRI, and its media type; None where no format is accepted."""
    return _sent(list(_triples(endpoint, graphs, options)), accept, {**PREFIXES, "sd": SD})


def queries_described(accept: str | None, formats: Sequence[Format] = TRIPLES) -> tuple[bytes, str] | None:
    """The published named queries, and the media type; None where no format is accepted."""
    triples = [quad.triple for quad in parse(published().encode(), format=RdfFormat.N_TRIPLES)]
    return _sent(triples, accept, PREFIXES, formats)


def _sent(
    triples: list[Triple], accept: str | None, prefixes: dict[str, str], formats: Sequence[Format] = TRIPLES
) -> tuple[bytes, str] | None:
    chosen = choose(accept, formats)
    return None if chosen is None else (in_rdf(triples, chosen[0].key, prefixes), chosen[1])


def _triples(endpoint: str, graphs: Sequence[str], options: Options) -> Iterator[Triple]:
    me, dataset, default = NamedNode(f"{endpoint}#service"), BlankNode("dataset"), BlankNode("default")
    kind = NamedNode(TYPE)
    yield Triple(me, kind, _sd("Service"))
    yield Triple(me, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(me, NamedNode(LABEL), Literal("The ledger of a Lithograph project", language="en"))
    bounds = f"Read only. A query may take {options.seconds:g} seconds and give {options.rows} rows."
    yield Triple(me, NamedNode(COMMENT), Literal(bounds, language="en"))
    yield Triple(me, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for name in _WRITTEN:
        yield Triple(me, _sd("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(me, _sd("defaultDataset"), dataset)
    yield Triple(dataset, kind, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, kind, _sd("Graph"))
    for number, graph in enumerate(graphs):
        here = BlankNode(f"graph{number}")
        yield Triple(dataset, _sd("namedGraph"), here)
        yield Triple(here, kind, _sd("NamedGraph"))
        yield Triple(here, _sd("name"), NamedNode(graph))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
