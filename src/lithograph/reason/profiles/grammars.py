"""The grammars of OWL 2 EL, QL and RL as data, and where an axiom departs from one.

https://www.w3.org/TR/owl2-profiles/ (Second Edition), sections 2.2, 3.2, 4.2. A class expression is judged by the place
it stands in: `sub` (the left of an inclusion), `sup` (the right), `same` (an equivalence); EL has one kind for all.
Irreflexivity is counted as outside QL, and anonymous individuals as outside EL and QL, as most of the W3C test cases
and the OWL API have it: where sources differ, an ontology is rather said to leave a profile than to be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.terms import is_anonymous, is_literal, literal_parts
from lithograph.reason.profiles.usage import is_reserved


@dataclass(frozen=True, slots=True)
class Grammar:
    """A profile's grammar.

    axioms: kind -> the place of its class expressions ("" where it has none, or `sub sup` in turn). places: place ->
    construct -> the place of its fillers (`.` the same place, `name` named classes alone, `top` owl:Thing alone).
    thing: places where owl:Thing may stand. datatypes: those that may be used. ranges: constructs of data ranges.
    """

    name: str
    axioms: Mapping[str, str]
    places: Mapping[str, Mapping[str, str]]
    thing: frozenset[str]
    datatypes: frozenset[str]
    ranges: frozenset[str]
    inverses: bool = True
    chains: bool = True
    anonymous: bool = True


_STRINGS = ("string", "normalizedString", "token", "Name", "NCName", "NMTOKEN")
_COMMON = frozenset({
    *(v.XSD + name for name in (
        *_STRINGS, "decimal", "integer", "nonNegativeInteger", "hexBinary", "base64Binary", "anyURI", "dateTime",
        "dateTimeStamp",
    )),
    v.RDF + "PlainLiteral", v.RDF + "XMLLiteral", v.RDFS + "Literal", v.RDF + "langString",
})  # fmt: skip
_RL_TYPES = _COMMON | {
    v.XSD + name for name in (
        "nonPositiveInteger", "positiveInteger", "negativeInteger", "long", "int", "short", "byte", "unsignedLong",
        "unsignedInt", "unsignedShort", "unsignedByte", "float", "double", "language", "boolean",
    )
}  # fmt: skip
_EL_TYPES = _COMMON | {v.OWL + "real", v.OWL + "rational"}

_PROPERTY_AXIOMS = {
    "SubObjectPropertyOf": "", "EquivalentObjectProperties": "", "SubDataPropertyOf": "",
    "EquivalentDataProperties": "",
    "DifferentIndividuals": "", "ObjectPropertyAssertion": "", "DataPropertyAssertion": "",
    "DatatypeDefinition": "",
    "DataPropertyRange": "",
}  # fmt: skip

EL = Grammar(
    "EL",
    _PROPERTY_AXIOMS | {
        "SubClassOf": "any any", "EquivalentClasses": "any", "DisjointClasses": "any", "TransitiveObjectProperty": "",
        "ReflexiveObjectProperty": "", "ObjectPropertyDomain": "any", "ObjectPropertyRange": "any",
        "DataPropertyDomain": "any", "FunctionalDataProperty": "", "SameIndividual": "", "ClassAssertion": "any",
        "NegativeObjectPropertyAssertion": "", "NegativeDataPropertyAssertion": "", "HasKey": "any",
    },
    {"any": {"ObjectIntersectionOf": ".", "ObjectOneOf": "one", "ObjectSomeValuesFrom": ".", "ObjectHasValue": "",
             "ObjectHasSelf": "", "DataSomeValuesFrom": "", "DataHasValue": ""}},
    frozenset({"any"}), _EL_TYPES, frozenset({"DataIntersectionOf", "DataOneOf"}), inverses=False, anonymous=False,
)  # fmt: skip

QL = Grammar(
    "QL",
    _PROPERTY_AXIOMS | {
        "SubClassOf": "sub sup", "EquivalentClasses": "sub", "DisjointClasses": "sub", "ObjectPropertyDomain": "sup",
        "ObjectPropertyRange": "sup", "DataPropertyDomain": "sup", "InverseObjectProperties": "",
        "DisjointObjectProperties": "", "DisjointDataProperties": "", "ReflexiveObjectProperty": "",
        "SymmetricObjectProperty": "", "AsymmetricObjectProperty": "", 
        "ClassAssertion": "name",
    },
    {"name": {}, "sub": {"ObjectSomeValuesFrom": "top", "DataSomeValuesFrom": ""},
     "sup": {"ObjectIntersectionOf": ".", "ObjectComplementOf": "sub", "ObjectSomeValuesFrom": "name",
             "DataSomeValuesFrom": ""}},
    frozenset({"sub", "sup", "name"}), _EL_TYPES, frozenset({"DataIntersectionOf"}), chains=False, anonymous=False,
)  # fmt: skip

RL = Grammar(
    "RL",
    _PROPERTY_AXIOMS | {
        "SubClassOf": "sub sup", "EquivalentClasses": "same", "DisjointClasses": "sub", "ObjectPropertyDomain": "sup",
        "ObjectPropertyRange": "sup", "DataPropertyDomain": "sup", "InverseObjectProperties": "",
        "DisjointObjectProperties": "", "DisjointDataProperties": "", "FunctionalObjectProperty": "",
        "InverseFunctionalObjectProperty": "", "IrreflexiveObjectProperty": "", "SymmetricObjectProperty": "",
        "AsymmetricObjectProperty": "", "TransitiveObjectProperty": "", "FunctionalDataProperty": "",
        "SameIndividual": "", "ClassAssertion": "sup", "NegativeObjectPropertyAssertion": "",
        "NegativeDataPropertyAssertion": "", "HasKey": "sub",
    },
    {"sub": {"ObjectIntersectionOf": ".", "ObjectUnionOf": ".", "ObjectOneOf": "", "ObjectSomeValuesFrom": "sub top",
             "ObjectHasValue": "", "DataSomeValuesFrom": "", "DataHasValue": ""},
     "sup": {"ObjectIntersectionOf": ".", "ObjectComplementOf": "sub", "ObjectAllValuesFrom": ".", "ObjectHasValue": "",
             "DataAllValuesFrom": "", "DataHasValue": "", "ObjectMaxCardinality": "sub top", "DataMaxCardinality": ""},
     "same": {"ObjectIntersectionOf": ".", "ObjectHasValue": "", "DataHasValue": ""}},
    frozenset(), _RL_TYPES, frozenset({"DataIntersectionOf"}),
)  # fmt: skip

GRAMMARS = {"EL": EL, "QL": QL, "RL": RL}

_EACH = ("EquivalentClasses", "DisjointClasses")
_CLASS_FIRST = ("ClassAssertion", "HasKey")


def departure(grammar: Grammar, axiom: Axiom) -> str:
    """The construct by which an axiom is outside a grammar, in a few words; nothing where it is inside."""
    kind, o = axiom.kind, axiom.operands
    if kind not in grammar.axioms:
        return kind
    place = grammar.axioms[kind]
    if kind == "SubClassOf":
        one, other = place.split()
        reason = _class(grammar, one, o[0]) or _class(grammar, other, o[1])
    elif kind in _EACH:
        reason = next((r for x in o if (r := _class(grammar, place, x))), "")
    elif kind in _CLASS_FIRST:
        reason = _class(grammar, place, o[0])
    else:
        reason = _class(grammar, place, o[1]) if place else ""
    return reason or _data_of(grammar, kind, o) or _everywhere(grammar, (kind, *o))


def without_names(x: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """An axiom or expression with one name for all that a grammar does not tell apart: many have few shapes."""
    return (x[0], *(without_names(p) if isinstance(p, tuple) else _kept(p) for p in x[1:])) if x else x


def _kept(x: Expression) -> Expression:
    if not isinstance(x, str) or is_reserved(x) or is_anonymous(x):
        return x
    return '"' + x[x.rindex('"') :] if is_literal(x) else "*"


def _data_of(grammar: Grammar, kind: str, o: tuple[Expression, ...]) -> str:
    return _range(grammar, o[1]) if kind in ("DataPropertyRange", "DatatypeDefinition") else ""


def _everywhere(grammar: Grammar, x: Expression) -> str:
    """Inverses, chains, anonymous individuals and datatypes of literals, wherever they stand."""
    if isinstance(x, str):
        if is_anonymous(x):
            return "" if grammar.anonymous else "anonymous individual"
        if is_literal(x):
            datatype = literal_parts(x)[2]
            outside = datatype is not None and is_reserved(datatype) and datatype not in grammar.datatypes
            return f"datatype {_short(datatype)}" if datatype and outside else ""
        return ""
    if isinstance(x, int):
        return ""
    if x[0] == "ObjectInverseOf" and not grammar.inverses:
        return "ObjectInverseOf"
    if x[0] == "ObjectPropertyChain" and not grammar.chains:
        return "ObjectPropertyChain"
    return next((r for part in x[1:] if (r := _everywhere(grammar, part))), "")


def _short(iri: str) -> str:
    return iri.replace(v.XSD, "xsd:").replace(v.OWL, "owl:").replace(v.RDF, "rdf:").replace(v.RDFS, "rdfs:")


_SIDE = {"sub": " on the left", "sup": " on the right", "same": " in an equivalence", "any": "", "name": " as a class",
         "top": " as a filler on the left"}  # fmt: skip


def _class(grammar: Grammar, place: str, x: Expression) -> str:
    """The construct by which a class expression is outside the place it stands in."""
    if isinstance(x, str):
        thing = x == v.THING and place not in (*grammar.thing, "top")
        if thing or (place == "top" and x != v.THING):
            return ("owl:Thing" if thing else "a named filler") + _SIDE[place]
        return ""
    if isinstance(x, int):
        return "a number as a class"
    head = str(x[0])
    known = grammar.places.get(place, {})
    if head not in known:
        return head + _SIDE[place]
    inner = known[head]
    if inner == "one":
        return "" if len(x) == 2 else "ObjectOneOf of several"
    if head.startswith("Data"):
        return _data_restriction(grammar, x)
    if head == "ObjectMaxCardinality" and x[1] not in (0, 1):
        return "a maximum above 1"
    fillers = _fillers(x)
    return next((r for f in fillers if (r := _filler(grammar, place, inner, f))), "") if inner else ""


def _fillers(x: tuple[Expression, ...]) -> tuple[Expression, ...]:
    if x[0] in ("ObjectSomeValuesFrom", "ObjectAllValuesFrom"):
        return x[2:]
    return x[3:] if x[0] == "ObjectMaxCardinality" else x[1:]


def _filler(grammar: Grammar, place: str, inner: str, x: Expression) -> str:
    if inner == ".":
        return _class(grammar, place, x)
    if inner == "sub top":
        return "" if x == v.THING else _class(grammar, "sub", x)
    return _class(grammar, inner, x)


def _data_restriction(grammar: Grammar, x: tuple[Expression, ...]) -> str:
    head = str(x[0])
    if head.endswith("Cardinality"):
        return "a maximum above 1" if x[1] not in (0, 1) else _range(grammar, x[3]) if len(x) > 3 else ""
    if head == "DataHasValue":
        return ""
    return f"{head} over several properties" if len(x) > 3 else _range(grammar, x[2])


def _range(grammar: Grammar, x: Expression) -> str:
    """The construct by which a data range is outside a grammar; datatypes that the ontology defines are inside."""
    if isinstance(x, str):
        return f"datatype {_short(x)}" if is_reserved(x) and x not in grammar.datatypes else ""
    if not isinstance(x, tuple) or x[0] not in grammar.ranges:
        return str(x[0]) if isinstance(x, tuple) else "a number as a data range"
    if x[0] == "DataOneOf":
        return "" if len(x) == 2 else "DataOneOf of several"
    return next((r for part in x[1:] if (r := _range(grammar, part))), "")
