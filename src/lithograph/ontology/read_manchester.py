"""Claims and class expressions as a person types them, in Manchester syntax. Knows nothing about files and reasoners.

https://www.w3.org/TR/owl2-manchester-syntax/, sections 2.2 to 2.5, for one axiom at a time:

    Pump SubClassOf hasPart some Valve         anna Type Person and (owns min 2 Pump)
    Pump DisjointWith Valve                    anna owns pump1       anna not owns pump1
    hasPart o hasPart SubPropertyOf hasPart    hasPart Characteristics: Transitive

Names are those of `names`; a label with a blank in it stands in 'quotes'. Between classes a bare relation reads as
`some`: `Pump hasPart Valve`.
"""

from __future__ import annotations

from collections.abc import Callable

from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import SYMMETRIC_KINDS, Axiom, Expression, structural_string
from lithograph.ontology.names import Names
from lithograph.ontology.read_expression import Reader, Token, Unreadable, tokens_of
from lithograph.ontology.survey import CLASS, DATA, DATATYPE, INDIVIDUAL, OBJECT
from lithograph.ontology.terms import is_literal

CHARACTERISTICS = ("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive",
                   "Irreflexive")  # fmt: skip


def read_axiom(text: str, names: Names) -> Axiom:
    """The axiom that a line says, set-like operands in order. Raises Unreadable, NothingNamed, SeveralNamed."""
    tokens = tokens_of(text)
    for place, token in enumerate(tokens[:-1]):
        keyword = _keyword(token)
        if place and keyword:
            return in_order(_KEYWORDS[keyword](Reader(tokens[:place], names), Reader(tokens[place + 1 :], names)))
    return in_order(_fact(Reader(tokens, names)))


def read_triple(subject: str, relation: str, thing: str, names: Names) -> Axiom:
    """The axiom that three words say. Each is one name, blanks and all, or else an expression; `a` is `Type`."""
    aliases = {"a": "Type", "rdf:type": "Type", "is": "SubClassOf", "rdfs:subClassOf": "SubClassOf",
               "rdfs:subPropertyOf": "SubPropertyOf", "owl:disjointWith": "DisjointWith", "owl:sameAs": "SameAs",
               "owl:equivalentClass": "EquivalentTo", "owl:differentFrom": "DifferentFrom", "rdfs:domain": "Domain",
               "rdfs:range": "Range", "owl:inverseOf": "InverseOf", "owl:equivalentProperty": "EquivalentTo",
               "equivalentClass": "EquivalentTo", "subPropertyOf": "SubPropertyOf"}  # fmt: skip
    between = aliases.get(relation, relation)
    if not _keyword(Token("name", between, 0)):
        between = _quoted(between, names)
    return read_axiom(f"{_quoted(subject, names)} {between} {_quoted(thing, names)}", names)


def _quoted(word: str, names: Names) -> str:
    """A word that names an entity, in quotes, so that its blanks and marks belong to it."""
    if word.startswith(("<", '"', "'")) or not names.knows(word):
        return word
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def in_order(axiom: Axiom) -> Axiom:
    """The axiom with set-like operands in the order of their structural strings, as a loaded ontology has them."""

    def ordered(e: Expression) -> Expression:
        if not isinstance(e, tuple):
            return e
        head, *rest = (ordered(part) for part in e)
        return (head, *sorted(rest, key=structural_string)) if head in SYMMETRIC_KINDS else (head, *rest)

    said = ordered((axiom.kind, *axiom.operands))
    assert isinstance(said, tuple)
    return Axiom(axiom.kind, said[1:])


def _is_data(names: Names, relation: Expression) -> bool:
    return isinstance(relation, str) and names.is_a(relation, DATA) and not names.is_a(relation, OBJECT)


def _ended(reader: Reader, said: Expression) -> Expression:
    reader.done()
    return said


def _all(reader: Reader, one: Callable[[], Expression]) -> list[Expression]:
    said = reader.several(one)
    reader.done()
    return said


def _subclass(left: Reader, right: Reader) -> Axiom:
    return Axiom("SubClassOf", (_ended(left, left.description()), _ended(right, right.description())))


def _between(classes: str, relations: str) -> Callable[[Reader, Reader], Axiom]:
    """An axiom between classes, or between relations: EquivalentTo, DisjointWith."""

    def read(left: Reader, right: Reader) -> Axiom:
        if left.is_relation():
            said = [_ended(left, left.relation()), *_all(right, right.relation)]
            sort = "Data" if all(_is_data(left.names, r) for r in said) else "Object"
            return Axiom(relations.format(sort), tuple(said))
        if left.is_datatype() and classes == "EquivalentClasses":
            return Axiom("DatatypeDefinition", (left.name(DATATYPE), _ended(right, right.data_range())))
        return Axiom(classes, (_ended(left, left.description()), *_all(right, right.description)))

    return read


def _type(left: Reader, right: Reader) -> Axiom:
    return Axiom("ClassAssertion", (_ended(right, right.description()), _ended(left, left.individual())))


def _individuals(kind: str) -> Callable[[Reader, Reader], Axiom]:
    return lambda left, right: Axiom(kind, (_ended(left, left.individual()), *_all(right, right.individual)))


