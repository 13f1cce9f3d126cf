"""Class expressions in a finite interpretation (OWL 2 Direct Semantics, section 2.2.3). Knows no axioms.

Every constructor has its own line; one that has none is `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import Expression
from lithograph.reason.models.structure import TOP_DATA, Structure
from lithograph.reason.models.values import Refused, in_range, value_of

Compound = tuple[Expression, ...]


def holds(s: Structure, e: int, x: Expression) -> bool:
    """Whether an element is in a class expression's extension. Raises Refused."""
    if isinstance(x, str):
        if x == THING:
            return True
        members = s.classes.get(x)
        return members is not None and e in members
    if isinstance(x, int):
        raise Refused("a number is no class")
    evaluate = _HOLDS.get(str(x[0]))
    if evaluate is None:
        raise Refused(f"{x[0]} is no class expression that is held")
    return evaluate(s, e, x)


def _some(s: Structure, e: int, x: Compound) -> bool:
    return any(holds(s, other, x[2]) for other in s.successors(x[1], e))


def _only(s: Structure, e: int, x: Compound) -> bool:
    return all(holds(s, other, x[2]) for other in s.successors(x[1], e))


def counted(s: Structure, e: int, x: Compound) -> int:
    """How many different successors of an element a cardinality restriction counts."""
    found = s.successors(x[2], e)
    return len(found) if len(x) < 4 else sum(holds(s, other, x[3]) for other in found)


def filled(s: Structure, e: int, x: Compound) -> int:
    """How many different values of an element a cardinality restriction on data counts."""
    found = s.filled(x[2], e)
    return len(found) if len(x) < 4 else sum(in_range(value, x[3], s.definitions) for value in found)


def _number(x: Compound) -> int:
    if not isinstance(x[1], int):
        raise Refused(f"{x[0]} has no number")
    return x[1]


def _unary_data(x: Compound) -> Compound:
    if len(x) != 3:
        raise Refused(f"{x[0]} over several properties is not held")
    return x


def _data_some(s: Structure, e: int, x: Compound) -> bool:
    return any(in_range(value, _unary_data(x)[2], s.definitions) for value in s.filled(x[1], e))


def _data_only(s: Structure, e: int, x: Compound) -> bool:
    return all(in_range(value, _unary_data(x)[2], s.definitions) for value in s.filled(x[1], e))


_HOLDS: dict[str, Callable[[Structure, int, Compound], bool]] = {
    "ObjectIntersectionOf": lambda s, e, x: all(holds(s, e, part) for part in x[1:]),
    "ObjectUnionOf": lambda s, e, x: any(holds(s, e, part) for part in x[1:]),
    "ObjectComplementOf": lambda s, e, x: not holds(s, e, x[1]),
    "ObjectOneOf": lambda s, e, x: e in [s.element(individual) for individual in x[1:]],
    "ObjectSomeValuesFrom": _some,
    "ObjectAllValuesFrom": _only,
    "ObjectHasValue": lambda s, e, x: s.related(x[1], e, s.element(x[2])),
    "ObjectHasSelf": lambda s, e, x: s.related(x[1], e, e),
    "ObjectMinCardinality": lambda s, e, x: counted(s, e, x) >= _number(x),
    "ObjectMaxCardinality": lambda s, e, x: counted(s, e, x) <= _number(x),
    "ObjectExactCardinality": lambda s, e, x: counted(s, e, x) == _number(x),
    "DataSomeValuesFrom": _data_some,
    "DataAllValuesFrom": _data_only,
    "DataHasValue": lambda s, e, x: value_of(str(x[2])) in s.filled(x[1], e),
    "DataMinCardinality": lambda s, e, x: filled(s, e, x) >= _number(x),
    "DataMaxCardinality": lambda s, e, x: filled(s, e, x) <= _number(x),
    "DataExactCardinality": lambda s, e, x: filled(s, e, x) == _number(x),
}  # fmt: skip


def candidates(s: Structure, x: Expression) -> Iterable[int]:
    """A list that holds every element of an expression's extension, and perhaps others."""
    if isinstance(x, str):
        return [] if x == NOTHING else list(s.elements) if x == THING else list(s.classes.get(x, ()))
    head = str(x[0]) if isinstance(x, tuple) else ""
    if isinstance(x, tuple):
        if head in ("ObjectSomeValuesFrom", "ObjectHasValue", "ObjectHasSelf"):
            return s.sources(x[1])
        if head in ("ObjectMinCardinality", "ObjectExactCardinality") and x[1]:
            return s.sources(x[2])
        if head in ("DataSomeValuesFrom", "DataHasValue") and x[1] != TOP_DATA:
            return list(s.values.get(str(x[1]), ()))
        if head in ("DataMinCardinality", "DataExactCardinality") and x[1] and x[2] != TOP_DATA:
            return list(s.values.get(str(x[2]), ()))
        if head == "ObjectIntersectionOf":
            return min((list(candidates(s, part)) for part in x[1:]), key=len)
        if head == "ObjectUnionOf":
            return list(dict.fromkeys(e for part in x[1:] for e in candidates(s, part)))
    return list(s.elements)


def negated(x: Expression) -> Expression:
    """The complement of a class expression, the negation pushed inwards."""
    if not isinstance(x, tuple):
        return NOTHING if x == THING else THING if x == NOTHING else ("ObjectComplementOf", x)
    head, *rest = x
    if head == "ObjectComplementOf":
        return rest[0]
    if head in _DUAL:
        return (_DUAL[str(head)], *(negated(part) for part in rest))
    if head in _QUANTIFIED:
        return (_QUANTIFIED[str(head)], rest[0], negated(rest[1]))
    number = rest[0] if rest and isinstance(rest[0], int) else 0
    if head in ("ObjectMinCardinality", "DataMinCardinality"):
        return (str(head).replace("Min", "Max"), number - 1, *rest[1:]) if number else NOTHING
    if head in ("ObjectMaxCardinality", "DataMaxCardinality"):
        return (str(head).replace("Max", "Min"), number + 1, *rest[1:])
    if head in ("ObjectExactCardinality", "DataExactCardinality"):
        more: Expression = (str(head).replace("Exact", "Min"), number + 1, *rest[1:])
        fewer: Expression = (str(head).replace("Exact", "Max"), number - 1, *rest[1:])
        return ("ObjectUnionOf", more, fewer) if number else more
    if head in ("DataSomeValuesFrom", "DataAllValuesFrom") and len(rest) == 2:
        other = "DataAllValuesFrom" if head == "DataSomeValuesFrom" else "DataSomeValuesFrom"
        return (other, rest[0], ("DataComplementOf", rest[1]))
    return ("ObjectComplementOf", x)


_DUAL = {"ObjectIntersectionOf": "ObjectUnionOf", "ObjectUnionOf": "ObjectIntersectionOf"}
_QUANTIFIED = {"ObjectSomeValuesFrom": "ObjectAllValuesFrom", "ObjectAllValuesFrom": "ObjectSomeValuesFrom"}
