"""An ontology as a question to a reasoner: only logic, in the forms that its parser takes. Knows no reasoner by name.

Nothing is left out without a reason, but for what says nothing (that one individual differs from itself alone).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from lithograph.core import vocabulary as v
from lithograph.core.identity import digest_of_set
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Expression, Ontology
from lithograph.ontology.functional import axiom_text
from lithograph.ontology.terms import is_literal, literal, literal_parts

ROW = "urn:litho:row"
"""The annotation that carries an axiom's row."""

SUPPORTED_DATATYPES = frozenset({
    *(v.XSD + name for name in (
        "string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "boolean", "decimal", "integer",
        "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger", "long", "int", "short",
        "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "double", "float", "dateTime",
        "dateTimeStamp", "hexBinary", "base64Binary", "anyURI",
    )),
    v.OWL + "real", v.OWL + "rational", v.RDF + "PlainLiteral", v.RDF + "XMLLiteral", v.RDFS + "Literal",
})  # fmt: skip
"""The OWL 2 datatype map: a reasoner takes these and those that the ontology defines."""


def logical_rows(ontology: Ontology) -> list[int]:
    """The rows of the axioms that say something logical."""
    unlogical = {i for i, kind in enumerate(ATOM_KINDS) if kind in ANNOTATION_KINDS or kind == "Declaration"}
    rows = [row for row, kind in enumerate(ontology.atom_kinds.tolist()) if kind not in unlogical]
    first = len(ontology.atoms)
    for i, axiom in enumerate(ontology.compounds):
        if axiom.kind not in ANNOTATION_KINDS and axiom.kind != "Declaration":
            rows.append(first + i)
    return rows


def logical_version(ontology: Ontology) -> str:
    """Hex hash of what an ontology says logically: labels and other annotations do not move it; made once.

    Rules are counted, not held, so of an ontology with rules it is the version itself.
    """
    if ontology.rules:
        return ontology.version
    made = ontology._cache.get("logical version")
    if not isinstance(made, str):
        ids = ontology.axiom_ids()
        made = ontology._cache["logical version"] = digest_of_set(ids[row] for row in logical_rows(ontology))
    return made


def question(ontology: Ontology) -> tuple[list[str], Counter[str]]:
    """The logical axioms as lines that carry their row, and how many were left out for which reason.

    Anonymous individuals are written as named ones, which changes neither consistency nor satisfiability.
    """
    lines: list[str] = []
    skipped: Counter[str] = Counter()
    if ontology.rules:
        skipped["SWRL rule"] = ontology.rules
    for row, axiom, strange in _sorted_out(ontology):
        if strange:
            skipped[f"datatype outside the OWL 2 datatype map: {strange}"] += 1
        else:
            lines.append(line(axiom, str(row)))
    return lines, skipped


def left_out(ontology: Ontology) -> dict[int, str]:
    """The axioms that `question` leaves out for their datatypes: row -> line."""
    return {row: line(axiom, str(row)) for row, axiom, strange in _sorted_out(ontology) if strange}


def line(axiom: Axiom, mark: str) -> str:
    """An axiom as a line of a question, marked so that it is known again."""
    return axiom_text(axiom, [(ROW, literal(mark))], skolem=True)


def _sorted_out(ontology: Ontology) -> Iterator[tuple[int, Axiom, str | None]]:
    """Row, proper form and the first strange datatype of each logical axiom that says anything."""
    defined = datatypes_defined(ontology)
    for row in logical_rows(ontology):
        axiom = proper(ontology.axiom(row))
        if axiom is not None:
            yield row, axiom, strange_datatype(axiom, defined)


def datatypes_defined(ontology: Ontology) -> frozenset[str]:
    """The datatypes that the ontology defines."""
    return frozenset(str(a.operands[0]) for a in ontology.compounds if a.kind == "DatatypeDefinition")


def strange_datatype(axiom: Axiom, defined: frozenset[str]) -> str | None:
    """The first datatype in an axiom that is neither of OWL 2 nor defined."""
    return min(set(_datatypes((axiom.kind, *axiom.operands))) - SUPPORTED_DATATYPES - defined, default=None)


