"""How a fault of a finite interpretation can be mended by additions. Proposes; adds nothing itself.

A plan is a sequence of acts; plans stand in the order in which they are to be tried. Elements that exist are used again
before new ones are made, so that a cyclic ontology gets a finite model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any

from lithograph.core.vocabulary import NOTHING, THING, XSD
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term, is_literal, literal
from lithograph.reason.models.axioms import Distinct, Fault, Outside, Unfilled, Unrelated
from lithograph.reason.models.expressions import counted, filled, holds, negated
from lithograph.reason.models.structure import BOTTOM_DATA, BOTTOM_OBJECT, TOP_DATA, TOP_OBJECT, Structure
from lithograph.reason.models.values import Refused, Value, in_range, value_of

Act = tuple[str, Any, Any, Any]
"""("new", element, filler, ""), ("label", element, class, ""), ("pair", property, one, other),
("value", property, element, value), ("merge", kept, gone, "")."""

Plan = tuple[Act, ...]
MOST_PLANS = 12
"""So many ways of mending one fault are tried at most."""


@dataclass(slots=True)
class Proposals:
    """What plans depend on beside the tables.

    witnesses: filler -> the element that was made for it. functional: properties of which one successor is the most.
    ranges: data property -> its ranges. fresh: the next element.
    """

    functional: frozenset[Term]
    ranges: Mapping[Term, tuple[Expression, ...]]
    shares: bool = True
    witnesses: dict[Expression, int] = field(default_factory=dict)
    fresh: int = 0

    def plans(self, s: Structure, fault: Fault) -> list[Plan]:
        """The ways of mending a fault; none where there is no way. Raises Refused."""
        if isinstance(fault, Outside):
            found = list(islice(self._ways(s, fault.element, fault.due), MOST_PLANS))
            if fault.inside != THING:
                found += islice(self._ways(s, fault.element, negated(fault.inside)), MOST_PLANS)
            return found
        if isinstance(fault, Unrelated):
            return _pair(fault.prop, fault.one, fault.other)
        if isinstance(fault, Unfilled):
            return [(("value", fault.prop, fault.element, fault.value),)]
        if isinstance(fault, Distinct):
            return [(("merge", min(fault.one, fault.other), max(fault.one, fault.other), ""),)]
        return []

    def _ways(self, s: Structure, e: int, x: Expression) -> Iterator[Plan]:
        """The ways of bringing an element into a class expression."""
        if holds(s, e, x):
            yield ()
        elif isinstance(x, str):
            if x != NOTHING:
                yield (("label", e, x, ""),)
        elif isinstance(x, tuple):
            head = str(x[0])
            if head == "ObjectUnionOf":
                for part in x[1:]:
                    yield from self._ways(s, e, part)
            elif head == "ObjectIntersectionOf":
                yield from _all([list(islice(self._ways(s, e, part), MOST_PLANS)) for part in x[1:]])
            elif head == "ObjectOneOf":
                for individual in x[1:]:
                    one = s.element(individual)
                    yield (("merge", min(one, e), max(one, e), ""),)
            elif head.startswith("Data"):
                yield from self._data_ways(s, e, x)
            else:
                yield from self._object_ways(s, e, x)

    def _object_ways(self, s: Structure, e: int, x: tuple[Expression, ...]) -> Iterator[Plan]:
        head = str(x[0])
        if head == "ObjectSomeValuesFrom":
            yield from self._some(s, e, x[1], x[2], 1)
        elif head == "ObjectAllValuesFrom":
            others = [o for o in s.successors(x[1], e) if not holds(s, o, x[2])]
            yield from _all([list(islice(self._ways(s, o, x[2]), MOST_PLANS)) for o in others])
        elif head == "ObjectHasValue":
            yield from _pair(x[1], e, s.element(x[2]))
        elif head == "ObjectHasSelf":
            yield from _pair(x[1], e, e)
        elif head.endswith("Cardinality") and isinstance(x[1], int):
            of = x[3] if len(x) > 3 else THING
            number = counted(s, e, x)
            if number < x[1]:
                yield from self._some(s, e, x[2], of, x[1] - number)
            else:
                yield from self._fewer(s, e, x[2], of)

    def _some(self, s: Structure, e: int, prop: Expression, of: Expression, number: int) -> Iterator[Plan]:
        """Plans for so many more successors in a class: those there are, the witness of the class, others, new ones."""
        if (prop[1] if isinstance(prop, tuple) else prop) == BOTTOM_OBJECT:
            return
        now = list(s.successors(prop, e))
        there = [plan for o in now if not holds(s, o, of) for plan in islice(self._ways(s, o, of), 4)]
        single = prop in self.functional and now
        if number == 1 and single:
            yield from there
        if isinstance(of, tuple) and of[0] == "ObjectOneOf" and number == 1:
            for individual in of[1:]:
                yield from _pair(prop, e, s.element(individual))
            return
        known = self.witnesses.get(of)
        first = [known] if known is not None and known in s.elements and known not in now else []
        if self.shares and number == 1 and first:
            yield from _pair(prop, e, first[0])
        elif self.shares and number > 1:
            others = [o for o in s.elements if o not in now and o != e and holds(s, o, of)][:number]
            for made in self._made(s, e, prop, of, number - len(others)):
                yield (*(("pair", prop, e, o) for o in others), *made)
        yield from self._made(s, e, prop, of, number)
        if number == 1:
            yield from (p for o in [*first, *s.elements] if o not in now and holds(s, o, of) for p in _pair(prop, e, o))
            if not single:
                yield from there

    def _made(self, s: Structure, e: int, prop: Expression, of: Expression, number: int) -> Iterator[Plan]:
        """Plans for so many new successors."""
        parts = []
        for _ in range(number):
            made, self.fresh = self.fresh, self.fresh + 1
            start: Plan = (("new", made, of, ""), ("pair", prop, e, made))
            parts.append([(*start, *way) for way in islice(self._ways(s, made, of), 4)])
        yield from _all(parts)

    def _fewer(self, s: Structure, e: int, prop: Expression, of: Expression) -> Iterator[Plan]:
        """Plans for one successor less: two become one, or one leaves the class."""
        counting = [o for o in s.successors(prop, e) if holds(s, o, of)]
        for one, other in islice(combinations(sorted(counting), 2), MOST_PLANS):
            yield (("merge", one, other, ""),)
        if of != THING:
            for o in counting:
                yield from islice(self._ways(s, o, negated(of)), 2)

    def _data_ways(self, s: Structure, e: int, x: tuple[Expression, ...]) -> Iterator[Plan]:
        head, number, of = str(x[0]), 1, x[-1]
        if head == "DataHasValue":
            if x[1] not in (TOP_DATA, BOTTOM_DATA):
                yield (("value", x[1], e, value_of(str(x[2]))),)
            return
        prop = x[1]
        if head.endswith(("MinCardinality", "ExactCardinality")) and isinstance(x[1], int):
            number, prop, of = x[1] - filled(s, e, x), x[2], x[3] if len(x) > 3 else RDFS_LITERAL
        elif head != "DataSomeValuesFrom" or len(x) != 3:
            return
        if prop in (TOP_DATA, BOTTOM_DATA) or number < 1:
            return
        ranges = (of, *self.ranges.get(str(prop), ()))
        free = [value for value in _values(ranges, s.definitions) if value not in s.filled(prop, e)]
        for chosen in islice(combinations(free, number), 4):
            yield tuple(("value", prop, e, value) for value in chosen)


RDFS_LITERAL = "http://www.w3.org/2000/01/rdf-schema#Literal"


def _pair(prop: Expression, one: int, other: int) -> list[Plan]:
    name = prop[1] if isinstance(prop, tuple) else prop
    return [] if name in (BOTTOM_OBJECT, TOP_OBJECT) else [(("pair", prop, one, other),)]


def _all(parts: list[list[Plan]]) -> Iterator[Plan]:
    """The first ways of doing several things at once."""
    for chosen in islice(product(*parts), MOST_PLANS):
        yield tuple(act for plan in chosen for act in plan)


_TYPICAL = (
    *(literal(str(n), datatype=XSD + "integer") for n in range(4)), literal("a"), literal("b"), literal("c"),
    literal("true", datatype=XSD + "boolean"), literal("false", datatype=XSD + "boolean"),
    *(literal(f"{n}.0", datatype=XSD + kind) for kind in ("double", "float") for n in range(3)),
    literal("urn:a", datatype=XSD + "anyURI"), literal("urn:b", datatype=XSD + "anyURI"),
    literal("2001-01-01T00:00:00", datatype=XSD + "dateTime"), literal("2001-01-01", datatype=XSD + "date"),
    literal("2001", datatype=XSD + "gYear"), literal("2001-01", datatype=XSD + "gYearMonth"),
    literal("00:00:00", datatype=XSD + "time"), literal("a", language="en"), literal("-1", datatype=XSD + "integer"),
    literal("0.5", datatype=XSD + "decimal"),
)  # fmt: skip
"""Values that are tried where any of a range will do."""


def _values(ranges: tuple[Expression, ...], definitions: dict[Term, Expression]) -> list[Value]:
    """Some values that lie in all of the ranges."""
    named = [value_of(text) for x in ranges for text in _literals(x, definitions)]
    near = [("real", v[1] + d) for v in named if isinstance(v[1], Fraction) for d in (1, -1)]
    proposed: list[Value] = [*named, *near, *map(value_of, _TYPICAL)]
    out = []
    for value in dict.fromkeys(proposed):
        try:
            if all(in_range(value, x, definitions) for x in ranges):
                out.append(value)
        except Refused:
            continue
    return out


def _literals(x: Expression, definitions: dict[Term, Expression]) -> Iterator[Term]:
    if isinstance(x, tuple):
        for part in x[1:]:
            yield from _literals(part, definitions)
    elif isinstance(x, str):
        if is_literal(x):
            yield x
        elif x in definitions:
            yield from _literals(definitions[x], definitions)
