"""What is wrong with a finite interpretation by one axiom (OWL 2 Direct Semantics, section 2.3). Mends nothing.

Each kind of logical axiom has its own line; one that has none is `Refused`. A fault says what is missing, so that a
finder may add it; for the checker any fault is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import ANNOTATION_KINDS, Axiom, Expression
from lithograph.ontology.terms import Term, is_anonymous
from lithograph.reason.models.expressions import candidates, holds
from lithograph.reason.models.structure import BOTTOM_DATA, TOP_DATA, TOP_OBJECT, Structure
from lithograph.reason.models.values import Refused, Value, in_range, value_of


@dataclass(frozen=True, slots=True)
class Outside:
    """An element that is in the class expression `inside`, and should therefore be in `due`, and is not."""

    element: int
    inside: Expression
    due: Expression


@dataclass(frozen=True, slots=True)
class Unrelated:
    """Two elements that an object property should relate."""

    prop: Expression
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Unfilled:
    """An element that a data property should give a value."""

    prop: Term
    element: int
    value: Value


@dataclass(frozen=True, slots=True)
class Distinct:
    """Two elements that should be one."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Clash:
    """What no addition can mend."""


Fault = Outside | Unrelated | Unfilled | Distinct | Clash
Faults = Iterator[Fault]
Operands = tuple[Expression, ...]


def faults(s: Structure, axiom: Axiom) -> Faults:
    """What an axiom finds wrong, in an order that the tables fix; nothing where it holds. Raises Refused."""
    if axiom.kind in ANNOTATION_KINDS or axiom.kind == "Declaration":
        return iter(())
    check = _FAULTS.get(axiom.kind)
    if check is None:
        raise Refused(f"{axiom.kind} is no axiom that is held")
    return check(s, axiom.operands)


def satisfied(s: Structure, axiom: Axiom) -> bool:
    """Whether an axiom holds. Raises Refused."""
    return next(faults(s, axiom), None) is None


def _included(s: Structure, inside: Expression, due: Expression) -> Faults:
    for e in candidates(s, inside):
        if holds(s, e, inside) and not holds(s, e, due):
            yield Outside(e, inside, due)


def _sub_class(s: Structure, o: Operands) -> Faults:
    return _included(s, o[0], o[1])


def _equivalent(s: Structure, o: Operands) -> Faults:
    for one, other in zip(o, (*o[1:], o[0]), strict=True):
        yield from _included(s, one, other)


def _disjoint(s: Structure, o: Operands) -> Faults:
    """A class given twice is disjoint with itself, and so empty."""
    found = [(x, [e for e in candidates(s, x) if holds(s, e, x)]) for x in o]
    for (one, members), (other, others) in combinations([pair for pair in found if pair[1]], 2):
        for e in members:
            if e in others:
                yield Outside(e, ("ObjectIntersectionOf", one, other), NOTHING)


def _disjoint_union(s: Structure, o: Operands) -> Faults:
    parts: Expression = o[1] if len(o) == 2 else ("ObjectUnionOf", *o[1:])
    yield from _equivalent(s, (o[0], parts))
    yield from _disjoint(s, o[1:])


def _class_assertion(s: Structure, o: Operands) -> Faults:
    e = s.element(o[1])
    if not holds(s, e, o[0]):
        yield Outside(e, THING, o[0])


def _object_assertion(s: Structure, o: Operands) -> Faults:
    one, other = s.element(o[1]), s.element(o[2])
    if not s.related(o[0], one, other):
        yield Unrelated(o[0], one, other)


def _negative_object(s: Structure, o: Operands) -> Faults:
    if s.related(o[0], s.element(o[1]), s.element(o[2])):
        yield Clash()


def _data_assertion(s: Structure, o: Operands) -> Faults:
    e, value = s.element(o[1]), value_of(str(o[2]))
    if o[0] != TOP_DATA and value not in s.filled(o[0], e):
        yield Clash() if o[0] == BOTTOM_DATA else Unfilled(str(o[0]), e, value)


def _negative_data(s: Structure, o: Operands) -> Faults:
    e, value = s.element(o[1]), value_of(str(o[2]))
    if o[0] == TOP_DATA or value in s.filled(o[0], e):
        yield Clash()


