"""Literals as values of the OWL 2 datatype map (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps). Knows no axioms.

A value is a tagged key: two literals mean the same value exactly when their keys are equal. Whatever that cannot be
promised for is `Refused`, never guessed: a wrong *different* would let a false model pass.
"""

from __future__ import annotations

import re
import struct
from fractions import Fraction
from functools import lru_cache

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Expression
from lithograph.ontology.terms import Term, literal_parts

Value = tuple[str, str | bool | Fraction]
"""(value space, value): ("real", 3), ("string", "a"), ("en", "a") is not one: language strings are ("@en", "a")."""


class Refused(Exception):
    """What the checker has no semantics for; the model is then neither passed nor failed."""


_INTEGERS: dict[Term, tuple[int | None, int | None]] = {
    v.XSD + "integer": (None, None), v.XSD + "nonNegativeInteger": (0, None), v.XSD + "positiveInteger": (1, None),
    v.XSD + "nonPositiveInteger": (None, 0), v.XSD + "negativeInteger": (None, -1),
    v.XSD + "long": (-(2**63), 2**63 - 1), v.XSD + "int": (-(2**31), 2**31 - 1), v.XSD + "short": (-(2**15), 2**15 - 1),
    v.XSD + "byte": (-128, 127), v.XSD + "unsignedLong": (0, 2**64 - 1), v.XSD + "unsignedInt": (0, 2**32 - 1),
    v.XSD + "unsignedShort": (0, 2**16 - 1), v.XSD + "unsignedByte": (0, 255),
}  # fmt: skip
"""Datatypes of integers, and their bounds."""

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_RATIONAL = re.compile(r"[+-]?[0-9]+\s*/\s*[1-9][0-9]*")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DAY = r"(?:0[1-9]|1[0-9]|2[0-8])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_POINTS = {
    v.XSD + "dateTime": re.compile(rf"[1-9][0-9]{{3}}-(?:0[1-9]|1[0-2])-{_DAY}T{_TIME}"),
    v.XSD + "date": re.compile(rf"[1-9][0-9]{{3}}-(?:0[1-9]|1[0-2])-(?:{_DAY}|29|3[01])"),
    v.XSD + "gYear": re.compile(r"[1-9][0-9]{3}"),
    v.XSD + "gYearMonth": re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])"),
    v.XSD + "time": re.compile(_TIME),
}
"""Datatypes in whose plain forms without time zone each value has one lexical form."""

_STRINGS = {v.XSD + "string": re.compile(r".*", re.DOTALL), v.XSD + "normalizedString": re.compile(r"[^\r\n\t]*"),
            v.XSD + "token": re.compile(r"(?:[^\r\n\t ]+(?: [^\r\n\t ]+)*)?")}  # fmt: skip
_REAL = (v.XSD + "decimal", v.OWL + "rational", v.OWL + "real", *_INTEGERS)
_FLOATS = {v.XSD + "double": "d", v.XSD + "float": "f"}


@lru_cache(maxsize=65536)
def value_of(literal: Term) -> Value:
    """The value of a literal. Raises Refused for ill-formed ones and for datatypes that are not held here.

    >>> value_of('"01"^^http://www.w3.org/2001/XMLSchema#int') == value_of(
    ...     '"1.0"^^http://www.w3.org/2001/XMLSchema#decimal')
    True
    """
    lexical, language, datatype = literal_parts(literal)
    if language:
        return ("@" + language.lower(), lexical)
    if datatype is None:
        return ("string", lexical)
    text = lexical.strip()
    made: Value | None = None
    if datatype in _STRINGS and _STRINGS[datatype].fullmatch(lexical):
        made = ("string", lexical)
    elif datatype in _REAL:
        made = _real(text, datatype)
    elif datatype in _FLOATS and _DOUBLE.fullmatch(text):
        number = float(text)
        short = (
            struct.unpack("f", struct.pack("f", number))[0] if _FLOATS[datatype] == "f" and number < 1e38 else number
        )
        made = (_FLOATS[datatype], repr(short)) if abs(number) < 1e38 else None
    elif datatype == v.XSD + "boolean" and text in ("true", "false", "0", "1"):
        made = ("boolean", text in ("true", "1"))
    elif datatype == v.XSD + "anyURI":
        made = ("uri", text)
    elif datatype in _POINTS and _POINTS[datatype].fullmatch(text):
        made = (datatype, text)
    if made is None:
        raise Refused(f"no value is known for {literal}")
    return made