def proper(axiom: Axiom) -> Axiom | None:
    """The axiom in a form that the grammar of OWL 2 has, or None where it says nothing.

    Found in the wild: unions of one class, all-different lists of one individual, a class disjoint with itself. A
    denied value is written as a class, where HermiT compares values; of a denial it takes 1 and 01 for different.
    """
    kind, operands = axiom.kind, tuple(_proper(operand) for operand in axiom.operands)
    if kind == "NegativeDataPropertyAssertion":
        relation, subject, value = operands
        return Axiom("ClassAssertion", (("ObjectComplementOf", ("DataHasValue", relation, value)), subject))
    if kind == "DisjointUnion" and len(operands) < 3:
        return Axiom("EquivalentClasses", (operands[0], operands[1] if operands[1:] else v.NOTHING))
    if kind in _OF_MANY and len(set(operands)) < 2:
        alone = _OF_MANY[kind]
        return Axiom(*alone(operands[0])) if alone and len(operands) > 1 else None
    return Axiom(kind, operands)


_OF_MANY: dict[str, Callable[[Expression], tuple[str, tuple[Expression, ...]]] | None] = {
    "EquivalentClasses": None, "EquivalentObjectProperties": None, "EquivalentDataProperties": None,
    "SameIndividual": None,
    "DisjointClasses": lambda c: ("SubClassOf", (c, v.NOTHING)),
    "DisjointObjectProperties": lambda p: ("SubObjectPropertyOf", (p, v.OWL + "bottomObjectProperty")),
    "DisjointDataProperties": lambda p: ("SubDataPropertyOf", (p, v.OWL + "bottomDataProperty")),
    "DifferentIndividuals": lambda i: ("ClassAssertion", (v.NOTHING, i)),
}  # fmt: skip
"""Axioms of two or more operands -> what they say of an operand given twice."""

_OF_NONE: dict[str, Expression] = {
    "ObjectIntersectionOf": v.THING, "ObjectUnionOf": v.NOTHING, "ObjectOneOf": v.NOTHING,
    "DataIntersectionOf": v.RDFS + "Literal", "DataUnionOf": ("DataComplementOf", v.RDFS + "Literal"),
    "DataOneOf": ("DataComplementOf", v.RDFS + "Literal"),
}  # fmt: skip
"""Expressions of many operands -> what they are without any."""


def _proper(expression: Expression) -> Expression:
    if not isinstance(expression, tuple):
        return expression
    head, *rest = expression
    operands = [_proper(e) for e in rest]
    if head in _OF_NONE:
        if not operands:
            return _OF_NONE[str(head)]
        if len(set(operands)) == 1 and head not in ("ObjectOneOf", "DataOneOf"):
            return operands[0]
    if head == "DatatypeRestriction" and len(operands) == 1:
        return operands[0]
    return (head, *operands)


_RANGE_PLACE = {
    "DataPropertyRange": 1, "DataSomeValuesFrom": 1, "DataAllValuesFrom": 1, "DataMinCardinality": 2,
    "DataMaxCardinality": 2, "DataExactCardinality": 2, "DatatypeRestriction": 0, "DatatypeDefinition": 1,
    "DataComplementOf": 0,
}  # fmt: skip
"""Construct -> where its datatype stands."""


def _datatypes(expression: Expression) -> Iterator[str]:
    """The datatypes that an axiom or expression names or whose literals it holds."""
    if isinstance(expression, str):
        if is_literal(expression):
            datatype = literal_parts(expression)[2]
            if datatype:
                yield datatype
        return
    if isinstance(expression, int):
        return
    head, *rest = expression
    place = _RANGE_PLACE.get(str(head))
    named = rest if head in ("DataIntersectionOf", "DataUnionOf") else [] if place is None else rest[place : place + 1]
    for operand in named:
        if isinstance(operand, str) and not is_literal(operand):
            yield operand
    for operand in rest:
        yield from _datatypes(operand)