def _same(s: Structure, o: Operands) -> Faults:
    for one, other in pairwise(o):
        if s.element(one) != s.element(other):
            yield Distinct(s.element(one), s.element(other))


def _different(s: Structure, o: Operands) -> Faults:
    """An individual given twice differs from itself, and so contradicts itself."""
    elements = [s.element(individual) for individual in o]
    if len(set(elements)) < len(elements):
        yield Clash()


_NOWHERE: frozenset[int] = frozenset()


def _is_plain(prop: Expression) -> bool:
    """Whether a property is named, and not the one that relates everything."""
    return isinstance(prop, str) and prop != TOP_OBJECT


def _sub_property(s: Structure, o: Operands) -> Faults:
    if isinstance(o[0], tuple) and o[0][0] == "ObjectPropertyChain":
        yield from _chain(s, o[0][1:], o[1])
        return
    if _is_plain(o[0]) and _is_plain(o[1]):
        after, beyond = s.after.get(str(o[0]), {}), s.after.get(str(o[1]), {})
        starts = [one for one, ends in after.items() if not ends <= beyond.get(one, _NOWHERE)]
    else:
        starts = s.sources(o[0])
    for one in starts:
        ends, due = s.successors(o[0], one), s.successors(o[1], one)
        for other in [other for other in ends if other not in due]:
            if not s.related(o[1], one, other):
                yield Unrelated(o[1], one, other)


def _chain(s: Structure, links: Operands, prop: Expression) -> Faults:
    for start in s.sources(links[0]):
        ends = {start: None}
        for link in links:
            ends = dict.fromkeys(other for e in ends for other in s.successors(link, e))
        due = s.successors(prop, start) if ends else ()
        for end in [end for end in ends if end not in due]:
            if not s.related(prop, start, end):
                yield Unrelated(prop, start, end)


def _equivalent_properties(s: Structure, o: Operands) -> Faults:
    for one, other in zip(o, (*o[1:], o[0]), strict=True):
        yield from _sub_property(s, (one, other))


def _disjoint_properties(s: Structure, o: Operands) -> Faults:
    for one, other in combinations(o, 2):
        if any(s.related(other, *pair) for pair in s.pairs(one)):
            yield Clash()


def _inverse(s: Structure, o: Operands) -> Faults:
    return _equivalent_properties(s, (o[0], _turned(o[1])))


def _turned(prop: Expression) -> Expression:
    return prop[1] if isinstance(prop, tuple) else ("ObjectInverseOf", prop)


def _domain(s: Structure, o: Operands) -> Faults:
    return _included(s, ("ObjectSomeValuesFrom", o[0], THING), o[1])


def _range(s: Structure, o: Operands) -> Faults:
    return _included(s, ("ObjectSomeValuesFrom", _turned(o[0]), THING), o[1])


def _functional(s: Structure, o: Operands) -> Faults:
    for e in s.sources(o[0]):
        others = list(s.successors(o[0], e))
        for other in others[1:]:
            yield Distinct(others[0], other)


def _inverse_functional(s: Structure, o: Operands) -> Faults:
    return _functional(s, (_turned(o[0]),))


def _transitive(s: Structure, o: Operands) -> Faults:
    return _chain(s, (o[0], o[0]), o[0])


def _symmetric(s: Structure, o: Operands) -> Faults:
    return _sub_property(s, (o[0], _turned(o[0])))


def _asymmetric(s: Structure, o: Operands) -> Faults:
    if any(s.related(o[0], other, one) for one, other in s.pairs(o[0])):
        yield Clash()


def _reflexive(s: Structure, o: Operands) -> Faults:
    for e in list(s.elements):
        if not s.related(o[0], e, e):
            yield Unrelated(o[0], e, e)


def _irreflexive(s: Structure, o: Operands) -> Faults:
    if any(s.related(o[0], e, e) for e in s.sources(o[0])):
        yield Clash()


def _sub_data(s: Structure, o: Operands) -> Faults:
    if o[1] == TOP_DATA:
        return
    if o[0] == TOP_DATA:
        raise Refused("owl:topDataProperty below another property is not held")
    for e, found in list(s.values.get(str(o[0]), {}).items()):
        for value in sorted(found - s.filled(o[1], e), key=repr):
            yield Clash() if o[1] == BOTTOM_DATA else Unfilled(str(o[1]), e, value)