def _subproperty(left: Reader, right: Reader) -> Axiom:
    sub, sup = _ended(left, left.chain()), _ended(right, right.relation())
    return Axiom(f"Sub{'Data' if _is_data(left.names, sup) else 'Object'}PropertyOf", (sub, sup))


def _inverse(left: Reader, right: Reader) -> Axiom:
    return Axiom(
        "InverseObjectProperties", (_ended(left, left.relation(OBJECT)), _ended(right, right.relation(OBJECT)))
    )


def _place(which: str) -> Callable[[Reader, Reader], Axiom]:
    def read(left: Reader, right: Reader) -> Axiom:
        relation = _ended(left, left.relation())
        data = _is_data(left.names, relation)
        of = right.data_range() if data and which == "Range" else right.description()
        return Axiom(f"{'Data' if data else 'Object'}Property{which}", (relation, _ended(right, of)))

    return read


def _characteristic(left: Reader, right: Reader) -> Axiom:
    relation, token = _ended(left, left.relation()), right.take()
    if token.text not in CHARACTERISTICS:
        raise Unreadable(f"{token.text!r} is no characteristic of a relation", ", ".join(CHARACTERISTICS))
    right.done()
    return Axiom(f"{token.text}{'Data' if _is_data(left.names, relation) else 'Object'}Property", (relation,))


def _union(left: Reader, right: Reader) -> Axiom:
    parts = sorted(_all(right, right.description), key=structural_string)
    return Axiom("DisjointUnion", (_ended(left, left.name(CLASS)), *parts))


def _key(left: Reader, right: Reader) -> Axiom:
    relations = sorted(_all(right, right.relation), key=structural_string)
    objects = [r for r in relations if not _is_data(left.names, r)]
    data = [r for r in relations if _is_data(left.names, r)]
    return Axiom("HasKey", (_ended(left, left.description()), ("", *objects), ("", *data)))


_KEYWORDS: dict[str, Callable[[Reader, Reader], Axiom]] = {
    "SubClassOf": _subclass,
    "EquivalentTo": _between("EquivalentClasses", "Equivalent{}Properties"),
    "DisjointWith": _between("DisjointClasses", "Disjoint{}Properties"),
    "DisjointUnionOf": _union,
    "Type": _type,
    "Types": _type,
    "SameAs": _individuals("SameIndividual"),
    "DifferentFrom": _individuals("DifferentIndividuals"),
    "SubPropertyOf": _subproperty,
    "InverseOf": _inverse,
    "Domain": _place("Domain"),
    "Range": _place("Range"),
    "Characteristics": _characteristic,
    "HasKey": _key,
}
"""What stands between the two sides of an axiom, with or without a colon, and how they are read."""
_FOLDED = {word.lower(): word for word in _KEYWORDS}


def _keyword(token: Token) -> str | None:
    """The keyword that a token is."""
    return _FOLDED.get(token.word.rstrip(":").lower()) if token.sort == "name" else None


def _fact(reader: Reader) -> Axiom:
    """`anna owns pump1`, `anna not owns pump1`; between classes `Pump hasPart Valve` reads as `some`."""
    if len(reader.tokens) < 3:
        raise Unreadable("it is no axiom", "an axiom has a subject, a relation and an object")
    anonymous = reader.word().startswith("_:")
    subject = reader.take().text if anonymous else reader.name(CLASS + INDIVIDUAL)
    denied = reader.taken("not")
    relation = reader.relation()
    of_class = not anonymous and reader.names.is_a(subject, CLASS)
    as_such = reader.names.is_a(subject, INDIVIDUAL) and _individual_next(reader, relation)
    if of_class and not as_such:
        said = _of_class(reader, relation)
        return Axiom("SubClassOf", (subject, ("ObjectComplementOf", said) if denied else said))
    data = _is_data(reader.names, relation) or reader.is_literal_next()
    value = reader.literal() if data else reader.individual()
    reader.done()
    kind = f"{'Negative' if denied else ''}{'Data' if data else 'Object'}PropertyAssertion"
    return Axiom(kind, (relation, subject, value))


def _individual_next(reader: Reader, relation: Expression | None = None) -> bool:
    """Whether a literal or the name of an individual comes next: no class, unless `relation` is one of classes too."""
    start = reader.at
    try:
        if reader.is_literal_next():
            return True
        found = reader.individual()
        return relation in reader.names.between_classes or not reader.names.is_a(found, CLASS)
    except LithographError:
        return False
    finally:
        reader.at = start


def _of_class(reader: Reader, relation: Expression) -> Expression:
    """What a relation with its object says of every member of a class."""
    data = _is_data(reader.names, relation)
    if _individual_next(reader):
        value = reader.literal() if reader.is_literal_next() else reader.individual()
        reader.done()
        return ("DataHasValue" if is_literal(value) else "ObjectHasValue", relation, value)
    filler = reader.data_range() if data else reader.description()
    reader.done()
    return ("DataSomeValuesFrom" if data else "ObjectSomeValuesFrom", relation, filler)
