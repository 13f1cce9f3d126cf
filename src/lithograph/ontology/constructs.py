"""Compound axioms to claims, construct by construct. Knows nothing about columns, ids or atoms.

What each OWL construct becomes stands in docs/reference/claims.md; what becomes no claim is counted by construct.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.graph import Quantifier
from lithograph.ontology.terms import Term, is_literal

DEFINING = (
    v.SKOS + "definition", v.OBO + "IAO_0000115", v.OBO + "IAO_0000600", v.OBOINOWL + "hasDefinition",
    v.PROV + "definition",
)  # fmt: skip
DEFINITION_PROPERTIES = (
    *DEFINING, v.DCT + "description", v.DC + "description", v.SCHEMA + "description", v.COMMENT,
)  # fmt: skip
"""Annotation properties that say what a term is, best first: of one term and language only the best is a claim. The
first of them define it; what the others say is called a description."""

SYNONYM_PROPERTIES = (
    v.SKOS + "altLabel", v.OBOINOWL + "hasExactSynonym", v.OBO + "IAO_0000118", v.SCHEMA + "alternateName",
)  # fmt: skip

EMPTY_DEFINITION = "definition that says nothing"
"""The reason under which `unprojected` counts a definition without words, or a note that one is missing."""

DEFINITION, DESCRIPTION, SYNONYM = v.SKOS + "definition", v.DCT + "description", v.SKOS + "altLabel"

RELATION_OF_KIND: dict[str, str] = {
    "SubClassOf": v.SUBCLASS_OF, "EquivalentClasses": v.EQUIVALENT_CLASS, "DisjointClasses": v.DISJOINT_WITH,
    "ClassAssertion": v.TYPE, "SubObjectPropertyOf": v.SUBPROPERTY_OF, "SubDataPropertyOf": v.SUBPROPERTY_OF,
    "EquivalentObjectProperties": v.EQUIVALENT_PROPERTY, "EquivalentDataProperties": v.EQUIVALENT_PROPERTY,
    "DisjointObjectProperties": v.PROPERTY_DISJOINT_WITH, "DisjointDataProperties": v.PROPERTY_DISJOINT_WITH,
    "InverseObjectProperties": v.INVERSE_OF, "ObjectPropertyDomain": v.DOMAIN, "ObjectPropertyRange": v.RANGE,
    "DataPropertyDomain": v.DOMAIN, "DataPropertyRange": v.RANGE, "SameIndividual": v.SAME_AS,
    "DifferentIndividuals": v.DIFFERENT_FROM,
}  # fmt: skip
"""Axiom kind -> the relation of its claim."""

CHARACTERISTICS: dict[str, str] = {
    "FunctionalObjectProperty": v.OWL + "FunctionalProperty", "FunctionalDataProperty": v.OWL + "FunctionalProperty",
    "InverseFunctionalObjectProperty": v.OWL + "InverseFunctionalProperty",
    "TransitiveObjectProperty": v.OWL + "TransitiveProperty", "SymmetricObjectProperty": v.OWL + "SymmetricProperty",
    "AsymmetricObjectProperty": v.OWL + "AsymmetricProperty", "ReflexiveObjectProperty": v.OWL + "ReflexiveProperty",
    "IrreflexiveObjectProperty": v.OWL + "IrreflexiveProperty",
}  # fmt: skip
"""Axiom kind -> the class of properties that its claim names."""

QUANTIFIER_OF: dict[str, Quantifier] = {
    "ObjectSomeValuesFrom": Quantifier.SOME, "ObjectAllValuesFrom": Quantifier.ONLY,
    "ObjectHasValue": Quantifier.VALUE, "DataHasValue": Quantifier.VALUE,
    "ObjectMinCardinality": Quantifier.MIN, "ObjectMaxCardinality": Quantifier.MAX,
    "ObjectExactCardinality": Quantifier.EXACTLY, "DataMinCardinality": Quantifier.MIN,
    "DataMaxCardinality": Quantifier.MAX, "DataExactCardinality": Quantifier.EXACTLY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim by its terms."""

    subject: Term
    relation: Term
    object: Term
    quantifier: Quantifier
    negated: bool = False
    number: int = 0


Best = dict[tuple[Term, str], Term]