def _equivalent_data(s: Structure, o: Operands) -> Faults:
    if TOP_DATA in o and len(set(o)) > 1:
        raise Refused("owl:topDataProperty as another property is not held")
    for one, other in zip(o, (*o[1:], o[0]), strict=True):
        yield from _sub_data(s, (one, other))


def _disjoint_data(s: Structure, o: Operands) -> Faults:
    for one, other in combinations(o, 2):
        if TOP_DATA in (one, other):
            raise Refused("owl:topDataProperty in a disjointness is not held")
        if any(found & s.filled(other, e) for e, found in s.values.get(str(one), {}).items()):
            yield Clash()


def _data_domain(s: Structure, o: Operands) -> Faults:
    if o[0] == TOP_DATA:
        return _included(s, THING, o[1])
    return _included(s, ("DataSomeValuesFrom", o[0], "http://www.w3.org/2000/01/rdf-schema#Literal"), o[1])


def _data_range(s: Structure, o: Operands) -> Faults:
    if o[0] == TOP_DATA:
        raise Refused("a range of owl:topDataProperty is not held")
    for found in s.values.get(str(o[0]), {}).values():
        for value in found:
            if not in_range(value, o[1], s.definitions):
                yield Clash()


def _functional_data(s: Structure, o: Operands) -> Faults:
    if o[0] == TOP_DATA or any(len(found) > 1 for found in s.values.get(str(o[0]), {}).values()):
        yield Clash()


def _definition(s: Structure, o: Operands) -> Faults:
    """A datatype *is* its definition here (see `in_range`): what is left to check is that it has one alone."""
    if s.definitions.get(str(o[0])) != o[1]:
        raise Refused(f"the datatype {o[0]} has several definitions, or one that leads back to it")
    return iter(())


def _key(s: Structure, o: Operands) -> Faults:
    """Two *named* members of the class that share a named value of every object property and a value of every data
    property are one."""
    if not isinstance(o[1], tuple) or not isinstance(o[2], tuple):
        raise Refused("a key without its two lists")
    objects, data = o[1][1:], o[2][1:]
    named = {e for name, e in s.individuals.items() if not is_anonymous(name)} | s.named
    members = [e for e in candidates(s, o[0]) if e in named and holds(s, e, o[0])]
    for one, other in combinations(members, 2):
        if all(_shared(named, s.successors(p, one), s.successors(p, other)) for p in objects) and all(
            s.filled(d, one) & s.filled(d, other) for d in data
        ):
            yield Distinct(one, other)


def _shared(named: set[int], one: Iterable[int], other: Iterable[int]) -> bool:
    return not named.isdisjoint(set(one) & set(other))


_FAULTS: dict[str, Callable[[Structure, Operands], Faults]] = {
    "SubClassOf": _sub_class, "EquivalentClasses": _equivalent, "DisjointClasses": _disjoint,
    "DisjointUnion": _disjoint_union, "ClassAssertion": _class_assertion, "ObjectPropertyAssertion": _object_assertion,
    "NegativeObjectPropertyAssertion": _negative_object, "DataPropertyAssertion": _data_assertion,
    "NegativeDataPropertyAssertion": _negative_data, "SameIndividual": _same, "DifferentIndividuals": _different,
    "SubObjectPropertyOf": _sub_property, "EquivalentObjectProperties": _equivalent_properties,
    "DisjointObjectProperties": _disjoint_properties, "InverseObjectProperties": _inverse,
    "ObjectPropertyDomain": _domain, "ObjectPropertyRange": _range, "FunctionalObjectProperty": _functional,
    "InverseFunctionalObjectProperty": _inverse_functional, "TransitiveObjectProperty": _transitive,
    "SymmetricObjectProperty": _symmetric, "AsymmetricObjectProperty": _asymmetric,
    "ReflexiveObjectProperty": _reflexive, "IrreflexiveObjectProperty": _irreflexive, "SubDataPropertyOf": _sub_data,
    "EquivalentDataProperties": _equivalent_data, "DisjointDataProperties": _disjoint_data,
    "DataPropertyDomain": _data_domain, "DataPropertyRange": _data_range, "FunctionalDataProperty": _functional_data,
    "DatatypeDefinition": _definition, "HasKey": _key,
}  # fmt: skip
