"""The restrictions of OWL 2 DL on an ontology as a whole (https://www.w3.org/TR/owl2-syntax/, sections 5.8 and 11).

Simple properties, a regular property hierarchy, datatypes, anonymous individuals, owl:topDataProperty, and which names
are declared as what. The facets of a datatype restriction and the forms of literals are not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Expression, Ontology, structural_string
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal_parts
from lithograph.reason.profiles.usage import (
    ANNOTATION,
    CLASS,
    DATA,
    DATATYPE,
    INDIVIDUAL,
    OBJECT,
    declared,
    is_logical,
    is_reserved,
    used,
)  # fmt: skip
from lithograph.reason.question import SUPPORTED_DATATYPES
from lithograph.reason.question import _datatypes as datatypes_in

Directed = tuple[Term, bool]
"""A property, and whether its inverse is meant."""

_SIMPLE_AXIOMS = frozenset({
    "FunctionalObjectProperty", "InverseFunctionalObjectProperty", "IrreflexiveObjectProperty",
    "AsymmetricObjectProperty", "DisjointObjectProperties",
})  # fmt: skip
_HIERARCHY = frozenset({
    "SubObjectPropertyOf", "EquivalentObjectProperties", "InverseObjectProperties", "SymmetricObjectProperty",
    "TransitiveObjectProperty",
})  # fmt: skip
_NAMED_ONLY = frozenset({
    "SameIndividual", "DifferentIndividuals", "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion",
})  # fmt: skip
KNOWN_DATATYPES = SUPPORTED_DATATYPES | {v.RDF + "langString"}
_TOP_DATA = v.OWL + "topDataProperty"


def departures(ontology: Ontology) -> dict[int, str]:
    """Rows that break a restriction -> by what."""
    out: dict[int, str] = {}
    schema = [(row, axiom) for row, axiom in _few(ontology)]
    composite = _composite(axiom for _, axiom in schema)
    defined = _defined(axiom for _, axiom in schema)
    for row, axiom in schema:
        reason = _not_simple(axiom, composite) or _anonymous(axiom) or _top_data(axiom) or _datatype(axiom, defined)
        if reason:
            out[row] = reason
    for row in _irregular(schema):
        out.setdefault(row, "property chains without a regular order")
    for row in _values(ontology, defined):
        out.setdefault(row, "datatype outside the OWL 2 datatype map")
    for row in _knotted(ontology):
        out.setdefault(row, "anonymous individuals that form no tree")
    return out


_PLAIN = frozenset({"SubClassOf", "ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion", "Declaration",
                    "DisjointClasses", "EquivalentClasses", *ANNOTATION_KINDS})  # fmt: skip
"""Kinds of atoms that none of the restrictions below speaks of, but for those that are looked at in columns."""


def _few(ontology: Ontology) -> Iterator[tuple[int, Axiom]]:
    """The logical compounds, and the atoms that a restriction may speak of."""
    plain = [i for i, kind in enumerate(ATOM_KINDS) if kind in _PLAIN]
    special = ~np.isin(ontology.atom_kinds, plain)
    top = ontology.terms.id(_TOP_DATA)
    if top >= 0:
        special |= (ontology.atoms == top).any(axis=1) & ~np.isin(ontology.atom_kinds, _unlogical())
    for row in np.flatnonzero(special).tolist():
        yield row, ontology.axiom(row)
    for i, axiom in enumerate(ontology.compounds):
        if is_logical(axiom):
            yield len(ontology.atoms) + i, axiom


def _unlogical() -> list[int]:
    return [i for i, kind in enumerate(ATOM_KINDS) if kind in ANNOTATION_KINDS or kind == "Declaration"]


# ------------------------------------------------------------ properties


def _directed(x: Expression) -> Directed:
    return (str(x[1]), True) if isinstance(x, tuple) else (str(x), False)


def _turned(p: Directed) -> Directed:
    return p[0], not p[1]


def _chain_of(axiom: Axiom) -> tuple[Expression, ...] | None:
    first = axiom.operands[0]
    if axiom.kind == "SubObjectPropertyOf" and isinstance(first, tuple) and first[0] == "ObjectPropertyChain":
        return first[1:]
    return None


def _above(axioms: Iterable[Axiom]) -> dict[Directed, set[Directed]]:
    """The property hierarchy, inverses with it: expression -> those directly above it."""
    above: dict[Directed, set[Directed]] = defaultdict(set)

    def say(one: Directed, other: Directed) -> None:
        above[one].add(other)
        above[_turned(one)].add(_turned(other))

    for axiom in axioms:
        if axiom.kind not in _HIERARCHY or _chain_of(axiom) is not None:
            continue
        ends = [_directed(x) for x in axiom.operands]
        if axiom.kind == "SubObjectPropertyOf":
            say(ends[0], ends[1])
        elif axiom.kind == "SymmetricObjectProperty":
            say(ends[0], _turned(ends[0]))
        elif axiom.kind == "InverseObjectProperties":
            say(ends[0], _turned(ends[1]))
            say(_turned(ends[1]), ends[0])
        elif axiom.kind == "EquivalentObjectProperties":
            for one, other in zip(ends, (*ends[1:], ends[0]), strict=True):
                say(one, other)
                say(other, one)
    return above


def _reached(above: dict[Directed, set[Directed]], starts: Iterable[Directed]) -> set[Directed]:
    seen = set(starts)
    todo = sorted(seen)
    while todo:
        fresh = above.get(todo.pop(), set()) - seen
        seen |= fresh
        todo += sorted(fresh)
    return seen


def _composite(axioms: Iterable[Axiom]) -> set[Term]:
    """The properties that are not simple: above a chain, a transitive, the top or the bottom property."""
    axioms = list(axioms)
    starts = [(v.OWL + name, False) for name in ("topObjectProperty", "bottomObjectProperty")]
    for axiom in axioms:
        chain = _chain_of(axiom)
        if chain is not None and len(chain) > 1:
            starts.append(_directed(axiom.operands[1]))
        elif axiom.kind == "TransitiveObjectProperty":
            starts.append(_directed(axiom.operands[0]))
    starts += [_turned(p) for p in starts]
    return {name for name, _ in _reached(_above(axioms), starts)}


def _not_simple(axiom: Axiom, composite: set[Term]) -> str:
    if axiom.kind in _SIMPLE_AXIOMS:
        wanted = [_directed(x)[0] for x in axiom.operands]
    else:
        wanted = [name for x in axiom.operands for name in _simple_in(x)]
    found = next((name for name in wanted if name in composite), "")
    return "a property that is not simple" if found else ""


def _simple_in(x: Expression) -> Iterator[Term]:
    """The properties that stand where simple ones are due."""
    if isinstance(x, tuple) and x:
        if x[0] == "ObjectHasSelf":
            yield _directed(x[1])[0]
        elif str(x[0]).startswith("Object") and str(x[0]).endswith("Cardinality"):
            yield _directed(x[2])[0]
        for part in x[1:]:
            yield from _simple_in(part)


def _irregular(schema: list[tuple[int, Axiom]]) -> list[int]:
    """Chain axioms whose demands on the order of properties lead back to themselves."""
    above = _above(axiom for _, axiom in schema)
    demands: dict[int, list[tuple[Term, Term]]] = {}
    for row, axiom in schema:
        chain = _chain_of(axiom)
        if chain is None or axiom.operands[1] == v.OWL + "topObjectProperty":
            continue
        links, whole = [_directed(x) for x in chain], _directed(axiom.operands[1])
        inner = links if links not in ([whole, whole],) else []
        if inner and inner[0] == whole:
            inner = inner[1:]
        elif inner and inner[-1] == whole:
            inner = inner[:-1]
        demands[row] = [(name, whole[0]) for name, _ in inner]
    smaller: dict[Term, set[Term]] = defaultdict(set)
    for pairs in demands.values():
        for one, other in pairs:
            smaller[one].add(other)
    names = {n: {m for m, _ in _reached(above, [(n, False), (n, True)])} for n in _closure_names(smaller)}
    greater = {n: _greater(smaller, n) for n in names}
    bad = {(a, b) for a, bs in greater.items() for b in bs if a == b or a in names.get(b, ())}
    return [row for row, pairs in demands.items() if any(_within(p, bad, greater) for p in pairs)]


def unranged_chains(ontology: Ontology) -> list[int]:
    """Chain axioms whose property has a range that their last link has not: what EL forbids as a whole (owl2-profiles,
    section 2.2.6), since a range and a chain together can say what EL cannot."""
    schema = list(_few(ontology))
    above = _above(axiom for _, axiom in schema)
    said: dict[Term, set[str]] = defaultdict(set)
    for row in np.flatnonzero(ontology.atom_kinds == ATOM_KINDS.index("ObjectPropertyRange")).tolist():
        schema.append((row, ontology.axiom(row)))
    for _, axiom in schema:
        if axiom.kind == "ObjectPropertyRange" and isinstance(axiom.operands[0], str):
            said[axiom.operands[0]].add(structural_string(axiom.operands[1]))

    def ranges(prop: Directed) -> set[str]:
        return {r for name, turned in _reached(above, [prop]) if not turned for r in said.get(name, ())}

    return sorted({row for row, axiom in schema if (chain := _chain_of(axiom)) is not None
                   and not ranges(_directed(axiom.operands[1])) <= ranges(_directed(chain[-1]))})  # fmt: skip


def _closure_names(smaller: dict[Term, set[Term]]) -> set[Term]:
    return set(smaller).union(*smaller.values()) if smaller else set()


def _greater(smaller: dict[Term, set[Term]], name: Term) -> set[Term]:
    seen: set[Term] = set()
    todo = [name]
    while todo:
        fresh = smaller.get(todo.pop(), set()) - seen
        seen |= fresh
        todo += sorted(fresh)
    return seen


def _within(pair: tuple[Term, Term], bad: set[tuple[Term, Term]], greater: dict[Term, set[Term]]) -> bool:
    """Whether a demand is a step on the way of a pair that cannot be ordered."""
    one, other = pair
    return any(
        (a == one or one in greater.get(a, ())) and (b == other or b in greater.get(other, ())) for a, b in bad
    )  # fmt: skip


# ------------------------------------------------------------ data and individuals


def _top_data(axiom: Axiom) -> str:
    """owl:topDataProperty may stand above another property alone."""
    o = axiom.operands[:1] if axiom.kind == "SubDataPropertyOf" else axiom.operands
    return "owl:topDataProperty" if any(_holds_name(x, _TOP_DATA) for x in o) else ""


def _holds_name(x: Expression, name: Term) -> bool:
    return any(_holds_name(part, name) for part in x[1:]) if isinstance(x, tuple) else x == name


def _defined(axioms: Iterable[Axiom]) -> set[Term]:
    """Datatypes with a definition of their own that leads, in the end, to those of OWL 2."""
    said = {str(a.operands[0]): a for a in axioms if a.kind == "DatatypeDefinition"}
    out: set[Term] = set()
    while True:
        fresh = {n for n, a in said.items() if n not in out and not is_reserved(n)
                 and set(datatypes_in((a.kind, *a.operands))) <= KNOWN_DATATYPES | out}  # fmt: skip
        if not fresh:
            return out
        out |= fresh


def _datatype(axiom: Axiom, defined: set[Term]) -> str:
    if axiom.kind == "DatatypeDefinition" and axiom.operands[0] not in defined:
        return "a datatype defined by itself, or built in"
    strange = sorted(set(datatypes_in((axiom.kind, *axiom.operands))) - KNOWN_DATATYPES - defined)
    return f"datatype {strange[0].replace(v.XSD, 'xsd:')}" if strange else ""


def _values(ontology: Ontology, defined: set[Term]) -> list[int]:
    """Atoms that assert a value of a datatype that OWL 2 does not have; datatypes of literals cannot be defined."""
    rows = np.flatnonzero(ontology.atom_kinds == ATOM_KINDS.index("DataPropertyAssertion"))
    objects, places = np.unique(ontology.atoms[rows, 2], return_inverse=True)
    strange = np.array([_strange(ontology.terms.texts[i], defined) for i in objects.tolist()], np.bool_)
    return [int(row) for row in rows[strange[places]]] if len(rows) else []


def _strange(text: Term, defined: set[Term]) -> bool:
    if text.endswith('"') or not is_literal(text):
        return False
    datatype = literal_parts(text)[2]
    return datatype is not None and datatype not in KNOWN_DATATYPES


def _anonymous(axiom: Axiom) -> str:
    if axiom.kind in _NAMED_ONLY and any(isinstance(x, str) and is_anonymous(x) for x in axiom.operands):
        return f"an anonymous individual in {axiom.kind}"
    found = next((head for x in axiom.operands for head in _nominals(x)), "")
    return f"an anonymous individual in {found}" if found else ""


def _nominals(x: Expression) -> Iterator[str]:
    if isinstance(x, tuple) and x:
        if x[0] in ("ObjectOneOf", "ObjectHasValue") and any(isinstance(p, str) and is_anonymous(p) for p in x[1:]):
            yield str(x[0])
        for part in x[1:]:
            yield from _nominals(part)


def _knotted(ontology: Ontology) -> list[int]:
    """Assertions between anonymous individuals that close a circle, double an edge, or give a tree a second tie to
    named individuals."""
    first, last, _ = ontology.terms.starting_with("_:").indices(len(ontology.terms))
    rows = np.flatnonzero(ontology.atom_kinds == ATOM_KINDS.index("ObjectPropertyAssertion"))
    inside = [(ontology.atoms[rows, c] >= first) & (ontology.atoms[rows, c] < last) for c in (0, 2)]
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.get(x, x) != x:
            x = parent[x]
        return x

    out: list[int] = []
    for row in rows[inside[0] & inside[1]].tolist():
        one, other = root(int(ontology.atoms[row, 0])), root(int(ontology.atoms[row, 2]))
        if one == other:
            out.append(row)
        parent[one] = other
    ties: dict[int, int] = {}
    for row in rows[inside[0] ^ inside[1]].tolist():
        s, o = (int(ontology.atoms[row, c]) for c in (0, 2))
        node = s if first <= s < last else o
        if ties.setdefault(root(node), node) != node:
            out.append(row)
    return sorted(out)


# ------------------------------------------------------------ names

_USABLE = KNOWN_DATATYPES | {v.THING, v.NOTHING} | {
    f"{v.OWL}{end}{sort}Property" for end in ("top", "bottom") for sort in ("Object", "Data")
}  # fmt: skip
"""Reserved names that logical axioms may use."""

_TYPED = (
    (CLASS, "class"),
    (DATATYPE, "datatype"),
    (OBJECT, "object property"),
    (DATA, "data property"),
    (ANNOTATION, "annotation property"),
)


def undeclared(ontology: Ontology) -> tuple[dict[Term, str], bool]:
    """(names that the typing constraints of DL do not allow -> the reason, whether any name is two kinds of thing)."""
    flags, said = used(ontology), declared(ontology)
    texts = ontology.terms.texts
    out: dict[Term, str] = {}
    every = flags | said
    both = [(CLASS | DATATYPE, "a class and a datatype"), (OBJECT | DATA, "an object and a data property"),
            (OBJECT | ANNOTATION, "an object and an annotation property"),
            (DATA | ANNOTATION, "a data and an annotation property")]  # fmt: skip
    for mask, reason in both:
        for i in np.flatnonzero((every & mask) == mask).tolist():
            out.setdefault(texts[i], reason)
    for mask, sort in _TYPED:
        for i in np.flatnonzero((flags & ~said & mask) != 0).tolist():
            if not is_reserved(texts[i]) and not is_anonymous(texts[i]):
                out.setdefault(texts[i], f"{'an' if sort[0] in 'ao' else 'a'} {sort} that is not declared")
    for prefix in (v.OWL, v.RDF, v.RDFS, v.XSD):
        place = ontology.terms.starting_with(prefix)
        for i in range(*place.indices(len(texts))):
            if flags[i] & ~np.uint8(ANNOTATION) and texts[i] not in _USABLE:
                out[texts[i]] = "a name that is reserved"
    kinds = [(every & mask) != 0 for mask in (CLASS | DATATYPE, OBJECT | DATA | ANNOTATION, INDIVIDUAL)]
    punned = bool((kinds[0].astype(np.uint8) + kinds[1] + kinds[2] > 1).any())
    return dict(sorted(out.items())), punned
