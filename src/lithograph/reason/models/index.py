"""The axioms of an ontology by the symbols that can make them false. Knows no interpretation.

A *trigger* of an axiom is a symbol out of a set such that the axiom holds in every interpretation in which the
extensions of the whole set are empty. `A ⊑ ∃r.B` has the one trigger A: without an A there is nothing that must have an
r. `∃r.B ⊓ C ⊑ D` has the one trigger r (or C: the conjunct with the fewest is taken), `⊤ ⊑ A` has none and is always
looked at, and so are the assertions, whose individuals always exist. An axiom may therefore be left unchecked where all
its triggers are empty, and only there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.terms import Term, is_literal
from lithograph.reason.models.structure import BOTTOM_DATA, BOTTOM_OBJECT, TOP_DATA, TOP_OBJECT
from lithograph.reason.profiles.usage import is_reserved
from lithograph.reason.question import logical_rows

Triggers = frozenset[Term] | None
"""Symbols, any of which may make an axiom false; None where it must always be looked at."""

OF_INDIVIDUALS = frozenset({
    "ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion", "SameIndividual", "DifferentIndividuals",
    "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion",
})  # fmt: skip
KEPT = frozenset({"ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion"})
"""Kinds that no addition makes false where they speak of a named class or a property that is not empty."""

_OF_FIRST = frozenset({
    "ObjectPropertyDomain", "ObjectPropertyRange", "FunctionalObjectProperty", "InverseFunctionalObjectProperty",
    "TransitiveObjectProperty", "SymmetricObjectProperty", "AsymmetricObjectProperty", "IrreflexiveObjectProperty",
    "SubObjectPropertyOf", "DataPropertyDomain", "DataPropertyRange", "FunctionalDataProperty", "SubDataPropertyOf",
})  # fmt: skip
"""Kinds that speak of the pairs of their first property, or of the first link of their chain."""

_OF_ALL = frozenset({
    "EquivalentObjectProperties", "EquivalentDataProperties", "InverseObjectProperties", "DisjointObjectProperties",
    "DisjointDataProperties",
})  # fmt: skip
"""Kinds that hold where all their properties are empty."""


def triggers(axiom: Axiom) -> Triggers:
    """The triggers of an axiom."""
    kind, o = axiom.kind, axiom.operands
    if kind in _OF_FIRST:
        first = o[0]
        if isinstance(first, tuple) and first[0] == "ObjectPropertyChain":
            first = first[1]
        return _of_property(first)
    if kind in _OF_ALL:
        return _any_of(_of_property(p) for p in o)
    if kind in ("SubClassOf", "HasKey"):
        return _of_class(o[0])
    if kind == "EquivalentClasses":
        return _any_of(map(_of_class, o))
    if kind == "DisjointClasses":
        return _of_disjoint([_of_class(x) for x in o])
    if kind == "DisjointUnion":
        return _any_of(map(_of_class, o))
    return None  # assertions, reflexivity, definitions of datatypes, and whatever this list does not know


def _of_disjoint(parts: list[Triggers]) -> Triggers:
    """Two members are in the way of it: where one part can always have some, the others decide."""
    known = [part for part in parts if part is not None]
    return None if len(parts) - len(known) > 1 else frozenset[Term]().union(*known)


def _any_of(parts: Iterable[Triggers]) -> Triggers:
    found: frozenset[Term] = frozenset()
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _of_property(prop: Expression) -> Triggers:
    name = str(prop[1] if isinstance(prop, tuple) else prop)
    if name in (TOP_OBJECT, TOP_DATA):
        return None
    return frozenset() if name in (BOTTOM_OBJECT, BOTTOM_DATA) else frozenset([name])


def _of_class(x: Expression) -> Triggers:
    """Symbols one of which has a member wherever the class expression has one."""
    if isinstance(x, str):
        return None if x == THING else frozenset() if x == NOTHING else frozenset([x])
    if not isinstance(x, tuple):
        return None
    head, *rest = x
    if head == "ObjectIntersectionOf":
        known = [t for t in map(_of_class, rest) if t is not None]
        return min(known, key=len, default=None)
    if head == "ObjectUnionOf":
        return _any_of(map(_of_class, rest))
    if head in ("ObjectSomeValuesFrom", "ObjectHasValue", "ObjectHasSelf", "DataSomeValuesFrom", "DataHasValue"):
        return _of_property(rest[0])
    if str(head).endswith(("MinCardinality", "ExactCardinality")) and rest[0] != 0:
        return _of_property(rest[1])
    return None


def symbols(expression: Expression) -> Iterator[Term]:
    """Every name in an expression, also those of individuals and datatypes."""
    if isinstance(expression, tuple):
        for part in expression[1:]:
            yield from symbols(part)
    elif isinstance(expression, str) and not is_literal(expression):
        yield expression


@dataclass(frozen=True, slots=True)
class Index:
    """The logical axioms of an ontology.

    axioms: row -> axiom. always: the rows that are always looked at; general: those of them that speak of more than
    the individuals. of: symbol -> rows it can trigger.
    mention: symbol -> rows that hold it anywhere, but for those that an addition leaves as they are: what holds of two
    individuals still holds where more is added, or where elements become one. definitions: the ontology's own
    datatypes. rules: SWRL rules. connected: owl:topObjectProperty stands in an axiom, and relates everything to
    everything. ranks, plans: what a search has found out about the axioms, once for all searches.
    """

    axioms: dict[int, Axiom]
    always: tuple[int, ...]
    general: tuple[int, ...]
    of: dict[Term, list[int]]
    mention: dict[Term, list[int]]
    triggers: dict[int, Triggers]
    definitions: dict[Term, Expression]
    individuals: tuple[Term, ...]
    rules: int
    connected: bool
    ranks: dict[int, int] = field(default_factory=dict, repr=False, compare=False)
    plans: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def touched(self, symbols: Iterable[Term]) -> list[int]:
        """The rows to check where some symbols have members, ascending."""
        found = set(self.always)
        for symbol in symbols:
            found.update(self.of.get(symbol, ()))
        return sorted(found)


def index_of(ontology: Ontology) -> Index:
    """The index of an ontology; made once."""
    made = ontology._cache.get("models")
    if isinstance(made, Index):
        return made
    axioms = {row: ontology.axiom(row) for row in logical_rows(ontology)}
    by = {row: triggers(axiom) for row, axiom in axioms.items()}
    of: dict[Term, list[int]] = defaultdict(list)
    mention: dict[Term, list[int]] = defaultdict(list)
    spoken_of: set[Term] = set()
    for row, axiom in axioms.items():
        for symbol in sorted(by[row] or ()):
            of[symbol].append(row)
        spoken_of.update(names := {s for operand in axiom.operands for s in symbols(operand)})
        for symbol in sorted(names) if not lasting(axiom) else ():
            mention[symbol].append(row)
    always = tuple(row for row in axioms if by[row] is None)
    general = tuple(row for row in always if axioms[row].kind not in OF_INDIVIDUALS)
    index = Index(axioms, always, general, dict(of), dict(mention), by, _definitions(axioms.values()),
                  individuals_of(axioms.values()), ontology.rules, TOP_OBJECT in spoken_of)  # fmt: skip
    ontology._cache["models"] = index
    return index


def lasting(axiom: Axiom) -> bool:
    """Whether an axiom that holds in a structure holds in every larger one: a fact of a named class or property."""
    first = axiom.operands[0]
    return axiom.kind in KEPT and (isinstance(first, str) or axiom.kind != "ClassAssertion")


def _definitions(axioms: Iterable[Axiom]) -> dict[Term, Expression]:
    """The datatypes that are defined once, not built in, and without leading back to themselves."""
    said: dict[Term, list[Expression]] = defaultdict(list)
    for axiom in axioms:
        if axiom.kind == "DatatypeDefinition":
            said[str(axiom.operands[0])].append(axiom.operands[1])
    once = {name: found[0] for name, found in said.items() if len(found) == 1 and not is_reserved(name)}
    out: dict[Term, Expression] = {}
    while True:
        fresh = {n: x for n, x in once.items() if n not in out and all(s in out or s not in said for s in symbols(x))}
        if not fresh:
            return out
        out |= fresh


def individuals_of(axioms: Iterable[Axiom]) -> tuple[Term, ...]:
    """Every individual that some axioms speak of, sorted."""
    found: set[Term] = set()
    for axiom in axioms:
        kind, o = axiom.kind, axiom.operands
        if kind in ("SameIndividual", "DifferentIndividuals"):
            found.update(map(str, o))
        elif kind == "ClassAssertion":
            found.add(str(o[1]))
        elif kind.endswith("ObjectPropertyAssertion"):
            found.update(map(str, o[1:]))
        elif kind.endswith("DataPropertyAssertion"):
            found.add(str(o[1]))
        for operand in o:
            if isinstance(operand, tuple):
                found.update(_nominals(operand))
    return tuple(sorted(found))


def _nominals(expression: tuple[Expression, ...]) -> Iterator[Term]:
    if expression[0] == "ObjectOneOf":
        yield from map(str, expression[1:])
    elif expression[0] == "ObjectHasValue":
        yield str(expression[2])
    else:
        for part in expression[1:]:
            if isinstance(part, tuple):
                yield from _nominals(part)
