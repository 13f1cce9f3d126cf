"""Literals in the calculus: which data range holds which value, which values differ. Knows nothing about axioms.

Only what is certain is said (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps); of other datatypes nothing follows.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from lithograph.core.vocabulary import RDF, RDFS, XSD
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term, is_literal, literal, literal_parts

Statement = tuple[str, tuple[Expression, ...]]
VALUES = ("values",)
"""The group in which every canonical literal differs from every other."""

VALUE_STATEMENTS = frozenset({"inside", "outside", "same_value", "apart", "wider", "within", "exclusive"})

_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1), "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1), "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
}  # fmt: skip
_NUMERIC = frozenset({*_BOUNDS, "decimal"})
_SPACES = {XSD + "string": "text", XSD + "boolean": "boolean", RDF + "langString": "text in a language",
           XSD + "float": "float", XSD + "double": "double",
           **{XSD + name: "number" for name in _NUMERIC}}  # fmt: skip
"""Datatype -> its value space among those that are told apart here; the spaces share no value."""


@lru_cache(maxsize=1 << 16)
def value(term: Term) -> tuple[str, object] | None:
    """(value space, value) of a literal, None where it is not known here or the literal is ill-typed."""
    lexical, language, datatype = literal_parts(term)
    if language:
        return "text in a language", (lexical, language)
    if datatype is None or datatype == XSD + "string":
        return "text", lexical
    space, name = _SPACES.get(datatype), datatype.removeprefix(XSD)
    if space == "boolean":
        return (space, lexical in ("true", "1")) if lexical in ("true", "false", "1", "0") else None
    if space in ("float", "double"):
        floating = _floating(lexical, space == "float")
        return None if floating is None else (space, floating)
    if space == "number" and re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", lexical):
        number = Decimal(lexical)
        return (space, number) if name == "decimal" or _within(number, name) else None
    return None


_FLOATING = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")


def _floating(lexical: str, single: bool) -> str | None:
    """The lexical form of a floating-point value that stands for it; 0 and -0 are two values, NaN is one."""
    if not _FLOATING.fullmatch(lexical):
        return None
    number = float(lexical)
    if single:
        try:
            number = struct.unpack("f", struct.pack("f", number))[0]
        except OverflowError:
            number = float("inf") if number > 0 else float("-inf")
    return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(number), repr(number))


def _within(number: Decimal, name: str) -> bool:
    low, high = _BOUNDS[name]
    whole = number == number.to_integral_value()
    return whole and (low is None or number >= low) and (high is None or number <= high)


def canonical(term: Term) -> Term | None:
    """The one literal that stands for a value, None where the value is not known."""
    found = value(term)
    if found is None:
        return None
    space, content = found
    if space == "number":
        text = format(Decimal(str(content)), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return literal("0" if text in ("-0", "") else text, datatype=XSD + "decimal")
    if space == "boolean":
        return literal("true" if content else "false", datatype=XSD + "boolean")
    if space in ("float", "double"):
        return literal(str(content), datatype=XSD + space)
    return term if space != "text" else literal(literal_parts(term)[0])


def holds(data_range: Expression, term: Term) -> bool | None:
    """Whether a data range holds a literal's value; None where that is not known here."""
    found = value(term)
    if found is None:
        return None
    space, content = found
    if isinstance(data_range, str):
        return _of_datatype(data_range, space, content)
    if isinstance(data_range, tuple) and data_range[0] == "DatatypeRestriction":
        return _restricted(data_range, term, space, content)
    return None


def _of_datatype(datatype: Term, space: str, content: object) -> bool | None:
    if datatype == RDF + "PlainLiteral":
        return space in ("text", "text in a language")
    if datatype == RDFS + "Literal":
        return True
    name = datatype.removeprefix(XSD)
    if name in _BOUNDS and datatype.startswith(XSD):
        return space == "number" and isinstance(content, Decimal) and _within(content, name)
    return space == _SPACES[datatype] if datatype in _SPACES else None


_ORDER = {"minInclusive": (1, 0), "minExclusive": (1,), "maxInclusive": (-1, 0), "maxExclusive": (-1,)}


def _restricted(data_range: tuple[Expression, ...], term: Term, space: str, content: object) -> bool | None:
    inner = holds(data_range[1], term)
    if inner is not True:
        return inner
    verdicts: list[bool | None] = []
    for facet, bound in _pairs(data_range[2:]):
        name = facet.rpartition("#")[2]
        limit = value(bound)
        if space == "number" and limit is not None and limit[0] == "number" and name in _ORDER:
            a, b = Decimal(str(content)), Decimal(str(limit[1]))
            verdicts.append((a > b) - (a < b) in _ORDER[name])
        elif space == "text" and name in ("length", "minLength", "maxLength") and limit is not None:
            verdicts.append(_length(name, len(str(content)), int(str(limit[1]))))
        else:
            verdicts.append(None)
    return False if False in verdicts else None if None in verdicts else True


