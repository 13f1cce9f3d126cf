"""Finite interpretations: the value that is handed over, and the same as tables for looking up. Knows no axioms.

Everything that is not said to be in an extension is outside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lithograph.core.vocabulary import OWL
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term
from lithograph.reason.models.values import Refused, Value

TOP_OBJECT, BOTTOM_OBJECT = OWL + "topObjectProperty", OWL + "bottomObjectProperty"
TOP_DATA, BOTTOM_DATA = OWL + "topDataProperty", OWL + "bottomDataProperty"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A finite interpretation (OWL 2 Direct Semantics, section 2): the elements are 0 … size-1, at least one.

    named: the elements beside those of named individuals that count as named in keys (the presupposed member).
    Names that are missing in a mapping have the empty extension.
    """

    size: int
    classes: Mapping[Term, frozenset[int]]
    objects: Mapping[Term, frozenset[tuple[int, int]]]
    data: Mapping[Term, frozenset[tuple[int, Value]]]
    individuals: Mapping[Term, int]
    named: frozenset[int] = frozenset()


ELSEWHERE = -1
"""The element of an individual in another part."""

Links = dict[int, set[int]]


@dataclass(slots=True)
class Structure:
    """An interpretation as tables. after/before: property -> element -> the elements after and before it.

    elsewhere: the individuals that have no element here are in another part, to which nothing here is related.
    """

    elements: dict[int, None] = field(default_factory=dict)
    classes: dict[Term, set[int]] = field(default_factory=lambda: defaultdict(set))
    after: dict[Term, Links] = field(default_factory=lambda: defaultdict(dict))
    before: dict[Term, Links] = field(default_factory=lambda: defaultdict(dict))
    values: dict[Term, dict[int, set[Value]]] = field(default_factory=lambda: defaultdict(dict))
    individuals: dict[Term, int] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    definitions: dict[Term, Expression] = field(default_factory=dict)
    elsewhere: bool = False

    def element(self, individual: Expression) -> int:
        """What an individual denotes. Raises Refused where it denotes nothing."""
        found = self.individuals.get(str(individual))
        if found is None and self.elsewhere:
            return ELSEWHERE
        if found is None:
            raise Refused(f"{individual} is not interpreted")
        return found

    def successors(self, prop: Expression, element: int) -> set[int] | dict[int, None]:
        """The elements that a property expression relates an element to."""
        if isinstance(prop, tuple):
            return self._linked(self.before, str(prop[1]), element)
        return self._linked(self.after, str(prop), element)

    def _linked(self, table: dict[Term, Links], prop: Term, element: int) -> set[int] | dict[int, None]:
        if prop == TOP_OBJECT:
            return self.elements
        links = table.get(prop)
        return links.get(element, _NONE) if links else _NONE

    def related(self, prop: Expression, one: int, other: int) -> bool:
        """Whether a property expression relates two elements."""
        return other in self.successors(prop, one)

    def sources(self, prop: Expression) -> list[int]:
        """The elements that a property expression relates to anything."""
        name = prop[1] if isinstance(prop, tuple) else prop
        if name == TOP_OBJECT:
            return list(self.elements)
        table = self.before if isinstance(prop, tuple) else self.after
        return list(table.get(str(name), ()))

    def pairs(self, prop: Expression) -> Iterator[tuple[int, int]]:
        """The pairs of a property expression; a copy, so that the tables may change meanwhile."""
        for one in self.sources(prop):
            for other in list(self.successors(prop, one)):
                yield one, other

    def filled(self, prop: Expression, element: int) -> set[Value]:
        """The values that a data property gives an element. Raises Refused for owl:topDataProperty."""
        if prop == TOP_DATA:
            raise Refused("owl:topDataProperty relates everything to infinitely many values")
        links = self.values.get(str(prop))
        return links.get(element, _NO_VALUES) if links else _NO_VALUES

    def add_pair(self, prop: Expression, one: int, other: int) -> None:
        """Relate two elements."""
        if isinstance(prop, tuple):
            prop, one, other = prop[1], other, one
        self.after[str(prop)].setdefault(one, set()).add(other)
        self.before[str(prop)].setdefault(other, set()).add(one)

    def frozen(self) -> Interpretation:
        """The interpretation, its elements numbered anew in order."""
        place = {element: i for i, element in enumerate(self.elements)}
        pairs = {p: frozenset((place[a], place[b]) for a, bs in links.items() for b in bs)
                 for p, links in sorted(self.after.items())}  # fmt: skip
        data = {d: frozenset((place[a], value) for a, values in links.items() for value in values)
                for d, links in sorted(self.values.items())}  # fmt: skip
        return Interpretation(
            len(place),
            {c: frozenset(place[e] for e in members) for c, members in sorted(self.classes.items()) if members},
            {p: found for p, found in pairs.items() if found},
            {d: found for d, found in data.items() if found},
            {name: place[e] for name, e in sorted(self.individuals.items())},
            frozenset(place[e] for e in self.named),
        )

    def copied(self) -> Structure:
        """A copy that changes by itself."""

        def linked(table: dict[Term, Links]) -> dict[Term, Links]:
            return defaultdict(dict, {p: {a: set(bs) for a, bs in links.items()} for p, links in table.items()})

        values = {d: {a: set(found) for a, found in links.items()} for d, links in self.values.items()}
        return Structure(
            dict(self.elements), defaultdict(set, {c: set(m) for c, m in self.classes.items()}), linked(self.after),
            linked(self.before), defaultdict(dict, values), dict(self.individuals), set(self.named), self.definitions,
            self.elsewhere,
        )  # fmt: skip


_NONE: set[int] = set()
_NO_VALUES: set[Value] = set()


def structure_of(interpretation: Interpretation, definitions: dict[Term, Expression]) -> Structure:
    """The tables of an interpretation. Raises ValueError for one that is none: empty, or with strange elements."""
    inside = range(interpretation.size)
    out = Structure(dict.fromkeys(inside), individuals=dict(interpretation.individuals), definitions=definitions)
    out.named = set(interpretation.named)
    mentioned = {*out.named, *out.individuals.values()}
    for name, members in interpretation.classes.items():
        out.classes[name] = set(members)
        mentioned |= members
    for name, pairs in interpretation.objects.items():
        for one, other in pairs:
            out.add_pair(name, one, other)
            mentioned |= {one, other}
    for name, filled in interpretation.data.items():
        for one, value in filled:
            out.values[name].setdefault(one, set()).add(value)
            mentioned.add(one)
    if not inside or not mentioned <= set(inside):
        raise ValueError("an interpretation has at least one element, and no others than its own")
    if {TOP_OBJECT, BOTTOM_OBJECT} & set(out.after) or {TOP_DATA, BOTTOM_DATA} & set(out.values):
        raise ValueError("the extensions of the top and bottom properties are fixed")
    if {OWL + "Thing", OWL + "Nothing"} & set(out.classes):
        raise ValueError("the extensions of owl:Thing and owl:Nothing are fixed")
    return out
