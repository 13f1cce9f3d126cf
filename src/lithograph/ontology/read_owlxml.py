"""OWL/XML (https://www.w3.org/TR/owl2-xml-serialization/), read to written axioms: element names are the kinds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import urljoin

from lithograph.ontology.structural import AXIOMS, Written, typed_literal
from lithograph.ontology.written import SyntaxProblem, WrittenOntology

_XML = "{http://www.w3.org/XML/1998/namespace}"
_ENTITIES = frozenset({
    "Class", "Datatype", "ObjectProperty", "DataProperty", "AnnotationProperty", "NamedIndividual", "Variable",
})  # fmt: skip
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def read_owlxml(data: bytes, base: str) -> WrittenOntology:
    """Read a document. Raises SyntaxProblem."""
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise SyntaxProblem(error.position[0], str(error)) from error
    return _Reader(base).document(root)


class _Reader:
    """Reads one document; `base` moves with xml:base."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.out = WrittenOntology()

    def document(self, root: ET.Element) -> WrittenOntology:
        """The ontology element and all below it."""
        out = self.out
        out.iri = root.get("ontologyIRI")
        self.base = urljoin(self.base, root.get(_XML + "base") or out.iri or "")
        out.iri = self._iri(out.iri) if out.iri else None
        version = root.get("versionIRI")
        out.version_iri = self._iri(version) if version else None
        for child in root:
            if self._kind(child) == "Prefix":
                out.prefixes[child.get("name") or ""] = child.get("IRI") or ""
        for child in root:
            kind = self._kind(child)
            if kind == "Import":
                out.imports.append(self._iri((child.text or "").strip()))
            elif kind not in ("Prefix", ""):
                item = self._item(child)
                out.take(item if isinstance(item, tuple) else (item,), 0, AXIOMS)
        return out

    def _kind(self, element: ET.Element) -> str:
        return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""

    def _iri(self, iri: str) -> str:
        return iri if _SCHEME.match(iri) else urljoin(self.base, iri) if iri else self.base

    def _reference(self, element: ET.Element) -> str:
        """The IRI of an entity element."""
        for name in ("abbreviatedIRI", "abbreviatedIri"):
            if short := element.get(name):
                return self.out.expanded(short, 0)
        for name in ("IRI", "URI", "datatypeIRI"):
            if (iri := element.get(name)) is not None:
                return self._iri(iri)
        raise SyntaxProblem(0, f"the element {self._kind(element)} names no IRI")

    def _item(self, element: ET.Element) -> Written:
        kind = self._kind(element)
        if kind in _ENTITIES:
            return self._reference(element)
        if kind == "Literal" or kind == "Constant":
            datatype = element.get("datatypeIRI")
            language = element.get(_XML + "lang")
            return typed_literal("".join(element.itertext()), language, self._iri(datatype) if datatype else None)
        if kind == "IRI":
            return self._iri((element.text or "").strip())
        if kind == "AbbreviatedIRI":
            return self.out.expanded((element.text or "").strip(), 0)
        if kind == "AnonymousIndividual":
            node = element.get("nodeID") or ""
            return node if node.startswith("_:") else f"_:{node}"
        return (kind, *self._operands(kind, element))

    def _operands(self, kind: str, element: ET.Element) -> Iterator[Written]:
        if kind == "Declaration":
            yield from (a for c in element if isinstance(a := self._item(c), tuple))
            yield from ((self._kind(c), self._reference(c)) for c in element if self._kind(c) in _ENTITIES)
        elif kind == "HasKey":
            yield from self._key(element)
        elif kind == "DatatypeRestriction":
            for child in element:
                if self._kind(child) == "FacetRestriction":
                    yield self._facet(child)
                    yield from map(self._item, child)
                else:
                    yield self._item(child)
        else:
            if (cardinality := element.get("cardinality")) is not None:
                yield int(cardinality)
            yield from (self._item(c) for c in element if self._kind(c))

    def _facet(self, element: ET.Element) -> str:
        facet = element.get("facet") or ""
        return self._iri(facet)

    def _key(self, element: ET.Element) -> Iterator[Written]:
        objects: list[Written] = [""]
        data: list[Written] = [""]
        first = True
        for child in element:
            kind = self._kind(child)
            if kind == "Annotation":
                yield self._item(child)
            elif kind in ("DataProperty",):
                data.append(self._item(child))
            elif kind in ("ObjectProperty", "ObjectInverseOf") and not first:
                objects.append(self._item(child))
            else:
                yield self._item(child)
                first = False
        yield tuple(objects)
        yield tuple(data)
