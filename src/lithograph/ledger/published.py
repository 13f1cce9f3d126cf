"""The named queries as RDF, so that a client finds them by asking: `sh:SPARQLSelectExecutable` of SHACL-AF.

    GRAPH <https://w3id.org/lithograph/query/> { ?query a sh:SPARQLExecutable ; rdfs:label ?title ; sh:select ?text }

They stand in a named graph of their own: the default graph holds what was recorded and nothing else. A text holds
`$name` where a parameter goes; whoever asks puts the term there before the text is parsed (SHACL's pre-binding cannot:
some stand in LIMIT or VALUES). Knows nothing about stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from lithograph.core.identity import urn
from lithograph.core.vocabulary import PREFIXES, XSD
from lithograph.ledger.named import NamedQuery, Parameter, named_queries
from lithograph.ledger.turtle import named, quoted

GRAPH = "https://w3id.org/lithograph/query/"
"""The named graph of all published queries; a query's IRI is this and its name."""

_DATATYPES: Mapping[str, str] = {"integer": XSD + "integer", "number": XSD + "decimal", "text": XSD + "string"}
"""Parameter types that are literals; the others name a thing of the ledger and become an IRI."""


@cache
def published() -> str:
    """All named queries as N-Triples, in order of name."""
    lines = [*_prefixes()]
    for query in named_queries().values():
        lines += _query(query)
    return "".join(f"{line} .\n" for line in lines)


@cache
def published_stamp() -> str:
    """Changes when a named query changes."""
    return urn("published", published()).rsplit(":", 1)[-1]


def query_iri(name: str) -> str:
    """The IRI of a named query."""
    return GRAPH + name


def _term(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return named(PREFIXES[prefix] + local)


def _says(subject: str, predicate: str, value: str) -> str:
    return f"{subject} {_term(predicate)} {value}"


def _typed(value: str, datatype: str) -> str:
    return f"{quoted(value)}^^{_term(datatype)}"


def _prefixes() -> Iterator[str]:
    """What every query may abbreviate (SHACL 5.2.1)."""
    for prefix, iri in PREFIXES.items():
        me = named(f"{GRAPH}#prefix-{prefix}")
        yield _says(named(GRAPH), "sh:declare", me)
        yield _says(me, "sh:prefix", quoted(prefix))
        yield _says(me, "sh:namespace", _typed(iri, "xsd:anyURI"))


def _query(query: NamedQuery) -> Iterator[str]:
    me = named(query_iri(query.name))
    yield _says(me, "rdf:type", _term("sh:SPARQLExecutable"))
    yield _says(me, "rdf:type", _term("sh:SPARQLSelectExecutable"))
    yield _says(me, "dct:identifier", quoted(query.name))
    yield _says(me, "rdfs:label", quoted(query.title) + "@en")
    yield _says(me, "rdfs:comment", quoted(query.question) + "@en")
    yield _says(me, "sh:prefixes", named(GRAPH))
    yield _says(me, "sh:select", quoted(query.text))
    for order, parameter in enumerate(query.parameters):
        yield from _parameter(query.name, parameter, order)


def _parameter(query: str, parameter: Parameter, order: int) -> Iterator[str]:
    me = named(f"{query_iri(query)}#parameter-{parameter.name}")
    yield _says(named(query_iri(query)), "sh:parameter", me)
    yield _says(me, "rdf:type", _term("sh:Parameter"))
    yield _says(me, "sh:path", named(f"{query_iri(query)}#{parameter.name}"))
    yield _says(me, "sh:name", quoted(parameter.name))
    yield _says(me, "sh:order", _typed(str(order), "xsd:integer"))
    yield _says(me, "sh:description", quoted(parameter.meaning) + "@en")
    datatype = _DATATYPES.get(parameter.type)
    if datatype:
        yield _says(me, "sh:datatype", named(datatype))
    else:
        yield _says(me, "sh:nodeKind", _term("sh:IRI"))
    if parameter.default is not None:
        yield _says(me, "sh:optional", _typed("true", "xsd:boolean"))
        kind = f"^^{named(datatype)}" if datatype else ""
        yield _says(me, "sh:defaultValue", quoted(parameter.default) + kind)
