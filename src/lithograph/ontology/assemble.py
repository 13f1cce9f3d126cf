"""What the files say, put together as one `Ontology`: terms interned and sorted, atoms in columns.

Knows nothing about syntaxes. Nothing here depends on the order of the files' triples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core.vocabulary import (
    DIFFERENT_FROM,
    DISJOINT_WITH,
    DOMAIN,
    EQUIVALENT_CLASS,
    EQUIVALENT_PROPERTY,
    INVERSE_OF,
    OWL,
    PROPERTY_DISJOINT_WITH,
    RANGE,
    RDFS,
    SAME_AS,
    SUBCLASS_OF,
    SUBPROPERTY_OF,
    TYPE,
)
from lithograph.ontology.anonymous import anonymous_in, renamed, stable_names
from lithograph.ontology.axioms import ATOM_KINDS, SYMMETRIC_KINDS, Axiom, Expression, atom_axiom, structural_string
from lithograph.ontology.mapping import KIND_INDEX, Statements
from lithograph.ontology.rdf import Rows
from lithograph.ontology.terms import Term, Terms

PREDICATES: dict[str, Term] = {
    "SubClassOf": SUBCLASS_OF,
    "EquivalentClasses": EQUIVALENT_CLASS,
    "DisjointClasses": DISJOINT_WITH,
    "SubObjectPropertyOf": SUBPROPERTY_OF,
    "SubDataPropertyOf": SUBPROPERTY_OF,
    "SubAnnotationPropertyOf": SUBPROPERTY_OF,
    "EquivalentObjectProperties": EQUIVALENT_PROPERTY,
    "EquivalentDataProperties": EQUIVALENT_PROPERTY,
    "DisjointObjectProperties": PROPERTY_DISJOINT_WITH,
    "DisjointDataProperties": PROPERTY_DISJOINT_WITH,
    "InverseObjectProperties": INVERSE_OF,
    "ObjectPropertyDomain": DOMAIN,
    "DataPropertyDomain": DOMAIN,
    "AnnotationPropertyDomain": DOMAIN,
    "ObjectPropertyRange": RANGE,
    "DataPropertyRange": RANGE,
    "AnnotationPropertyRange": RANGE,
    "SameIndividual": SAME_AS,
    "DifferentIndividuals": DIFFERENT_FROM,
}
"""Kind of a binary atom to its predicate."""

ENTITY_TYPES: dict[str, Term] = {
    "Class": OWL + "Class",
    "Datatype": RDFS + "Datatype",
    "ObjectProperty": OWL + "ObjectProperty",
    "DataProperty": OWL + "DatatypeProperty",
    "AnnotationProperty": OWL + "AnnotationProperty",
    "NamedIndividual": OWL + "NamedIndividual",
}

CHARACTERISTIC_TYPES: dict[str, Term] = {
    "FunctionalObjectProperty": OWL + "FunctionalProperty",
    "FunctionalDataProperty": OWL + "FunctionalProperty",
    "InverseFunctionalObjectProperty": OWL + "InverseFunctionalProperty",
    "TransitiveObjectProperty": OWL + "TransitiveProperty",
    "SymmetricObjectProperty": OWL + "SymmetricProperty",
    "AsymmetricObjectProperty": OWL + "AsymmetricProperty",
    "ReflexiveObjectProperty": OWL + "ReflexiveProperty",
    "IrreflexiveObjectProperty": OWL + "IrreflexiveProperty",
}


def atom_of(axiom: Axiom) -> tuple[Term, Term, Term] | None:
    """The (subject, predicate, object) of an axiom that is an atom, None for a compound."""
    kind, operands = axiom.kind, axiom.operands
    if axiom.annotations:
        return None
    if kind == "Declaration":
        entity = operands[0]
        return (str(entity[1]), TYPE, ENTITY_TYPES[str(entity[0])]) if isinstance(entity, tuple) else None
    plain = [e for e in operands if isinstance(e, str)]
    if len(plain) != len(operands):
        return None
    if kind in ("ObjectPropertyAssertion", "DataPropertyAssertion", "AnnotationAssertion"):
        return plain[1], plain[0], plain[2]
    if kind == "ClassAssertion":
        return plain[1], TYPE, plain[0]
    if kind in CHARACTERISTIC_TYPES:
        return plain[0], TYPE, CHARACTERISTIC_TYPES[kind]
    if kind in SYMMETRIC_KINDS:
        plain = sorted(set(plain)) if len(set(plain)) > 1 else plain[:2]
    if kind in PREDICATES and len(plain) == 2:
        return plain[0], PREDICATES[kind], plain[1]
    return None


@dataclass(frozen=True, slots=True)
class Columns:
    """Terms, atoms and compounds as an `Ontology` holds them; and the axioms that stood bare and annotated."""

    terms: Terms
    atoms: Rows
    atom_kinds: NDArray[np.uint8]
    compounds: tuple[Axiom, ...]
    kept_once: tuple[str, ...]


def columns_of(files: Sequence[Statements]) -> Columns:
    """Merge what the files say."""
    tables: list[tuple[Sequence[Term], Rows, NDArray[np.uint8]]] = []
    axioms: list[Axiom] = []
    for said in files:
        table, own = _with_stable_names(said)
        tables.append(table)
        axioms.extend(own)
    compounds: list[Axiom] = []
    small: list[tuple[Term, Term, Term]] = []
    small_kinds: list[int] = []
    for axiom in axioms:
        triple = atom_of(axiom)
        if triple is None:
            compounds.append(axiom)
        else:
            small.append(triple)
            small_kinds.append(KIND_INDEX[axiom.kind])
    tables.append(_table(small, small_kinds))
    terms, atoms, kinds = _interned(tables, compounds)
    atoms, kinds = _ordered(atoms, kinds, terms)
    atoms, kinds = _without_annotated(terms, atoms, kinds, compounds)
    unique = {(a.text, a.annotations): a for a in map(_in_order, compounds)}
    annotated = {text for text, notes in unique if notes}
    kept = tuple(unique[k] for k in sorted(unique) if k[1] or k[0] not in annotated)
    return Columns(terms, atoms, kinds, kept, tuple(sorted(t for said in files for t in _twice(said))))


def _twice(said: Statements) -> set[str]:
    """Axioms that a document writes bare and annotated. In RDF the bare triple belongs to the annotated axiom."""
    if said.texts or not any(a.annotations for a in said.axioms):
        return set()
    annotated = {a.text for a in said.axioms if a.annotations}
    return annotated & {a.text for a in said.axioms if not a.annotations}


def _in_order(axiom: Axiom) -> Axiom:
    """The axiom with set-like operands in the order of their structural strings."""
    _, *operands = _sorted((axiom.kind, *axiom.operands))
    return Axiom(axiom.kind, tuple(operands), axiom.annotations)


def _sorted(expression: tuple[Expression, ...]) -> tuple[Expression, ...]:
    head, *rest = (_sorted(e) if isinstance(e, tuple) else e for e in expression)
    return (head, *sorted(rest, key=structural_string)) if head in SYMMETRIC_KINDS else (head, *rest)


def _with_stable_names(
    said: Statements,
) -> tuple[tuple[Sequence[Term], Rows, NDArray[np.uint8]], list[Axiom]]:
    """The file's table and axioms with anonymous individuals under stable names."""
    texts = said.texts
    blank = said.blank
    touched = np.zeros(len(said.atoms), np.bool_)
    if blank is not None and blank.any():
        touched = blank[said.atoms[:, 0]] | blank[said.atoms[:, 2]]
    mention = [a for a in said.axioms if anonymous_in(a)] if said.axioms else []
    if not touched.any() and not mention:
        return (texts, said.atoms, said.atom_kinds), said.axioms
    atoms = [
        atom_axiom(ATOM_KINDS[k], *(texts[i] for i in row))
        for k, row in zip(said.atom_kinds[touched].tolist(), said.atoms[touched].tolist(), strict=True)
    ]
    names = stable_names([*atoms, *mention])
    table = ([names.get(t, t) for t in texts], said.atoms, said.atom_kinds)
    return table, [renamed(a, names) if anonymous_in(a) else a for a in said.axioms]


