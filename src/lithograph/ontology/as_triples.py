"""Axioms as N-Triples: OWL 2 Mapping to RDF Graphs, section 2 (https://www.w3.org/TR/owl2-mapping-to-rdf/).

The way back is `mapping`: what is written here and read again has the same axioms. Knows nothing about files. SWRL
rules are not kept in an `Ontology` and so are not written.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from lithograph.core.vocabulary import OWL, RDF, RDFS, XSD
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal, literal_parts

Triple = tuple[Term, Term, Term]
TYPE, NIL = RDF + "type", RDF + "nil"

_LISTED = {
    "ObjectIntersectionOf": "intersectionOf", "ObjectUnionOf": "unionOf", "ObjectOneOf": "oneOf",
    "DataIntersectionOf": "intersectionOf", "DataUnionOf": "unionOf", "DataOneOf": "oneOf",
}  # fmt: skip
_VALUED = {
    "SomeValuesFrom": "someValuesFrom", "AllValuesFrom": "allValuesFrom", "HasValue": "hasValue",
}  # fmt: skip
_PLAIN = {
    "SubClassOf": RDFS + "subClassOf", "EquivalentClasses": OWL + "equivalentClass",
    "DisjointClasses": OWL + "disjointWith", "SubObjectPropertyOf": RDFS + "subPropertyOf",
    "SubDataPropertyOf": RDFS + "subPropertyOf", "SubAnnotationPropertyOf": RDFS + "subPropertyOf",
    "EquivalentObjectProperties": OWL + "equivalentProperty", "EquivalentDataProperties": OWL + "equivalentProperty",
    "DisjointObjectProperties": OWL + "propertyDisjointWith", "DisjointDataProperties": OWL + "propertyDisjointWith",
    "InverseObjectProperties": OWL + "inverseOf", "SameIndividual": OWL + "sameAs",
    "DifferentIndividuals": OWL + "differentFrom", "DatatypeDefinition": OWL + "equivalentClass",
    **{f"{kind}PropertyDomain": RDFS + "domain" for kind in ("Object", "Data", "Annotation")},
    **{f"{kind}PropertyRange": RDFS + "range" for kind in ("Object", "Data", "Annotation")},
}  # fmt: skip
"""Axioms that are one triple of two operands; n-ary equivalences are one for each neighbouring pair."""

_TOGETHER = {
    "DisjointClasses": ("AllDisjointClasses", "members"), "DifferentIndividuals": ("AllDifferent", "distinctMembers"),
    "DisjointObjectProperties": ("AllDisjointProperties", "members"),
    "DisjointDataProperties": ("AllDisjointProperties", "members"),
}  # fmt: skip
_DECLARED = {"Class": OWL + "Class", "Datatype": RDFS + "Datatype", "ObjectProperty": OWL + "ObjectProperty",
             "DataProperty": OWL + "DatatypeProperty", "AnnotationProperty": OWL + "AnnotationProperty",
             "NamedIndividual": OWL + "NamedIndividual"}  # fmt: skip


def ntriples(ontology: Ontology) -> Iterator[str]:
    """The ontology as N-Triples lines, its header first; the imports' axioms stand beside the root's."""
    if ontology.iri:
        yield _line(ontology.iri, TYPE, OWL + "Ontology")
        if ontology.version_iri:
            yield _line(ontology.iri, OWL + "versionIRI", ontology.version_iri)
    writer = Writer()
    for row in range(len(ontology)):
        for triple in writer.axiom(ontology.axiom(row)):
            yield _line(*triple)


def _line(s: Term, p: Term, o: Term) -> str:
    return f"{_written(s)} {_written(p)} {_written(o)} ."


def _written(term: Term) -> str:
    if is_literal(term):
        datatype = literal_parts(term)[2]
        return term.removesuffix(datatype) + f"<{datatype}>" if datatype else term
    return term if is_anonymous(term) else f"<{term}>"


class Writer:
    """Makes triples of axioms; each blank node it needs has a name of its own."""

    def __init__(self) -> None:
        self.out: list[Triple] = []
        self.names = 0

    def axiom(self, axiom: Axiom) -> list[Triple]:
        """The triples of an axiom, the axiom's own before those of its operands."""
        self.out = []
        for main in self._mains(axiom):
            if axiom.annotations:
                node = self._node(OWL + "Axiom")
                self.out += [(node, OWL + f"annotated{part}", term)
                             for part, term in zip(("Source", "Property", "Target"), main, strict=True)]  # fmt: skip
                self.out += [(node, p, v) for p, v in axiom.annotations]
        return self.out

    def _node(self, kind: str | None = None) -> Term:
        self.names += 1
        node = f"_:litho{self.names}"
        if kind:
            self.out.append((node, TYPE, kind))
        return node

    def _main(self, s: Term, p: Term, o: Term) -> Triple:
        self.out.append((s, p, o))
        return s, p, o

    def _mains(self, axiom: Axiom) -> list[Triple]:
        """Write an axiom; the triples that its annotations are about. One with a node of its own carries them there."""
        kind, operands = axiom.kind, axiom.operands
        if kind in _SPECIAL:
            return _SPECIAL[kind](self, axiom)
        if kind in _TOGETHER and len(operands) > 2:
            name, members = _TOGETHER[kind]
            node = self._node(OWL + name)
            self.out.append((node, OWL + members, self._list(operands)))
            self.out += [(node, p, v) for p, v in axiom.annotations]
            return []
        if kind in _PLAIN:
            terms = [self.term(operand) for operand in operands]
            return [self._main(a, _PLAIN[kind], b) for a, b in itertools.pairwise(terms)]
        return [self._main(self.term(operands[0]), TYPE, OWL + _characteristic(kind))]

    def _list(self, items: tuple[Expression, ...]) -> Term:
        head: Term = NIL
        for item in reversed(items):
            node, term = self._node(), self.term(item)
            self.out += [(node, RDF + "first", term), (node, RDF + "rest", head)]
            head = node
        return head

    def term(self, expression: Expression) -> Term:
        """The term or node that stands for an expression, its triples written."""
        if isinstance(expression, str):
            return expression
        if isinstance(expression, int):
            return literal(str(expression), datatype=XSD + "nonNegativeInteger")
        head, *rest = expression
        operands, kind = tuple(rest), RDFS + "Datatype" if str(head).startswith("Data") else OWL + "Class"
        if head in _LISTED:
            return self._said(self._node(kind), _LISTED[str(head)], self._list(operands))
        if head == "ObjectComplementOf":
            return self._said(self._node(kind), "complementOf", self.term(operands[0]))
        if head == "DataComplementOf":
            return self._said(self._node(kind), "datatypeComplementOf", self.term(operands[0]))
        if head == "ObjectInverseOf":
            return self._said(self._node(), "inverseOf", self.term(operands[0]))
        if head == "DatatypeRestriction":
            return self._facets(operands)
        return self._restriction(str(head), operands)

    def _said(self, node: Term, predicate: str, value: Term) -> Term:
        self.out.append((node, OWL + predicate, value))
        return node

    def _facets(self, operands: tuple[Expression, ...]) -> Term:
        node, held = self._node(RDFS + "Datatype"), []
        for facet, value in zip(operands[1::2], operands[2::2], strict=True):
            held.append(self._node())
            self.out.append((held[-1], self.term(facet), self.term(value)))
        self._said(node, "onDatatype", self.term(operands[0]))
        return self._said(node, "withRestrictions", self._list(tuple(held)))

    def _restriction(self, head: str, operands: tuple[Expression, ...]) -> Term:
        node = self._node(OWL + "Restriction")
        sort = "Data" if head.startswith("Data") else "Object"
        form = head.removeprefix(sort)
        if form == "HasSelf":
            self._said(node, "hasSelf", literal("true", datatype=XSD + "boolean"))
            return self._said(node, "onProperty", self.term(operands[0]))
        if form not in ("MinCardinality", "MaxCardinality", "ExactCardinality"):
            self._said(node, _VALUED[form], self.term(operands[-1]))
            return self._said(node, "onProperty", self.term(operands[0]))
        short = form.removesuffix("Cardinality").lower().replace("exact", "")
        qualified = len(operands) > 2
        word = ("qualifiedCardinality" if qualified else "cardinality") if not short else (
            f"{short}QualifiedCardinality" if qualified else f"{short}Cardinality")  # fmt: skip
        self._said(node, word, self.term(operands[0]))
        if qualified:
            self._said(node, "onDataRange" if sort == "Data" else "onClass", self.term(operands[2]))
        return self._said(node, "onProperty", self.term(operands[1]))

    # ------------------------------------------------------------ axioms that are not one triple of two operands

    def declaration(self, axiom: Axiom) -> list[Triple]:
        declared = axiom.operands[0]
        assert isinstance(declared, tuple)
        return [self._main(self.term(declared[1]), TYPE, _DECLARED[str(declared[0])])]

    def type(self, axiom: Axiom) -> list[Triple]:
        return [self._main(self.term(axiom.operands[1]), TYPE, self.term(axiom.operands[0]))]

    def assertion(self, axiom: Axiom) -> list[Triple]:
        relation, subject, value = axiom.operands
        if isinstance(relation, tuple):
            relation, subject, value = relation[1], value, subject
        return [self._main(self.term(subject), self.term(relation), self.term(value))]

    def denial(self, axiom: Axiom) -> list[Triple]:
        relation, subject, value = axiom.operands
        node = self._node(OWL + "NegativePropertyAssertion")
        self._said(node, "sourceIndividual", self.term(subject))
        self._said(node, "assertionProperty", self.term(relation))
        target = "targetValue" if axiom.kind.startswith("NegativeData") else "targetIndividual"
        self._said(node, target, self.term(value))
        self.out += [(node, p, v) for p, v in axiom.annotations]
        return []

    def subproperty(self, axiom: Axiom) -> list[Triple]:
        narrow, wide = axiom.operands
        if isinstance(narrow, tuple) and narrow[0] == "ObjectPropertyChain":
            return [self._main(self.term(wide), OWL + "propertyChainAxiom", self._list(narrow[1:]))]
        return [self._main(self.term(narrow), RDFS + "subPropertyOf", self.term(wide))]

    def disjoint_union(self, axiom: Axiom) -> list[Triple]:
        return [self._main(self.term(axiom.operands[0]), OWL + "disjointUnionOf", self._list(axiom.operands[1:]))]

    def key(self, axiom: Axiom) -> list[Triple]:
        of, *lists = axiom.operands
        properties = tuple(p for some in lists if isinstance(some, tuple) for p in some[1:])
        return [self._main(self.term(of), OWL + "hasKey", self._list(properties))]


def _characteristic(kind: str) -> str:
    """`TransitiveObjectProperty` is owl:TransitiveProperty, `FunctionalDataProperty` owl:FunctionalProperty."""
    return kind.replace("ObjectProperty", "Property").replace("DataProperty", "Property")


_SPECIAL: dict[str, Callable[[Writer, Axiom], list[Triple]]] = {
    "Declaration": Writer.declaration, "ClassAssertion": Writer.type, "ObjectPropertyAssertion": Writer.assertion,
    "DataPropertyAssertion": Writer.assertion, "AnnotationAssertion": Writer.assertion,
    "NegativeObjectPropertyAssertion": Writer.denial, "NegativeDataPropertyAssertion": Writer.denial,
    "SubObjectPropertyOf": Writer.subproperty, "DisjointUnion": Writer.disjoint_union, "HasKey": Writer.key,
}  # fmt: skip
