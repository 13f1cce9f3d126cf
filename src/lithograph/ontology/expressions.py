"""Class expressions, data ranges, property expressions and lists out of RDF.

OWL 2 Mapping to RDF Graphs, sections 3.2.3 and 3.2.4 (tables 11 to 15), with the OWL 1 forms of table 17. Knows
nothing about axioms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lithograph.core.vocabulary import OWL, RDF, RDFS, XSD
from lithograph.ontology.axioms import Expression, structural_string
from lithograph.ontology.kinds import CLASS, DATA, DATATYPE, OBJECT
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal_parts

Said = Mapping[Term, list[Term]]

STRUCTURE = frozenset({
    *(OWL + n for n in (
        "onProperty", "onProperties", "onClass", "onDataRange", "someValuesFrom", "allValuesFrom", "hasValue",
        "hasSelf", "cardinality", "minCardinality", "maxCardinality", "qualifiedCardinality",
        "minQualifiedCardinality", "maxQualifiedCardinality", "intersectionOf", "unionOf", "complementOf", "oneOf",
        "onDatatype", "withRestrictions", "datatypeComplementOf", "inverseOf", "members", "distinctMembers",
        "annotatedSource", "annotatedProperty", "annotatedTarget", "sourceIndividual", "assertionProperty",
        "targetIndividual", "targetValue", "propertyChain",
    )),
    *(RDF + n for n in ("first", "rest")),
})  # fmt: skip
"""Predicates that only build expressions: a blank node that is their subject is no individual."""

FACETS = frozenset({
    *(XSD + n for n in (
        "length", "minLength", "maxLength", "pattern", "minInclusive", "minExclusive", "maxInclusive",
        "maxExclusive", "totalDigits", "fractionDigits",
    )),
    RDF + "langRange",
})  # fmt: skip

_BOUNDS = {
    "cardinality": "ExactCardinality",
    "minCardinality": "MinCardinality",
    "maxCardinality": "MaxCardinality",
    "qualifiedCardinality": "ExactCardinality",
    "minQualifiedCardinality": "MinCardinality",
    "maxQualifiedCardinality": "MaxCardinality",
}


class Malformed(Exception):
    """A node that is no expression, and why; the axiom it stands in is passed over and recorded."""

    def __init__(self, node: Term, why: str) -> None:
        self.node, self.why = node, why
        super().__init__(f"a node {why}" if is_anonymous(node) else f"{node} {why}")


class Reader:
    """Translates nodes to expressions, each once.

    about: what is said of the nodes that build expressions. flags: what a term is used as (see `kinds`).
    """

    __slots__ = ("_made", "_open", "about", "flags")

    def __init__(self, about: Mapping[Term, Said], flags: Callable[[Term], int]) -> None:
        self.about, self.flags = about, flags
        self._made: dict[tuple[Term, str], Expression] = {}
        self._open: set[Term] = set()

    def one(self, node: Term, predicate: Term) -> Term | None:
        """The object that a node has for a predicate; the first in sorted order where there are several."""
        return min(self.about.get(node, {}).get(predicate, ()), default=None)

    def items(self, head: Term) -> list[Term]:
        """The members of an RDF list."""
        out: list[Term] = []
        seen: set[Term] = set()
        while head != RDF + "nil":
            item = self.one(head, RDF + "first")
            if head in seen or item is None:
                raise Malformed(head, "is no well-formed RDF list")
            seen.add(head)
            out.append(item)
            head = self.one(head, RDF + "rest") or RDF + "nil"
        return out

    def class_expression(self, node: Term) -> Expression:
        """The class expression of a node; a named class stands for itself."""
        return self._translated(node, "class", self._class)

    def data_range(self, node: Term) -> Expression:
        """The data range of a node."""
        return self._translated(node, "data", self._range)

    def property_expression(self, node: Term) -> Expression:
        """A property or the inverse of one; the inverse of an inverse is the property."""
        if not is_anonymous(node):
            return node
        inner = self.one(node, OWL + "inverseOf")
        if inner is None or inner == node:
            raise Malformed(node, "is no property expression")
        expression = self.property_expression(inner)
        return expression[1] if isinstance(expression, tuple) else ("ObjectInverseOf", expression)

    def individual(self, node: Term) -> Term:
        """An individual; a literal is none."""
        if is_literal(node):
            raise Malformed(node, "is a literal where an individual is due")
        return node

    def is_data(self, node: Term) -> bool:
        """Whether a node is a data range rather than a class expression."""
        return is_literal(node) or self.flags(node) & (CLASS | DATATYPE) == DATATYPE

    def is_data_property(self, node: Term) -> bool:
        """Whether a property is used with values that are data."""
        return self.flags(node) & (OBJECT | DATA) == DATA

    def is_object_property(self, node: Term) -> bool:
        """Whether a property expression is one of individuals: declared so, or an inverse."""
        return is_anonymous(node) or bool(self.flags(node) & OBJECT)

    def _translated(self, node: Term, sort: str, translate: Callable[[Term], Expression]) -> Expression:
        if not is_anonymous(node):
            if is_literal(node):
                raise Malformed(node, f"is a literal where a {sort} expression is due")
            return node
        made = self._made.get((node, sort))
        if made is None:
            if node in self._open:
                raise Malformed(node, "is an expression inside itself")
            self._open.add(node)
            try:
                made = self._made[node, sort] = translate(node)
            finally:
                self._open.discard(node)
        return made

    def _class(self, node: Term) -> Expression:
        said = self.about.get(node, {})
        if OWL + "onProperty" in said:
            return self._restriction(node, said)
        if OWL + "onProperties" in said:
            return self._wide_restriction(node)
        for name, kind, empty in (
            ("intersectionOf", "ObjectIntersectionOf", "Thing"),
            ("unionOf", "ObjectUnionOf", "Nothing"),
        ):
            if head := self.one(node, OWL + name):
                return _several(kind, [self.class_expression(i) for i in self.items(head)], OWL + empty)
        if (head := self.one(node, OWL + "oneOf")) is not None:
            members = [self.individual(i) for i in self.items(head)]
            return ("ObjectOneOf", *members) if members else OWL + "Nothing"
        for name in ("complementOf", "datatypeComplementOf"):
            if inner := self.one(node, OWL + name):
                return ("ObjectComplementOf", self.class_expression(inner))
        raise Malformed(node, "is no class expression")

    def _restriction(self, node: Term, said: Said) -> Expression:
        on = min(said[OWL + "onProperty"])
        prop = self.property_expression(on)
        data = self.is_data_property(on)
        for name, kind in (("someValuesFrom", "SomeValuesFrom"), ("allValuesFrom", "AllValuesFrom")):
            if filler := self.one(node, OWL + name):
                return self._quantified(kind, prop, filler, data)
        value = self.one(node, OWL + "hasValue")
        if value is not None:
            return ("DataHasValue" if is_literal(value) else "ObjectHasValue", prop, value)
        if OWL + "hasSelf" in said or OWL + "SelfRestriction" in said.get(RDF + "type", ()):
            return ("ObjectHasSelf", prop)
        for name, kind in _BOUNDS.items():
            bound = self.one(node, OWL + name)
            if bound is not None:
                return self._cardinality(node, kind, bound, prop, data)
        raise Malformed(node, f"restricts {structural_string(prop)} in no known way")

    def _quantified(self, kind: str, prop: Expression, filler: Term, data: bool) -> Expression:
        free = isinstance(prop, str) and self.flags(prop) & (OBJECT | DATA) != OBJECT
        if data or (free and self.is_data(filler)):
            return ("Data" + kind, prop, self.data_range(filler))
        return ("Object" + kind, prop, self.class_expression(filler))

    def _wide_restriction(self, node: Term) -> Expression:
        props = self.items(self.one(node, OWL + "onProperties") or RDF + "nil")
        for name in ("someValuesFrom", "allValuesFrom"):
            if filler := self.one(node, OWL + name):
                return ("Data" + name[0].upper() + name[1:], *props, self.data_range(filler))
        raise Malformed(node, "restricts several properties in no known way")

    def _cardinality(self, node: Term, kind: str, bound: Term, prop: Expression, data: bool) -> Expression:
        number = literal_parts(bound)[0].strip() if is_literal(bound) else ""
        if not number.isdecimal():
            raise Malformed(node, f"has the cardinality {bound}, which is no number")
        on_class, on_range = self.one(node, OWL + "onClass"), self.one(node, OWL + "onDataRange")
        if on_range is not None or (data and on_class is None):
            head: tuple[Expression, ...] = ("Data" + kind, int(number), prop)
            filler = None if on_range is None else self.data_range(on_range)
            return head if filler in (None, RDFS + "Literal") else (*head, filler)
        head = ("Object" + kind, int(number), prop)
        of = None if on_class is None else self.class_expression(on_class)
        return head if of in (None, OWL + "Thing") else (*head, of)

    def _range(self, node: Term) -> Expression:
        for name, kind, empty in (("intersectionOf", "DataIntersectionOf", ""), ("unionOf", "DataUnionOf", "")):
            if head := self.one(node, OWL + name):
                return _several(kind, [self.data_range(i) for i in self.items(head)], empty or RDFS + "Literal")
        if (head := self.one(node, OWL + "oneOf")) is not None:
            return ("DataOneOf", *self.items(head))
        for name in ("datatypeComplementOf", "complementOf"):
            if inner := self.one(node, OWL + name):
                return ("DataComplementOf", self.data_range(inner))
        datatype = self.one(node, OWL + "onDatatype")
        if datatype is not None:
            return ("DatatypeRestriction", datatype, *self._facets(node))
        raise Malformed(node, "is no data range")

    def _facets(self, node: Term) -> list[Expression]:
        """Facet and value in turn, sorted by facet: their order means nothing."""
        head = self.one(node, OWL + "withRestrictions") or RDF + "nil"
        pairs = [
            (facet, value)
            for item in self.items(head)
            for facet, values in self.about.get(item, {}).items()
            if facet in FACETS
            for value in values
        ]
        return [part for pair in sorted(set(pairs)) for part in pair]


def _several(kind: str, operands: list[Expression], empty: Term) -> Expression:
    """An n-ary expression; with one operand it is the operand (OWL 1 allowed that)."""
    if len(operands) > 1:
        return (kind, *operands)
    return operands[0] if operands else empty