def _table(triples: list[tuple[Term, Term, Term]], kinds: list[int]) -> tuple[Sequence[Term], Rows, NDArray[np.uint8]]:
    texts: dict[Term, int] = {}
    rows = [[texts.setdefault(t, len(texts)) for t in triple] for triple in triples]
    return list(texts), np.array(rows, np.int32).reshape(-1, 3), np.array(kinds, np.uint8)


def _interned(
    tables: Sequence[tuple[Sequence[Term], Rows, NDArray[np.uint8]]], compounds: Sequence[Axiom]
) -> tuple[Terms, Rows, NDArray[np.uint8]]:
    """One set of sorted terms for all tables; only terms that an axiom mentions."""
    tables = [table for table in tables if len(table[1])] or tables[:1]
    if len(tables) == 1 and not compounds:
        return _interned_alone(*tables[0])
    used: list[list[Term]] = []
    for texts, rows, _ in tables:
        mask = np.zeros(len(texts), np.bool_)
        mask[rows.ravel()] = True
        used.append(list(texts) if mask.all() else [t for t, m in zip(texts, mask.tolist(), strict=True) if m])
    largest = max(range(len(used)), key=lambda i: len(used[i]))
    told = set(used[largest])
    more = set(_terms_of(e for a in compounds for e in (*a.operands, *(x for n in a.annotations for x in n))))
    more.update(t for i, terms in enumerate(used) if i != largest for t in terms)
    terms = Terms.merged(sorted(told), sorted(more - told))
    moved = []
    for texts, rows, _ in tables:
        place = np.array([terms.ids.get(t, -1) for t in texts], np.int32)
        moved.append(place[rows])
    return terms, np.concatenate(moved), np.concatenate([kinds for _, _, kinds in tables])


