"""Class expressions, data ranges and relations as a person types them. Knows nothing about axioms.

https://www.w3.org/TR/owl2-manchester-syntax/, sections 2.3 and 2.4. Names are those of `names`; a label with a blank in
it stands in 'quotes'.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import Expression
from lithograph.ontology.names import CLAIM, Names
from lithograph.ontology.survey import CLASS, DATA, DATATYPE, INDIVIDUAL, OBJECT
from lithograph.ontology.terms import Term, literal

_TOKEN = re.compile(
    r"""(?P<literal>"(?:[^"\\]|\\.)*"(?:@[A-Za-z][\w-]*|\^\^(?:<[^<>\s]+>|[\w.-]*:?[\w.-]+))?)
      | (?P<label>'(?:[^'\\]|\\.)*')
      | (?P<iri><[A-Za-z][\w+.-]*:[^<>\s]*>)
      | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[fF]?(?![^\s()\[\]{},]))
      | (?P<mark><=|>=|[<>{}()\[\],])
      | (?P<name>[^\s()\[\]{},<>"']+)""",
    re.X,
)
FACETS = {">=": "minInclusive", ">": "minExclusive", "<=": "maxInclusive", "<": "maxExclusive",
          **{name: name for name in ("length", "minLength", "maxLength", "pattern", "langRange", "totalDigits",
                                     "fractionDigits")}}  # fmt: skip
QUANTIFIERS = {"some": "SomeValuesFrom", "only": "AllValuesFrom", "value": "HasValue", "min": "MinCardinality",
               "max": "MaxCardinality", "exactly": "ExactCardinality", "Self": "HasSelf"}  # fmt: skip
RESERVED = frozenset({*QUANTIFIERS, "and", "or", "not", "inverse", "that", "o"})


class Unreadable(LithographError):
    """What was typed is no axiom in Manchester syntax."""

    def __init__(self, problem: str, facts: str = "") -> None:
        cure = "Write it as Protégé shows it: Pump SubClassOf hasPart some Valve."
        super().__init__(CLAIM, problem, facts=facts, cure=cure)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its sort (a group of the pattern), itself, where it starts."""

    sort: str
    text: str
    place: int

    @property
    def word(self) -> str:
        """The token as a keyword; empty for what is quoted or a literal."""
        return self.text if self.sort in ("name", "mark") else ""


def tokens_of(text: str) -> list[Token]:
    out, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = _TOKEN.match(text, place)
        if found is None:
            raise Unreadable(f"a quotation mark at character {place + 1} is not closed", text[place : place + 20])
        out.append(Token(str(found.lastgroup), found[0], place))
        place = found.end()
    if not out:
        raise Unreadable("nothing is said")
    return out


class Reader:
    """A part of the line being read; keeps the place."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens, self.names, self.at = tokens, names, 0

    # ---- tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "", -1)

    def word(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].word if place < len(self.tokens) else ""

    def take(self) -> Token:
        token = self.next
        if token.sort == "end":
            raise Unreadable("it breaks off where more is due")
        self.at += 1
        return token

    def taken(self, word: str) -> bool:
        """Take the next token if it is this word."""
        found = self.word() == word
        self.at += found
        return found

    def expect(self, word: str) -> None:
        if not self.taken(word):
            raise Unreadable(f"{word!r} is due before {self.next.text!r}" if self.next.text else f"{word!r} is missing")

    def done(self) -> None:
        if self.next.sort != "end":
            raise Unreadable(f"{self.next.text!r} stands where the axiom is at its end")

    def name(self, wanted: str) -> Term:
        token = self.take()
        if token.sort == "label":
            return self.names.find(re.sub(r"\\(.)", r"\1", token.text[1:-1]), wanted)
        if token.sort not in ("name", "iri", "number") or token.word in RESERVED:
            raise Unreadable(f"{token.text!r} stands where a name is due")
        return self.names.find(token.text, wanted)

    def several(self, one: Callable[[], Expression]) -> list[Expression]:
        """Expressions with commas between."""
        out = [one()]
        while self.taken(","):
            out.append(one())
        return out

    # ---- properties, individuals, literals

    def relation(self, wanted: str = OBJECT + DATA) -> Expression:
        if self.taken("inverse"):
            inner = self.in_brackets(lambda: self.relation(OBJECT))
            return inner[1] if isinstance(inner, tuple) else ("ObjectInverseOf", inner)
        return self.name(wanted)

    def in_brackets(self, read: Callable[[], Expression]) -> Expression:
        """What is read, in brackets or bare."""
        if self.taken("("):
            inner = read()
            self.expect(")")
            return inner
        return read()

    def chain(self) -> Expression:
        links = [self.in_brackets(self.relation)]
        while self.taken("o"):
            links.append(self.in_brackets(self.relation))
        return links[0] if len(links) == 1 else ("ObjectPropertyChain", *links)

    def individual(self) -> Term:
        if self.word().startswith("_:"):
            return self.take().text
        return self.name(INDIVIDUAL)

    def literal(self) -> Term:
        token = self.take()
        if token.sort == "number":
            text = token.text
            floats = text[-1] in "fF" or "e" in text.lower()
            kind = "float" if floats else "decimal" if "." in text else "integer"
            return literal(text.rstrip("fF"), datatype=v.XSD + kind)
        if token.word in ("true", "false"):
            return literal(token.text, datatype=v.XSD + "boolean")
        if token.sort != "literal":
            raise Unreadable(f"{token.text!r} stands where a value is due", 'values: 5, 5.0, true, "text", "text"@en')
        end = token.text.rindex('"')
        lexical = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), token.text[1:end])
        suffix = token.text[end + 1 :]
        if suffix.startswith("@"):
            return literal(lexical, language=suffix[1:])
        return literal(lexical, datatype=self.names.find(suffix[2:], DATATYPE) if suffix else None)

    def is_literal_next(self) -> bool:
        return self.next.sort in ("literal", "number") or self.word() in ("true", "false")

    # ---- classes

    def description(self) -> Expression:
        """A class expression."""
        return self.joined("or", "ObjectUnionOf", lambda: self.joined("and", "ObjectIntersectionOf", self.primary))

    def joined(self, word: str, kind: str, one: Callable[[], Expression]) -> Expression:
        parts = [one()]
        while self.taken(word) or (word == "and" and self.taken("that")):
            parts.append(one())
        return parts[0] if len(parts) == 1 else (kind, *parts)

    def primary(self) -> Expression:
        if self.taken("not"):
            return ("ObjectComplementOf", self.primary())
        if self.taken("("):
            inner = self.description()
            self.expect(")")
            if isinstance(inner, tuple) and inner[0] == "ObjectInverseOf":
                return self.restriction(inner)
            return inner
        if self.taken("{"):
            members = self.several(self.individual)
            self.expect("}")
            return ("ObjectOneOf", *members)
        if self.word() == "inverse":
            inverse = self.relation()
            return inverse if self.word() == ")" else self.restriction(inverse)
        if self.word(1) in QUANTIFIERS:
            return self.restriction(self.relation())
        return self.name(CLASS)

    def restriction(self, relation: Expression) -> Expression:
        kind = QUANTIFIERS.get(self.word())
        if kind is None:
            raise Unreadable(f"one of {', '.join(QUANTIFIERS)} is due behind a relation")
        self.take()
        data = isinstance(relation, str) and self.names.is_a(relation, DATA) and (
            not self.names.is_a(relation, OBJECT) or self.is_literal_next()
        )  # fmt: skip
        sort = "Data" if data else "Object"
        if kind == "HasSelf":
            return ("ObjectHasSelf", relation)
        if kind == "HasValue":
            return (sort + kind, relation, self.literal() if data else self.individual())
        filler = self.data_primary if data else self.primary
        if not kind.endswith("Cardinality"):
            return (sort + kind, relation, filler())
        number = self.take()
        if not number.text.isdecimal():
            raise Unreadable(f"{number.text!r} stands where a number is due")
        said: tuple[Expression, ...] = (sort + kind, int(number.text), relation)
        if self.next.sort == "end" or self.word() in ("and", "or", ")", ",", "}", "that"):
            return said
        of = filler()
        return said if of in (v.THING, v.RDFS + "Literal") else (*said, of)

    # ---- data ranges

    def data_range(self) -> Expression:
        """A data range."""
        return self.joined("or", "DataUnionOf", lambda: self.joined("and", "DataIntersectionOf", self.data_primary))

    def data_primary(self) -> Expression:
        if self.taken("not"):
            return ("DataComplementOf", self.data_primary())
        if self.taken("("):
            inner = self.data_range()
            self.expect(")")
            return inner
        if self.taken("{"):
            members = self.several(self.literal)
            self.expect("}")
            return ("DataOneOf", *members)
        datatype = self.name(DATATYPE)
        if not self.taken("["):
            return datatype
        facets = [self.facet()]
        while self.taken(","):
            facets.append(self.facet())
        self.expect("]")
        return ("DatatypeRestriction", datatype, *(part for pair in sorted(set(facets)) for part in pair))

    def facet(self) -> tuple[Term, Term]:
        word = self.take().text
        if word not in FACETS:
            raise Unreadable(f"{word!r} stands where a facet is due", f"facets: {', '.join(FACETS)}")
        return (v.RDF if word == "langRange" else v.XSD) + FACETS[word], self.literal()

    # ---- what either side of an axiom can be

    def is_relation(self) -> bool:
        """Whether all of it is one property expression."""
        names = [t for t in self.tokens if t.sort in ("name", "label", "iri", "number") and t.word not in RESERVED]
        if len(names) != 1 or any(t.word in QUANTIFIERS or t.sort == "literal" for t in self.tokens):
            return False
        if any(t.word == "inverse" for t in self.tokens):
            return True
        start = self.at
        try:
            self.relation()
        except LithographError:
            return False
        finally:
            self.at = start
        token = names[0]
        text = token.text[1:-1] if token.sort == "label" else token.text
        return not any(self.names.is_a(iri, CLASS) for iri in self.names.meant(text))

    def is_datatype(self) -> bool:
        """Whether it is one name, of a datatype and of no class."""
        if len(self.tokens) != 1:
            return False
        text = self.next.text[1:-1] if self.next.sort == "label" else self.next.text
        found = self.names.meant(text)
        return bool(found) and all(self.names.is_a(i, DATATYPE) and not self.names.is_a(i, CLASS) for i in found)