def _length(name: str, have: int, want: int) -> bool:
    return {"length": have == want, "minLength": have >= want, "maxLength": have <= want}[name]


def _pairs(flat: Sequence[Expression]) -> Iterator[tuple[str, str]]:
    return ((str(a), str(b)) for a, b in zip(flat[::2], flat[1::2], strict=True))


def is_data_range(expression: Expression) -> bool:
    """Whether an expression is a datatype of XML Schema or RDF, or a restriction of one."""
    if isinstance(expression, tuple):
        return expression[0] == "DatatypeRestriction"
    return isinstance(expression, str) and expression.startswith((XSD, RDF)) and not is_literal(expression)


def wider(narrow: Expression, wide: Expression) -> bool:
    """Whether every value of one datatype is one of the other."""
    if narrow == wide or not (isinstance(narrow, str) and isinstance(wide, str)):
        return False
    a, b = narrow.removeprefix(XSD), wide.removeprefix(XSD)
    if not (narrow.startswith(XSD) and wide.startswith(XSD)) or a not in _NUMERIC or b not in _NUMERIC:
        return wide == RDF + "PlainLiteral" and narrow in (XSD + "string", RDF + "langString")
    if b == "decimal":
        return True
    if a == "decimal":
        return False
    (low, high), (least, most) = _BOUNDS[a], _BOUNDS[b]
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )


def within(one: Expression, other: Expression, wide: Expression) -> bool:
    """Whether every value that two datatypes of whole numbers share is one of a third."""
    names = [str(d).removeprefix(XSD) for d in (one, other, wide) if isinstance(d, str) and d.startswith(XSD)]
    if len(names) < 3 or not _BOUNDS.keys() >= set(names):
        return False
    (a, b), (c, d), (least, most) = (_BOUNDS[name] for name in names)
    low = max((n for n in (a, c) if n is not None), default=None)
    high = min((n for n in (b, d) if n is not None), default=None)
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )


def exclusive(one: Expression, other: Expression) -> bool:
    """Whether two datatypes share no value."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    a, b = _SPACES.get(one), _SPACES.get(other)
    if a is None or b is None:
        return False
    return a != b or _bounds_apart(one.removeprefix(XSD), other.removeprefix(XSD))


def _bounds_apart(a: str, b: str) -> bool:
    if a not in _BOUNDS or b not in _BOUNDS:
        return False
    (low, high), (least, most) = _BOUNDS[a], _BOUNDS[b]
    return (high is not None and least is not None and high < least) or (
        most is not None and low is not None and most < low
    )


def of_values(statement: Statement) -> bool:
    """Whether a statement about literals and data ranges holds."""
    name, arguments = statement
    if name == "within":
        return within(*arguments)
    first, second = arguments
    if name == "wider":
        return wider(first, second)
    if name == "exclusive":
        return exclusive(first, second)
    if name == "apart":
        term = _literal(second)
        return first == VALUES and term is not None and canonical(term) == term
    term = _literal(first)
    if term is None:
        return False
    if name == "same_value":
        other, mine = _literal(second), canonical(term)
        return mine is not None and other is not None and mine == canonical(other)
    return holds(second, term) is (name == "inside")


def _literal(expression: Expression) -> Term | None:
    """The literal of a data range of one."""
    if isinstance(expression, tuple) and expression[0] == "ObjectOneOf" and is_literal(str(expression[1])):
        return str(expression[1])
    return None


def statements_of(literals: Sequence[Term], ranges: Sequence[Expression]) -> Iterator[Statement]:
    """Everything that is certain of some literals and some data ranges."""
    for term in literals:
        single, same = ("ObjectOneOf", term), canonical(term)
        if same is not None:
            yield "apart", (VALUES, ("ObjectOneOf", same))
            if same != term:
                yield "same_value", (single, ("ObjectOneOf", same))
                yield "same_value", (("ObjectOneOf", same), single)
        for data_range in ranges:
            verdict = holds(data_range, term)
            if verdict is not None:
                yield ("inside" if verdict else "outside"), (single, data_range)
    for one, other in itertools.permutations(ranges, 2):
        if wider(one, other):
            yield "wider", (one, other)
        if exclusive(one, other):
            yield "exclusive", (one, other)
    whole = [r for r in ranges if isinstance(r, str) and r.removeprefix(XSD) in _BOUNDS]
    for one, other, wide in itertools.permutations(whole, 3):
        if within(one, other, wide) and not wider(one, wide) and not wider(other, wide):
            yield "within", (one, other, wide)