def _real(text: str, datatype: Term) -> Value | None:
    form = _INTEGER if datatype in _INTEGERS else _RATIONAL if datatype == v.OWL + "rational" else _DECIMAL
    if datatype == v.OWL + "real" or not form.fullmatch(text):
        return None
    number = Fraction(text.replace(" ", ""))
    made: Value = ("real", number)
    return made if _of_datatype(made, datatype) else None


def _of_datatype(value: Value, datatype: Term) -> bool:
    """Whether a value is one of a datatype. Raises Refused."""
    space, of = value
    if datatype == v.RDFS + "Literal":
        return True
    if datatype == v.RDF + "PlainLiteral":
        return space == "string" or space.startswith("@")
    if datatype == v.RDF + "langString":
        return space.startswith("@")
    if datatype in _STRINGS:
        return space == "string" and _STRINGS[datatype].fullmatch(str(of)) is not None
    if datatype in _REAL:
        if space != "real" or not isinstance(of, Fraction):
            return False
        return _fits(of, datatype)
    if datatype in _FLOATS:
        return space == _FLOATS[datatype]
    if datatype == v.XSD + "boolean":
        return space == "boolean"
    if datatype == v.XSD + "anyURI":
        return space == "uri"
    if datatype in _POINTS:
        return space == datatype
    raise Refused(f"the datatype {datatype} is not held")


def _fits(number: Fraction, datatype: Term) -> bool:
    if datatype in (v.OWL + "real", v.OWL + "rational"):
        return True
    if datatype == v.XSD + "decimal":
        rest = number.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        return rest == 1
    low, high = _INTEGERS[datatype]
    return number.denominator == 1 and (low is None or number >= low) and (high is None or number <= high)


def in_range(value: Value, data_range: Expression, definitions: dict[Term, Expression]) -> bool:
    """Whether a value lies in a data range; `definitions` are those of the ontology's own datatypes. Raises Refused."""
    if isinstance(data_range, str):
        own = definitions.get(data_range)
        return _of_datatype(value, data_range) if own is None else in_range(value, own, definitions)
    if isinstance(data_range, int):
        raise Refused("a number is no data range")
    head, *rest = data_range
    if head == "DataIntersectionOf":
        return all(in_range(value, part, definitions) for part in rest)
    if head == "DataUnionOf":
        return any(in_range(value, part, definitions) for part in rest)
    if head == "DataComplementOf":
        return not in_range(value, rest[0], definitions)
    if head == "DataOneOf":
        return value in [value_of(str(literal)) for literal in rest]
    if head == "DatatypeRestriction":
        facets = list(zip(rest[1::2], rest[2::2], strict=True))
        return in_range(value, rest[0], definitions) and all(_facet(value, str(f), str(by)) for f, by in facets)
    raise Refused(f"{head} is no data range that is held")


def _facet(value: Value, facet: Term, bound: Term) -> bool:
    name = facet.removeprefix(v.XSD)
    space, of = value
    if name in ("length", "minLength", "maxLength") and space == "string":
        size, wanted = len(str(of)), value_of(bound)[1]
        if isinstance(wanted, Fraction):
            return size == wanted if name == "length" else size >= wanted if name == "minLength" else size <= wanted
    limit = value_of(bound)
    if isinstance(of, Fraction) and isinstance(limit[1], Fraction):
        by = limit[1]
        outcomes = {
            "minInclusive": of >= by,
            "maxInclusive": of <= by,
            "minExclusive": of > by,
            "maxExclusive": of < by,
        }
        if name in outcomes:
            return outcomes[name]
    raise Refused(f"the facet {facet} is not held for {space}")
