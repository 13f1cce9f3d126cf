"""RDF bytes to integer columns. Knows nothing about OWL, imports or repairs.

The parser is pyoxigraph; JSON-LD contexts are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import attrgetter

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from lithograph.core.vocabulary import XSD
from lithograph.ontology.ntriples import read_canonical
from lithograph.ontology.synonyms import renewed
from lithograph.ontology.terms import Term, literal

Rows = NDArray[np.int32]

FORMATS: dict[str, ox.RdfFormat] = {
    "RDF/XML": ox.RdfFormat.RDF_XML,
    "Turtle": ox.RdfFormat.TURTLE,
    "N-Triples": ox.RdfFormat.N_TRIPLES,
    "N-Quads": ox.RdfFormat.N_QUADS,
    "TriG": ox.RdfFormat.TRIG,
    "N3": ox.RdfFormat.N3,
    "JSON-LD": ox.RdfFormat.JSON_LD,
}
"""The RDF syntaxes, by the names that `sniff` gives them."""


@dataclass(frozen=True)
class Graph:
    """The distinct triples of one file; the graphs of a dataset are merged.

    texts: terms, in the order of first mention; blank nodes under the file's own labels.
    rows: int32[n, 3], ids into `texts`. dropped: triples that no OWL axiom can hold (RDF 1.2 triple terms).
    regular: whether every IRI is known to be one.
    """

    texts: list[Term]
    rows: Rows
    prefixes: dict[str, str]
    dropped: int = 0
    regular: bool = False

    @cached_property
    def ids(self) -> dict[Term, int]:
        """Term to id."""
        return dict(zip(self.texts, range(len(self.texts)), strict=True))

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """bool[number of terms]: blank nodes."""
        return np.fromiter((t.startswith("_:") for t in self.texts), np.bool_, len(self.texts))

    @cached_property
    def literal(self) -> NDArray[np.bool_]:
        """bool[number of terms]: literals."""
        return np.fromiter((t.startswith('"') for t in self.texts), np.bool_, len(self.texts))

    @cached_property
    def _groups(self) -> dict[int, Rows]:
        predicates = self.rows[:, 1]
        if not len(predicates):
            return {}
        order = np.argsort(predicates, kind="stable")
        names, starts = np.unique(predicates[order], return_index=True)
        return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))

    @property
    def predicates(self) -> list[int]:
        """The ids of the predicates."""
        return list(self._groups)

    def of(self, *predicates: Term) -> Rows:
        """The triples with one of these predicates: int32[m, 3]."""
        found = [self._groups[i] for p in predicates if (i := self.ids.get(p, -1)) in self._groups]
        return self.rows[np.concatenate(found)] if found else self.rows[:0]


_SPO = attrgetter("subject", "predicate", "object")
_IRREGULAR = re.compile(r"""(?m)^(?:.*[\x00-\x09\x0b-\x20<>"{}|^`\\].*|.*#.*#.*|(?![A-Za-z][A-Za-z0-9+.-]*:).*)$""")


def irregular_iris(graph: Graph) -> list[Term]:
    """IRIs that RFC 3987 does not allow: relative ones, two fragments, spaces, brackets, quotation marks."""
    if graph.regular:
        return []
    iris = "\n".join(t for t in graph.texts if not t.startswith(('"', "_:")))
    return _IRREGULAR.findall(iris) if iris else []


class _Ids(dict[object, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, key: object) -> int:
        self[key] = number = len(self)
        return number


_STRING = XSD + "string"
_SPECIAL = re.compile(r'[\\"\n\r\t]').search


def _term(node: object) -> Term | None:
    """The term of a parsed node, None where there is none (triple terms, the default graph)."""
    if isinstance(node, ox.NamedNode):
        return node.value
    if isinstance(node, ox.Literal):
        value, language = node.value, node.language
        if language is not None:
            return literal(value, language=language)
        datatype = node.datatype.value
        return f'"{value}"' if datatype == _STRING and not _SPECIAL(value) else literal(value, datatype=datatype)
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else None


def parse(data: bytes, syntax: str, *, base: str | None = None, strict: bool = False) -> Graph:
    """Parse a file's bytes. Raises SyntaxError as pyoxigraph does, with the line where there is one.

    Only when strict does the parser look at the characters of IRIs at every mention, which costs a third of the time;
    `irregular_iris` looks once at each.
    """
    canonical = read_canonical(data) if syntax == "N-Triples" else None
    if canonical is not None:
        return replace(graph_of(renewed(canonical[0]), canonical[1], {}), regular=True)
    parser = ox.parse(input=data, format=FORMATS[syntax], base_iri=base, lenient=not strict)
    ids = _Ids()
    flat = np.fromiter(map(ids.__getitem__, chain.from_iterable(map(_SPO, parser))), np.int32)
    rows = flat.reshape(-1, 3)
    prefixes = dict(sorted(parser.prefixes.items()))
    terms = [_term(node) for node in ids]
    del ids
    return graph_of(renewed(terms), rows, prefixes)


def graph_of(terms: Iterable[Term | None], rows: Rows, prefixes: dict[str, str]) -> Graph:
    """A graph from terms (None: not sayable in OWL) and triples over them, both possibly with repetitions."""
    given = list(terms)
    places = dict.fromkeys(given)
    if len(places) < len(given) or None in places:
        places = {t: i for i, t in enumerate(places)}
        rows = np.array([places[t] for t in given], np.int32)[rows]
    texts = [t or "" for t in places]
    dropped = 0
    if None in places:
        usable = ~(rows == list(places).index(None)).any(axis=1)
        dropped = int(len(rows) - usable.sum())
        rows = rows[usable]
    return Graph(texts, distinct(rows, len(texts)), prefixes, dropped)


def distinct(rows: Rows, terms: int) -> Rows:
    """The distinct rows of int32[n, 3], sorted; `terms` is an upper bound of the ids."""
    if not len(rows):
        return rows
    bits = max(1, int(terms).bit_length())
    if bits > 21:
        return np.unique(rows, axis=0)
    key = rows[:, 0].astype(np.int64)
    for column in (1, 2):
        key <<= bits
        key |= rows[:, column]
    key = np.sort(key)
    keep = np.empty(len(key), np.bool_)
    keep[0] = True
    np.not_equal(key[1:], key[:-1], out=keep[1:])
    key = key[keep]
    out = np.empty((len(key), 3), np.int32)
    mask = (1 << bits) - 1
    for column in (2, 1, 0):
        out[:, column] = key & mask
        key >>= bits
    return out