def _interned_alone(
    texts: Sequence[Term], rows: Rows, kinds: NDArray[np.uint8]
) -> tuple[Terms, Rows, NDArray[np.uint8]]:
    """The same for one large table and nothing beside it."""
    mask = np.zeros(len(texts), np.bool_)
    mask[rows.ravel()] = True
    order = sorted(np.flatnonzero(mask).tolist(), key=texts.__getitem__)
    place = np.full(len(texts), -1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    ordered = [texts[i] for i in order]
    return Terms(ordered, dict(zip(ordered, range(len(ordered)), strict=True))), place[rows], kinds


def _terms_of(expressions: Iterable[Expression]) -> Iterable[Term]:
    for e in expressions:
        if isinstance(e, tuple):
            yield from _terms_of(e[1:])
        elif isinstance(e, str):
            yield e


_SYMMETRIC = np.array([k in SYMMETRIC_KINDS for k in ATOM_KINDS])


def _ordered(atoms: Rows, kinds: NDArray[np.uint8], terms: Terms) -> tuple[Rows, NDArray[np.uint8]]:
    """Distinct atoms sorted by (s, p, o, kind), symmetric ones with the smaller term first."""
    turn = _SYMMETRIC[kinds] & (atoms[:, 0] > atoms[:, 2])
    if turn.any():
        atoms[turn] = atoms[turn][:, ::-1]
    declared = kinds == KIND_INDEX["Declaration"]
    legacy = terms.id(RDFS + "Class")
    if legacy >= 0 and terms.id(OWL + "Class") >= 0:
        atoms[declared & (atoms[:, 2] == legacy), 2] = terms.id(OWL + "Class")
    bits = max(1, len(terms).bit_length())
    if 3 * bits + 5 > 63:
        order = np.lexsort((kinds, atoms[:, 2], atoms[:, 1], atoms[:, 0]))
        atoms, kinds = atoms[order], kinds[order]
        fresh = np.ones(len(atoms), np.bool_)
        fresh[1:] = (atoms[1:] != atoms[:-1]).any(axis=1) | (kinds[1:] != kinds[:-1])
        return atoms[fresh], kinds[fresh]
    key = atoms[:, 0].astype(np.int64)
    for column in (1, 2):
        key = (key << bits) | atoms[:, column]
    key = np.sort((key << 5) | kinds)
    fresh = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    key = key[fresh]
    kinds = (key & 31).astype(np.uint8)
    key >>= 5
    out = np.empty((len(key), 3), np.int32)
    for column in (2, 1, 0):
        out[:, column] = key & ((1 << bits) - 1)
        key >>= bits
    return out, kinds


def _without_annotated(
    terms: Terms, atoms: Rows, kinds: NDArray[np.uint8], compounds: Sequence[Axiom]
) -> tuple[Rows, NDArray[np.uint8]]:
    """Drop atoms that also stand, with annotations, among the compounds."""
    twins: set[tuple[int, ...]] = set()
    for axiom in compounds:
        if axiom.annotations and (triple := atom_of(Axiom(axiom.kind, axiom.operands))):
            twins.add((*(terms.id(t) for t in triple), KIND_INDEX[axiom.kind]))
    if not twins:
        return atoms, kinds
    suspects = np.flatnonzero(np.isin(atoms[:, 0], sorted({t[0] for t in twins})))
    drop = [i for i in suspects.tolist() if (*atoms[i].tolist(), int(kinds[i])) in twins]
    keep = np.ones(len(atoms), np.bool_)
    keep[drop] = False
    return atoms[keep], kinds[keep]
