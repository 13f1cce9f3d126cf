"""The W3C OWL 2 test cases, read from their manifest `all.rdf` (https://www.w3.org/TR/owl2-test/).

Every ontology of a case is a literal of the manifest; what one imports stands there too, as the input of another case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

import rdflib
from owl2_untyped import types_by_use

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import load

TEST = rdflib.Namespace("http://www.w3.org/2007/OWL/testOntology#")
MANIFEST = "conformance/owl2-test-cases/all.rdf"
KINDS = ("PositiveEntailmentTest", "NegativeEntailmentTest", "ConsistencyTest", "InconsistencyTest")
SYNTAXES = {"fs": "ofn", "rdfXml": "rdf"}
"""How the manifest names a syntax -> the ending of a file in it; the first that a case carries is read.

The functional-style text comes first: it says of itself what sort of thing each name is.
"""

PREMISE, CONCLUSION, NON_CONCLUSION, INPUT = "Premise", "Conclusion", "NonConclusion", "Input"


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: its name, what it asks, the tags it carries, its ontologies by part and syntax.

    kinds: of KINDS, in their order. profiles: of EL, QL, RL; outside: those that it is said to be outside of.
    dl: whether it is tagged DL, not Full alone. semantics: DIRECT, RDF-BASED.
    texts: (part, syntax) -> document. imported: IRI -> document in RDF/XML.
    """

    name: str
    status: str
    kinds: tuple[str, ...]
    profiles: frozenset[str]
    outside: frozenset[str]
    dl: bool
    semantics: frozenset[str]
    texts: dict[tuple[str, str], str]
    imported: dict[str, str]

    def asks(self, kind: str) -> bool:
        """Whether a kind of test is among those of the case."""
        return f"{kind}Test" in self.kinds

    @property
    def by_rules(self) -> bool:
        """Whether the rules alone have to decide it: a case of RL or EL."""
        return bool(self.profiles & {"RL", "EL"})


@cache
def read_cases(manifest: Path) -> tuple[Case, ...]:
    """All cases of a manifest, by name."""
    graph = rdflib.Graph().parse(manifest)
    return tuple(sorted((_case(graph, node) for node in graph.subjects(rdflib.RDF.type, TEST.TestCase)),
                        key=lambda case: case.name))  # fmt: skip


def _case(graph: rdflib.Graph, node: rdflib.term.Node) -> Case:
    types = set(graph.objects(node, rdflib.RDF.type))
    texts = {(part, syntax): str(text) for part in (PREMISE, CONCLUSION, NON_CONCLUSION, INPUT) for syntax in SYNTAXES
             for text in graph.objects(node, TEST[f"{syntax}{part}Ontology"])}  # fmt: skip
    imported = {str(graph.value(other, TEST.importedOntologyIRI)): str(graph.value(other, TEST.rdfXmlInputOntology))
                for other in graph.objects(node, TEST.importedOntology)}  # fmt: skip
    denied = {graph.value(other, rdflib.OWL.targetIndividual)
              for other in graph.subjects(rdflib.OWL.sourceIndividual, node)}  # fmt: skip
    return Case(
        str(graph.value(node, TEST.identifier)), _local(graph.value(node, TEST.status)),
        tuple(kind for kind in KINDS if TEST[kind] in types), _locals(graph, node, TEST.profile),
        frozenset(_local(profile) for profile in denied) & {"EL", "QL", "RL"}, (node, TEST.species, TEST.DL) in graph,
        _locals(graph, node, TEST.semantics), texts, imported,
    )  # fmt: skip


def _local(node: object) -> str:
    return str(node).rpartition("#")[2]


def _locals(graph: rdflib.Graph, node: rdflib.term.Node, predicate: rdflib.URIRef) -> frozenset[str]:
    return frozenset(_local(value) for value in graph.objects(node, predicate))


def ontology_of_part(case: Case, part: str, folder: Path, syntax: str | None = None) -> Ontology:
    """One ontology of a case, loaded from a file in a folder beside what it imports.

    A conclusion is read with the declarations of the premise, which some conclusions leave to it. What a case of OWL 2
    Full leaves without a type is read by its use, see `owl2_untyped`.
    """
    syntax = syntax or next(s for s in SYNTAXES if (part, s) in case.texts)
    text = case.texts[part, syntax]
    if syntax == "rdfXml" and not case.dl:
        text = _declaring(text, types_by_use(*(t for (_, s), t in case.texts.items() if s == "rdfXml")))
    if part in (CONCLUSION, NON_CONCLUSION) and syntax == "rdfXml":
        premise = ontology_of_part(case, PREMISE, folder)
        text = _declaring(text, {iri: _TYPES[sort] for sort, iri in declared(premise) if sort in _TYPES})
    lines = [_catalogued(iri, place, document, folder) for place, (iri, document) in enumerate(case.imported.items())]
    catalog = folder / "catalog-v001.xml"
    catalog.write_text('<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">' + "".join(lines) + "</catalog>")
    file = folder / f"case.{SYNTAXES[syntax]}"
    file.write_text(text, encoding="utf-8")
    return load(file)


def _catalogued(iri: str, place: int, document: str, folder: Path) -> str:
    (folder / f"imported{place}.rdf").write_text(document, encoding="utf-8")
    return f"<uri name={quoteattr(iri)} uri='imported{place}.rdf'/>"


_TYPES = {"Class": v.OWL + "Class", "ObjectProperty": v.OWL + "ObjectProperty", "Datatype": v.RDFS + "Datatype",
          "DataProperty": v.OWL + "DatatypeProperty"}  # fmt: skip


def _declaring(document: str, types: dict[str, str]) -> str:
    """An RDF/XML document with types of IRIs added."""
    added = [f"<rdf:Description xmlns:rdf={quoteattr(v.RDF)} rdf:about={quoteattr(iri)}><rdf:type "
             f"rdf:resource={quoteattr(kind)}/></rdf:Description>" for iri, kind in types.items()]  # fmt: skip
    head, end, tail = document.rpartition("</rdf:RDF>")
    return head + "".join(added) + end + tail


def declared(ontology: Ontology) -> Iterator[tuple[str, str]]:
    """(sort, IRI) of every declaration."""
    for row in range(len(ontology)):
        axiom = ontology.axiom(row)
        if axiom.kind == "Declaration":
            sort, iri = axiom.operands[0]  # type: ignore[misc]
            yield str(sort), str(iri)
