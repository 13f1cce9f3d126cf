"""Axioms to claims: the ontology projected to its claim graph. Knows nothing about reasoning or text.

What each OWL construct becomes stands in docs/reference/claims.md; what becomes no claim is counted by construct.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ATOM_KINDS, Ontology
from lithograph.ontology.constructs import (
    CHARACTERISTICS,
    DEFINITION,
    DEFINITION_PROPERTIES,
    DESCRIPTION,
    EMPTY_DEFINITION,
    QUANTIFIER_OF,
    RELATION_OF_KIND,
    SYNONYM,
    SYNONYM_PROPERTIES,
    Best,
    Claim,
    best_definitions,
    claims_of,
    describing,
    language_of,
    says_something,
)
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier
from lithograph.ontology.terms import Term, Terms, is_literal

_INDIVIDUAL_KINDS = frozenset({
    "ClassAssertion", "ObjectPropertyAssertion", "DataPropertyAssertion", "SameIndividual", "DifferentIndividuals",
})  # fmt: skip
RESTRICTIONS = frozenset(QUANTIFIER_OF.values())
_DECLARED_KIND = {
    "Class": Kind.CLASS, "Datatype": Kind.DATATYPE, "ObjectProperty": Kind.OBJECT_PROPERTY,
    "DataProperty": Kind.DATA_PROPERTY, "AnnotationProperty": Kind.ANNOTATION_PROPERTY,
    "NamedIndividual": Kind.INDIVIDUAL,
}  # fmt: skip

VOCABULARY = tuple(sorted({
    *RELATION_OF_KIND.values(), *CHARACTERISTICS.values(), DEFINITION, DESCRIPTION, SYNONYM, v.THING, v.NOTHING,
    v.RDFS + "Literal",
    *(v.LITHO + name for name in ("increases", "decreases", "causes", "hasPart", "partOf", "analogousTo", "symbolises",
                                  "resolves", "resolvedBy", "opposes", "relatedTo")),
}))  # fmt: skip
"""IRIs that claims can need although no file mentions them."""

SCENE_CLASSES = frozenset(v.LITHO + name for name in ("Scene", "Role", "Coupling"))


def project(ontology: Ontology) -> ClaimGraph:
    """The claim graph of an ontology.

    Claims are sorted by (subject, relation, object, quantifier, negated, number) and are unique; each names the
    first axiom row that says it. Left out and counted in `unprojected`: constructs that no claim can carry, and
    what says nothing about the world (owl:Thing as a superclass, the vocabulary's own axioms, scene declarations).
    """
    unprojected: Counter[str] = Counter()
    best = best_definitions(_definitions(ontology))
    compound: list[tuple[int, Claim]] = []
    for i, axiom in enumerate(ontology.compounds):
        row = len(ontology.atoms) + i
        compound.extend((row, claim) for claim in claims_of(axiom, unprojected, best))
    extra = {t for _, c in compound for t in (c.subject, c.relation, c.object)}
    ontology = with_terms(ontology, [*VOCABULARY, *extra])
    columns = _concatenate(_atom_columns(ontology, unprojected, best), _compound_columns(ontology, compound))
    kinds = _kinds(ontology, columns)
    for row, claim in compound:
        if claim.quantifier in RESTRICTIONS:
            asserted = ontology.compounds[row - len(ontology.atoms)].kind == "ClassAssertion"
            kinds[ontology.terms.id(claim.subject)] |= np.uint16(Kind.INDIVIDUAL if asserted else Kind.CLASS)
    columns = _about_the_world(ontology, kinds, columns, unprojected)
    narrower = _narrower(ontology, columns)
    sign = np.zeros(len(columns["subject"]), np.int8)
    for name, value in (("increases", 1), ("decreases", -1)):
        sign[np.isin(columns["relation"], narrower[ontology.terms.id(v.LITHO + name)])] = value
    n = len(sign)
    return ClaimGraph(
        ontology=ontology, subject=columns["subject"], relation=columns["relation"], object=columns["object"],
        quantifier=columns["quantifier"].astype(np.uint8), negated=columns["negated"].astype(bool), sign=sign,
        number=columns["number"], truth=np.zeros(n, np.uint8), axiom=columns["axiom"], rule=np.zeros(n, np.uint8),
        premises=np.full((n, 3), -1, np.int32), depth=np.zeros(n, np.int16), kinds=kinds, narrower=narrower,
        unprojected={construct: n for construct, n in sorted(unprojected.items()) if n},
    )  # fmt: skip


def with_terms(ontology: Ontology, more: list[Term]) -> Ontology:
    """The same ontology with further terms interned; atoms are renumbered, their order stays."""
    fresh = set(more) - ontology.terms.ids.keys()
    if not fresh:
        return ontology
    terms = Terms.merged(ontology.terms.texts, sorted(fresh))
    place = np.arange(len(ontology.terms), dtype=np.int32)
    for term in fresh:
        place[bisect_left(ontology.terms.texts, term) :] += 1
    return replace(ontology, terms=terms, atoms=place[ontology.atoms] if len(ontology.atoms) else ontology.atoms)


Columns = dict[str, Ints]
_NAMES = ("subject", "relation", "object", "quantifier", "negated", "number", "axiom")


def _atom_columns(ontology: Ontology, unprojected: Counter[str], best: Best) -> Columns:
    """Claims of the atoms, vectorised by kind."""
    parts: list[list[Ints]] = []
    ids = ontology.terms.ids
    for index, kind in enumerate(ATOM_KINDS):
        rows = np.flatnonzero(ontology.atom_kinds == index).astype(np.int32)
        if not len(rows) or kind == "Declaration":
            continue
        s, p, o = ontology.atoms[rows].T
        if kind in RELATION_OF_KIND:
            p = np.full(len(rows), ids[RELATION_OF_KIND[kind]], np.int32)
        elif kind in CHARACTERISTICS:
            p = np.full(len(rows), ids[v.TYPE], np.int32)
            o = np.full(len(rows), ids[CHARACTERISTICS[kind]], np.int32)
        elif kind == "AnnotationAssertion":
            s, p, o, rows = _described(ontology, (s, p, o, rows), unprojected, best)
        elif kind not in _INDIVIDUAL_KINDS:
            unprojected[kind] += len(rows)
            continue
        quantifier = Quantifier.INDIVIDUAL if kind in _INDIVIDUAL_KINDS else Quantifier.SCHEMA
        if kind == "AnnotationAssertion":
            quantifier = Quantifier.ANNOTATION
        zero = np.zeros(len(rows), np.int32)
        parts.append([s, p, o, np.full(len(rows), quantifier, np.int32), zero, zero, rows])
    if not parts:
        return {name: np.empty(0, np.int32) for name in _NAMES}
    return {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(_NAMES)}


def _described(
    ontology: Ontology, atoms: tuple[Ints, Ints, Ints, Ints], unprojected: Counter[str], best: Best
) -> tuple[Ints, Ints, Ints, Ints]:
    """Definitions (of one subject and language only those of the best property) and synonyms."""
    ids, texts = ontology.terms.ids, ontology.terms.texts
    defining = {ids[iri] for iri in DEFINITION_PROPERTIES if iri in ids}
    synonyms = {ids[iri] for iri in SYNONYM_PROPERTIES if iri in ids}
    wanted = np.isin(atoms[1], np.array(sorted(defining | synonyms), np.int32))
    unprojected["annotation that is no definition or synonym"] += int((~wanted).sum())
    out: list[tuple[int, int, int, int]] = []
    for subject, predicate, value, row in zip(*(c[wanted].tolist() for c in atoms), strict=True):
        if not is_literal(texts[value]):
            unprojected["annotation that is no text"] += 1
        elif predicate in synonyms:
            out.append((subject, ids[SYNONYM], value, row))
        elif not says_something(texts[value]):
            unprojected[EMPTY_DEFINITION] += 1
        elif texts[predicate] == best[texts[subject], language_of(texts[value])]:
            out.append((subject, ids[describing(texts[predicate])], value, row))
        else:
            unprojected["comment beside a better definition"] += 1
    array = np.array(out, np.int32).reshape(-1, 4)
    return array[:, 0], array[:, 1], array[:, 2], array[:, 3]


def _definitions(ontology: Ontology) -> Iterator[tuple[Term, Term, Term]]:
    """Every statement that may define a term, bare or annotated: subject, property, value."""
    texts = ontology.terms.texts
    defining = np.array([ontology.terms.id(iri) for iri in DEFINITION_PROPERTIES], np.int32)
    for s, p, o in ontology.atoms[np.isin(ontology.atoms[:, 1], defining)].tolist():
        yield texts[s], texts[p], texts[o]
    for axiom in ontology.compounds:
        if axiom.kind == "AnnotationAssertion":
            relation, subject, value = (str(e) for e in axiom.operands)
            yield subject, relation, value


def _compound_columns(ontology: Ontology, compound: list[tuple[int, Claim]]) -> Columns:
    ids = ontology.terms.ids
    table = [
        (ids[c.subject], ids[c.relation], ids[c.object], int(c.quantifier), int(c.negated), c.number, row)
        for row, c in compound
    ]
    array = np.array(table, np.int32).reshape(-1, len(_NAMES))
    return {name: array[:, i] for i, name in enumerate(_NAMES)}


def _concatenate(a: Columns, b: Columns) -> Columns:
    """Both, sorted and unique by everything but the axiom; the lowest axiom row stays."""
    both = {name: np.concatenate((a[name], b[name])) for name in _NAMES}
    order = np.lexsort([both[name] for name in reversed(_NAMES)])
    both = {name: c[order] for name, c in both.items()}
    if len(order):
        fresh = np.zeros(len(order), bool)
        fresh[0] = True
        for name in _NAMES[:-1]:
            fresh[1:] |= both[name][1:] != both[name][:-1]
        both = {name: np.ascontiguousarray(c[fresh]) for name, c in both.items()}
    return both


def _about_the_world(
    ontology: Ontology, kinds: NDArray[np.uint16], columns: Columns, unprojected: Counter[str]
) -> Columns:
    """Without owl:Thing as an object, the vocabulary's own axioms and the declarations of scenes.

    Nor what restricts an individual that is a class too: it would be read as said of the class.
    """
    ids = ontology.terms.ids
    scenes = [ids[c] for c in SCENE_CLASSES if c in ids]
    typed = (columns["relation"] == ids[v.TYPE]) & np.isin(columns["object"], scenes)
    declared = np.unique(columns["subject"][typed])
    trivial = columns["object"] == ids[v.THING]
    trivial &= (columns["quantifier"] == Quantifier.SCHEMA) | (columns["relation"] == ids[v.TYPE])
    schema = np.isin(columns["relation"], [ids[r] for r in (v.SUBPROPERTY_OF, v.INVERSE_OF, v.TYPE)])
    own = within(ontology, columns["subject"], v.LITHO)
    own &= ~(schema & (columns["quantifier"] == Quantifier.SCHEMA))
    if _brings_prov(ontology):
        own |= within(ontology, columns["subject"], v.PROV)
    asserting = np.array([a.kind == "ClassAssertion" for a in ontology.compounds], bool)
    compound = columns["axiom"] - len(ontology.atoms)
    punned = compound >= 0
    punned[punned] &= asserting[compound[punned]]
    punned &= (columns["quantifier"] != Quantifier.INDIVIDUAL) & ((kinds[columns["subject"]] & Kind.CLASS) > 0)
    machinery = np.isin(columns["subject"], declared) | np.isin(columns["object"], declared)
    for name, mask in (("owl:Thing as a superclass", trivial), ("axiom of the vocabulary itself", own & ~trivial),
                       ("declaration of a scene", machinery & ~own & ~trivial),
                       ("restriction of an individual that is a class too", punned & ~(machinery | own | trivial)),
                       ):  # fmt: skip
        if mask.any():
            unprojected[name] += int(mask.sum())
    keep = ~(trivial | own | machinery | punned)
    return {name: c[keep] for name, c in columns.items()}


def within(ontology: Ontology, terms: Ints, namespace: str) -> NDArray[np.bool_]:
    """Which terms are IRIs of a namespace."""
    inside = ontology.terms.starting_with(namespace)
    return np.asarray((terms >= inside.start) & (terms < inside.stop))


def _brings_prov(ontology: Ontology) -> bool:
    """Whether what is said of PROV's terms comes with the vocabulary, PROV-O itself being no part of the ontology."""
    iris = [source.iri or "" for source in ontology.sources]
    return any(iri + "#" == v.LITHO for iri in iris) and not any(iri.startswith(v.PROV.rstrip("#")) for iri in iris)


def _narrower(ontology: Ontology, columns: Columns) -> dict[int, Ints]:
    """Relation -> itself and all its sub-properties, by sub-property and equivalence claims."""
    ids = ontology.terms.ids
    below: dict[int, set[int]] = {}
    for relation, both in ((v.SUBPROPERTY_OF, False), (v.EQUIVALENT_PROPERTY, True)):
        rows = columns["relation"] == ids[relation]
        for s, o in zip(columns["subject"][rows].tolist(), columns["object"][rows].tolist(), strict=True):
            below.setdefault(o, set()).add(s)
            if both:
                below.setdefault(s, set()).add(o)
    out: dict[int, Ints] = {}
    for top in {*below, *(ids[r] for r in VOCABULARY)}:
        seen, todo = {top}, [top]
        while todo:
            fresh = below.get(todo.pop(), set()) - seen
            seen |= fresh
            todo.extend(fresh)
        out[top] = np.array(sorted(seen), np.int32)
    return out


def _kinds(ontology: Ontology, columns: Columns) -> NDArray[np.uint16]:
    """What each term is used as: by declaration and by its place in claims."""
    ids, texts = ontology.terms.ids, ontology.terms.texts
    kinds = np.zeros(len(texts), np.uint16)
    kinds[ontology.terms.starting_with('"')] |= np.uint16(Kind.LITERAL)
    kinds[ontology.terms.starting_with("_:")] |= np.uint16(Kind.ANONYMOUS)
    declared = ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("Declaration")]
    for name, kind in _DECLARED_KIND.items():
        kinds[declared[declared[:, 2] == ids.get(_declaration_iri(name), -1), 0]] |= np.uint16(kind)
    for axiom in ontology.compounds:
        if axiom.kind == "Declaration" and isinstance(axiom.operands[0], tuple):
            declared_as, term = axiom.operands[0]
            kinds[ids[str(term)]] |= np.uint16(_DECLARED_KIND[str(declared_as)])
    s, r, o, q = (columns[n] for n in ("subject", "relation", "object", "quantifier"))
    classes = np.isin(r, [ids[i] for i in (v.SUBCLASS_OF, v.EQUIVALENT_CLASS, v.DISJOINT_WITH)])
    kinds[s[classes]] |= np.uint16(Kind.CLASS)
    kinds[o[classes]] |= np.uint16(Kind.CLASS)
    of_class = np.isin(q, [Quantifier.SOME, Quantifier.ONLY, Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY])
    kinds[o[of_class & ~(kinds[o] & Kind.DATATYPE).astype(bool)]] |= np.uint16(Kind.CLASS)
    typed = (r == ids[v.TYPE]) & (q == Quantifier.INDIVIDUAL)
    kinds[s[q == Quantifier.INDIVIDUAL]] |= np.uint16(Kind.INDIVIDUAL)
    kinds[o[typed]] |= np.uint16(Kind.CLASS)
    facts = (q == Quantifier.INDIVIDUAL) & ~typed
    values = facts | (q == Quantifier.VALUE)
    kinds[o[values & ~(kinds[o] & Kind.LITERAL).astype(bool)]] |= np.uint16(Kind.INDIVIDUAL)
    deprecated = ontology.atoms[ontology.atoms[:, 1] == ids.get(v.DEPRECATED, -1)]
    true = [i for i in np.unique(deprecated[:, 2]).tolist() if texts[i].startswith(('"true"', '"1"'))]
    kinds[deprecated[np.isin(deprecated[:, 2], true), 0]] |= np.uint16(Kind.DEPRECATED)
    return kinds


def _declaration_iri(name: str) -> str:
    if name == "Datatype":
        return v.RDFS + name
    return v.OWL + ("DatatypeProperty" if name == "DataProperty" else name)