def claims_of(axiom: Axiom, unprojected: Counter[str], best: Best) -> Iterator[Claim]:
    """The claims of a compound axiom; what it says beyond them is counted. best: of definitions, as they are told."""
    kind, operands = axiom.kind, axiom.operands
    if kind == "Declaration":
        return
    if kind == "SubClassOf":
        yield from _says(operands[0], operands[1], unprojected)
    elif kind == "ClassAssertion":
        yield from _says(operands[1], operands[0], unprojected, individual=True)
    elif kind == "EquivalentClasses":
        yield from _equivalent(operands, unprojected)
    elif kind in ("DisjointClasses", "DisjointUnion", "DifferentIndividuals", "SameIndividual"):
        yield from _n_ary(kind, operands, unprojected)
    elif kind in ("ObjectPropertyAssertion", "DataPropertyAssertion"):
        yield from _assertion(operands, False, unprojected, kind)
    elif kind.startswith("Negative"):
        yield from _assertion(operands, True, unprojected, kind)
    elif kind in CHARACTERISTICS and isinstance(operands[0], str):
        yield Claim(operands[0], v.TYPE, CHARACTERISTICS[kind], Quantifier.SCHEMA)
    elif kind == "AnnotationAssertion":
        yield from _annotation(operands, unprojected, best)
    elif kind in RELATION_OF_KIND and all(isinstance(e, str) for e in operands):
        first, *rest = (str(e) for e in operands)
        for other in rest:
            yield Claim(first, RELATION_OF_KIND[kind], other, Quantifier.SCHEMA)
    else:
        unprojected[_construct(kind, operands)] += 1


def _construct(kind: str, operands: tuple[Expression, ...]) -> str:
    inner = sorted({str(e[0]) for e in operands if isinstance(e, tuple) and e and e[0]})
    return f"{kind} of {', '.join(inner)}" if inner else kind


def language_of(value: Term) -> str:
    """The language of a literal without its region; empty where it has none."""
    end = value.rindex('"')
    return value[end + 2 :].split("-")[0] if value[end + 1 : end + 2] == "@" else ""


def best_definitions(said: Iterable[tuple[Term, Term, Term]]) -> Best:
    """(subject, language) -> the best property that defines it, of (subject, property, value) statements."""
    best: Best = {}
    for subject, relation, value in said:
        if relation in DEFINITION_PROPERTIES and is_literal(value) and says_something(value):
            key = subject, language_of(value)
            best[key] = min(best.get(key, relation), relation, key=DEFINITION_PROPERTIES.index)
    return best


def says_something(literal: Term) -> bool:
    """Whether the text of a definition is one: two words or a long one, no note to write it later, no code.

    >>> [says_something(t) for t in ('"A cat."', '""@en', '"TODO: define this"', '"AKT ."', '"[ a x:End; x:of :e ]"')]
    [True, False, False, False, False]
    """
    text = literal[1 : literal.rindex('"')]
    if ":" in text and len(_PREFIXED.findall(text)) > 1:
        return False
    return not _NOTE.match(text) and (bool(_TWO_WORDS.search(text)) or len(text) > 20)


_NOTE = re.compile(
    r"\W*(?:TODO|TO DO|FIXME|TBD|TBA|XXX|to be (?:defined|done|added|determined)|n/a\b|no definition|note that|see also"
    r")",
    re.I,
)
_PREFIXED = re.compile(r"(?<![\w/:])[a-z][\w-]*:[A-Za-z]\w+")
_TWO_WORDS = re.compile(r"[^\W\d_]\W*\b\s+\W*[^\W_]")


def describing(relation: Term) -> Term:
    """The relation of the claim that an annotation property makes: a definition or a description."""
    return DEFINITION if relation in DEFINING else DESCRIPTION


def _annotation(operands: tuple[Expression, ...], unprojected: Counter[str], best: Best) -> Iterator[Claim]:
    relation, subject, value = (str(e) for e in operands)
    if relation in DEFINITION_PROPERTIES and is_literal(value):
        if not says_something(value):
            unprojected[EMPTY_DEFINITION] += 1
        elif relation == best[subject, language_of(value)]:
            yield Claim(subject, describing(relation), value, Quantifier.ANNOTATION)
        else:
            unprojected["comment beside a better definition"] += 1
    elif relation in SYNONYM_PROPERTIES and is_literal(value):
        yield Claim(subject, SYNONYM, value, Quantifier.ANNOTATION)
    elif relation in (*DEFINITION_PROPERTIES, *SYNONYM_PROPERTIES):
        unprojected["annotation that is no text"] += 1
    else:
        unprojected["annotation that is no definition or synonym"] += 1


