"""Interned RDF terms. Knows nothing about axioms.

A term is one string. Its first character says what it is:

    http://ex.org/Pump            an IRI, bare
    "pump"@en  "3"^^http://…int   a literal: quoted lexical form (N-Triples escapes), then @lang or ^^datatype IRI
    _:x                           an anonymous individual, under a name that does not depend on the file's order
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Term = str


def is_literal(term: Term) -> bool:
    """Whether a term is a literal."""
    return term.startswith('"')


def is_anonymous(term: Term) -> bool:
    """Whether a term is an anonymous individual."""
    return term.startswith("_:")


def is_iri(term: Term) -> bool:
    """Whether a term is an IRI."""
    return not term.startswith(('"', "_:"))


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"}


def literal(lexical: str, *, language: str | None = None, datatype: str | None = None) -> Term:
    """The term of a literal; a plain literal carries no datatype (xsd:string is left out).

    >>> literal('a "pump"', language="en")
    '"a \\\\"pump\\\\""@en'
    """
    text = "".join(_ESCAPES.get(c, c) for c in lexical) if any(c in lexical for c in _ESCAPES) else lexical
    if language:
        return f'"{text}"@{language.lower()}'
    if datatype and datatype != "http://www.w3.org/2001/XMLSchema#string":
        return f'"{text}"^^{datatype}'
    return f'"{text}"'


def literal_parts(term: Term) -> tuple[str, str | None, str | None]:
    """(lexical form, language or None, datatype IRI or None) of a literal term.

    >>> literal_parts(literal("3", datatype="http://www.w3.org/2001/XMLSchema#int"))
    ('3', None, 'http://www.w3.org/2001/XMLSchema#int')
    """
    end = term.rindex('"')
    text, suffix = term[1:end], term[end + 1 :]
    if "\\" in text:
        out, escaped = [], False
        for c in text:
            if escaped:
                out.append(_UNESCAPES[c])
                escaped = False
            elif c == "\\":
                escaped = True
            else:
                out.append(c)
        text = "".join(out)
    if suffix.startswith("@"):
        return text, suffix[1:], None
    return text, None, suffix[2:] or None


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms in sorted order; a term's id is its place. Sorted, so that ids do not depend on the file's order.

    `texts[id]` is the term, `ids[term]` its id.
    """

    texts: Sequence[Term]
    ids: dict[Term, int]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Terms:
        """Intern a set of terms."""
        return cls.merged(sorted(set(terms)), [])

    @classmethod
    def merged(cls, one: Sequence[Term], other: Sequence[Term]) -> Terms:
        """The terms of two sorted sequences that share none: long runs cost a sort next to nothing."""
        texts = sorted([*one, *other]) if other else one
        return cls(texts, dict(zip(texts, range(len(texts)), strict=True)))

    def starting_with(self, prefix: str) -> slice:
        """The ids of the terms with a prefix."""
        low = bisect_left(self.texts, prefix)
        return slice(low, bisect_left(self.texts, prefix + chr(0x10FFFF), low))

    def __len__(self) -> int:
        return len(self.texts)

    def id(self, term: Term) -> int:
        """The id of a term, −1 where it does not occur."""
        return self.ids.get(term, -1)
