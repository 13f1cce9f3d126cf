"""From the written form of an axiom (functional or OWL/XML, as nested tuples) to its one normal form.

What the syntaxes allow to write in several ways is written here in one: qualified cardinalities over owl:Thing,
inverses of inverses, intersections of one, assertions over an inverse property. OWL 2 Structural Specification.
"""

from __future__ import annotations

from collections.abc import Iterable

from lithograph.core.vocabulary import OWL, RDF, RDFS
from lithograph.ontology.axioms import SYMMETRIC_KINDS, Axiom, Expression, structural_string
from lithograph.ontology.terms import Term, is_anonymous, literal

Written = tuple["Written", ...] | str | int

AXIOMS = frozenset({
    *SYMMETRIC_KINDS - {k for k in SYMMETRIC_KINDS if k.endswith("Of")},
    "Declaration", "SubClassOf", "DisjointUnion", "SubObjectPropertyOf", "SubDataPropertyOf",
    "SubAnnotationPropertyOf", "ObjectPropertyDomain", "ObjectPropertyRange", "DataPropertyDomain",
    "DataPropertyRange", "AnnotationPropertyDomain", "AnnotationPropertyRange", "FunctionalObjectProperty",
    "InverseFunctionalObjectProperty", "ReflexiveObjectProperty", "IrreflexiveObjectProperty",
    "SymmetricObjectProperty", "AsymmetricObjectProperty", "TransitiveObjectProperty", "FunctionalDataProperty",
    "DatatypeDefinition", "HasKey", "ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion",
    "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion", "AnnotationAssertion",
})  # fmt: skip
"""Kinds of axioms that can be written. `DLSafeRule` is none: rules are counted."""

_BOOLEAN = {
    "ObjectIntersectionOf": OWL + "Thing",
    "ObjectUnionOf": OWL + "Nothing",
    "DataIntersectionOf": RDFS + "Literal",
    "DataUnionOf": RDFS + "Literal",
}
_CARDINALITIES = frozenset(f"{s}{b}Cardinality" for s in ("Object", "Data") for b in ("Min", "Max", "Exact"))


def typed_literal(lexical: str, language: str | None, datatype: str | None) -> Term:
    """A literal term; rdf:PlainLiteral carries its language inside."""
    if datatype == RDF + "PlainLiteral":
        lexical, _, tag = lexical.rpartition("@") if "@" in lexical else (lexical, "", "")
        return literal(lexical, language=tag or None)
    return literal(lexical, language=language, datatype=None if datatype == RDF + "langString" else datatype)


def axiom_of(written: tuple[Written, ...]) -> Axiom:
    """The axiom of a written one. Raises ValueError where operands are missing or of the wrong kind."""
    kind, *rest = written
    notes = [w for w in rest if isinstance(w, tuple) and w[0] == "Annotation"]
    operands = [w for w in rest if not (isinstance(w, tuple) and w[0] == "Annotation")]
    annotations = tuple(sorted({annotation_of(n) for n in notes}))
    if kind not in AXIOMS or not operands:
        raise ValueError(f"{kind} is no axiom with {len(operands)} operands")
    return Axiom(str(kind), _operands(str(kind), operands), annotations)


def annotation_of(written: Written) -> tuple[Term, Term]:
    """(property, value) of an annotation; annotations of the annotation are left out."""
    if isinstance(written, tuple):
        plain = [w for w in written[1:] if isinstance(w, str)]
        if len(plain) == 2:
            return plain[0], plain[1]
    raise ValueError("an annotation needs a property and a value")


def _operands(kind: str, written: list[Written]) -> tuple[Expression, ...]:
    if kind == "Declaration":
        entity = written[0]
        if not isinstance(entity, tuple) or len(entity) != 2:
            raise ValueError("a declaration needs an entity")
        return ((entity[0], entity[1]),)
    if kind == "HasKey":
        return _key(written)
    operands = [expression_of(w) for w in written]
    if kind == "DisjointUnion":
        return (operands[0], *sorted_set(operands[1:]))
    if kind == "ObjectPropertyAssertion" and isinstance(operands[0], tuple) and len(operands) == 3:
        return operands[0][1], operands[2], operands[1]
    if kind in SYMMETRIC_KINDS and len(operands) > 1:
        distinct = sorted_set(operands)
        return tuple(distinct) if len(distinct) > 1 else tuple(operands[:2])
    return tuple(operands)


def _key(written: list[Written]) -> tuple[Expression, ...]:
    of, *rest = written
    if len(rest) != 2 or not all(isinstance(r, tuple) and r[:1] == ("",) for r in rest):
        raise ValueError("a key needs a class and two lists of properties")
    objects, data = ([expression_of(w) for w in r[1:]] for r in rest if isinstance(r, tuple))
    return expression_of(of), ("", *sorted_set(objects)), ("", *sorted_set(data))


def expression_of(written: Written) -> Expression:
    """The normal form of a written expression."""
    if not isinstance(written, tuple):
        return written
    head, *rest = written
    if head == "DatatypeRestriction":
        return _datatype_restriction(rest)
    operands = [expression_of(w) for w in rest]
    if head == "ObjectInverseOf" and isinstance(operands[0], tuple):
        return operands[0][1]
    if head in _BOOLEAN and len(operands) < 2:
        return operands[0] if operands else _BOOLEAN[str(head)]
    if head in _CARDINALITIES:
        operands[0] = int(str(operands[0]))
        top = OWL + "Thing" if str(head).startswith("Object") else RDFS + "Literal"
        operands = operands[:2] if len(operands) == 3 and operands[2] == top else operands
    return (head, *operands)


def _datatype_restriction(written: list[Written]) -> Expression:
    datatype, *rest = written
    pairs = sorted({(str(f), str(v)) for f, v in zip(rest[::2], rest[1::2], strict=True)})
    return ("DatatypeRestriction", str(datatype), *(part for pair in pairs for part in pair))


def sorted_set(operands: Iterable[Expression]) -> list[Expression]:
    """Distinct operands in the order of their structural strings."""
    return [e for _, e in sorted({structural_string(e): e for e in operands}.items())]


def shapes_of(axioms: Iterable[Axiom]) -> dict[Term, list[str]]:
    """Entity to the kinds under which it is declared."""
    out: dict[Term, list[str]] = {}
    for axiom in axioms:
        entity = axiom.operands[0]
        if axiom.kind == "Declaration" and isinstance(entity, tuple):
            out.setdefault(str(entity[1]), []).append(str(entity[0]))
    return out


def named(term: Term) -> bool:
    """Whether a term is an IRI."""
    return not is_anonymous(term) and not term.startswith('"')