def _assertion(
    operands: tuple[Expression, ...], negated: bool, unprojected: Counter[str], kind: str
) -> Iterator[Claim]:
    relation, subject, value = operands
    if isinstance(relation, tuple) and relation[0] == "ObjectInverseOf":
        relation, subject, value = relation[1], value, subject
    if isinstance(relation, str) and isinstance(subject, str) and isinstance(value, str):
        yield Claim(subject, relation, value, Quantifier.INDIVIDUAL, negated)
    else:
        unprojected[_construct(kind, operands)] += 1


def _equivalent(operands: tuple[Expression, ...], unprojected: Counter[str]) -> Iterator[Claim]:
    named = [e for e in operands if isinstance(e, str)]
    if not named:
        unprojected["EquivalentClasses without a named class"] += 1
        return
    for other in named[1:]:
        yield Claim(named[0], v.EQUIVALENT_CLASS, other, Quantifier.SCHEMA)
    for expression in operands:
        if isinstance(expression, tuple):
            for subject in named:
                yield from _says(subject, expression, unprojected)
            unprojected["EquivalentClasses, read as a sufficient condition"] += len(named)


def _n_ary(kind: str, operands: tuple[Expression, ...], unprojected: Counter[str]) -> Iterator[Claim]:
    if kind == "DisjointUnion":
        whole, *parts = operands
        for part in parts:
            yield from _says(part, whole, unprojected)
        unprojected["DisjointUnion, read as a covering"] += 1
        operands, kind = tuple(parts), "DisjointClasses"
    quantifier = Quantifier.SCHEMA if kind == "DisjointClasses" else Quantifier.INDIVIDUAL
    named = sorted({e for e in operands if isinstance(e, str)})
    if len(named) < len(operands):
        unprojected[_construct(kind, operands)] += 1
    for i, left in enumerate(named):
        for right in named[i + 1 :]:
            yield Claim(left, RELATION_OF_KIND[kind], right, quantifier)


def _says(
    subject: Expression, expression: Expression, unprojected: Counter[str], individual: bool = False
) -> Iterator[Claim]:
    """The claims of `every subject is an expression` (or of an individual that is one)."""
    if not isinstance(subject, str):
        head = subject[0] if isinstance(subject, tuple) else subject
        unprojected[f"SubClassOf whose subclass is an {head}"] += 1
        return
    relation, quantifier = (v.TYPE, Quantifier.INDIVIDUAL) if individual else (v.SUBCLASS_OF, Quantifier.SCHEMA)
    if isinstance(expression, str):
        yield Claim(subject, relation, expression, quantifier)
        return
    if isinstance(expression, int):
        raise TypeError(f"a number is no class expression: {expression}")
    head = str(expression[0])
    if head == "ObjectIntersectionOf":
        for operand in expression[1:]:
            yield from _says(subject, operand, unprojected, individual)
    elif head == "ObjectComplementOf" and isinstance(expression[1], str) and not individual:
        yield Claim(subject, v.DISJOINT_WITH, expression[1], Quantifier.SCHEMA)
    elif head in QUANTIFIER_OF:
        yield from _restriction(subject, expression, unprojected, individual)
    else:
        unprojected[head] += 1


def _restriction(
    subject: Term, expression: tuple[Expression, ...], unprojected: Counter[str], individual: bool
) -> Iterator[Claim]:
    head = str(expression[0])
    quantifier, number, rest = QUANTIFIER_OF[head], 0, expression[1:]
    if isinstance(rest[0], int):
        number, rest = rest[0], rest[1:]
    relation = rest[0]
    thing = v.RDFS + "Literal" if head.startswith("Data") else v.THING
    filler = rest[1] if len(rest) > 1 else thing
    if not isinstance(relation, str):
        unprojected[f"{head} over an inverse"] += 1
    elif isinstance(filler, str):
        if quantifier is Quantifier.VALUE and individual:
            quantifier = Quantifier.INDIVIDUAL
        yield Claim(subject, relation, filler, quantifier, number=number)
    elif quantifier is Quantifier.SOME and isinstance(filler, tuple) and filler[0] == "ObjectIntersectionOf":
        parts = [e for e in filler[1:] if isinstance(e, str)]
        for part in parts:
            yield Claim(subject, relation, part, quantifier)
        unprojected[f"{head} of ObjectIntersectionOf, its operands taken together"] += 1
    else:
        inner = filler[0] if isinstance(filler, tuple) else filler
        unprojected[f"{head} of {inner}"] += 1
