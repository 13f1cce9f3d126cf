"""RDF graphs to structural axioms: OWL 2 Mapping to RDF Graphs, section 3. Knows nothing about files.

Every triple is classified at once, in columns. Triples between named terms become atoms as they stand; those that
touch an expression or carry annotations are translated one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.core.vocabulary import OWL, RDF, RDFS, SWRL
from lithograph.ontology.axioms import ATOM_KINDS, Axiom, Expression, structural_string
from lithograph.ontology.classify import classified
from lithograph.ontology.expressions import FACETS, STRUCTURE, Malformed, Reader, Said
from lithograph.ontology.kinds import Flags
from lithograph.ontology.rdf import Graph, Rows
from lithograph.ontology.terms import Term, is_anonymous, is_literal

KIND_INDEX = {kind: i for i, kind in enumerate(ATOM_KINDS)}
Annotations = tuple[tuple[Term, Term], ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """What one file says: atoms over `texts`, and the other axioms. Anonymous individuals keep the file's names.

    passed_over: axioms that could not be read, `kind of subject: reason`. rules: SWRL rules seen.
    blank: bool[number of texts], anonymous individuals.
    """

    texts: list[Term]
    atoms: Rows
    atom_kinds: NDArray[np.uint8]
    axioms: list[Axiom] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    rules: int = 0
    blank: NDArray[np.bool_] | None = None


def statements_of(graph: Graph, flags: Flags, headers: frozenset[Term]) -> Statements:
    """The axioms of a graph; `headers` are its ontology IRIs, whose annotations are no axioms."""
    structural = _structural(graph)
    reader = _reader(graph, flags, structural)
    notes = _annotations(graph, reader)
    rows, annotated = _rows_with_annotated(graph, notes)
    head = np.zeros(len(graph.texts), np.bool_)
    head[[graph.ids[h] for h in headers if h in graph.ids]] = True
    atoms, kinds = [], []
    axioms: list[Axiom] = []
    passed_over: list[str] = []
    for kind, chosen in classified(graph, rows, flags, structural, head):
        slow = structural[rows[chosen, 0]] | structural[rows[chosen, 2]] | annotated[chosen]
        if kind not in KIND_INDEX:
            slow[:] = True
        fast = chosen[~slow]
        atoms.append(rows[fast])
        kinds.append(np.full(len(fast), KIND_INDEX.get(kind, 0), np.uint8))
        for row in chosen[slow].tolist():
            s, p, o = (graph.texts[i] for i in rows[row].tolist())
            try:
                axiom = BUILDERS[kind](reader, kind, s, p, o)
            except Malformed as error:
                about = "an anonymous node" if is_anonymous(s) else f"<{s}>"
                passed_over.append(f"{kind} of {about}: {error}")
                continue
            axioms.extend(_with_notes(axiom, notes.get((s, p, o), ())))
    _read_nodes(graph, reader, axioms, passed_over)
    passed_over += _nodes_unread(graph)
    types = graph.of(RDF + "type")
    rules = np.unique(types[types[:, 2] == graph.ids.get(SWRL + "Imp", -1), 0])
    return Statements(
        graph.texts,
        np.concatenate(atoms) if atoms else rows[:0],
        np.concatenate(kinds) if kinds else np.zeros(0, np.uint8),
        axioms,
        sorted(passed_over),
        len(rules),
        graph.blank,
    )


def _with_notes(axiom: Axiom, notes: tuple[Annotations, ...] | list[Annotations]) -> Iterator[Axiom]:
    if not notes:
        yield axiom
    for note in sorted(set(notes)):
        yield Axiom(axiom.kind, axiom.operands, note)


STRUCTURAL_TYPES = (
    *(OWL + n for n in (
        "Class", "Restriction", "SelfRestriction", "DataRange", "Axiom", "Annotation", "AllDifferent",
        "AllDisjointClasses", "AllDisjointProperties", "NegativePropertyAssertion", "NegativeDataPropertyAssertion",
        "NegativeObjectPropertyAssertion", "Ontology", "ObjectProperty",
    )),
    RDFS + "Class", RDFS + "Datatype", RDF + "List",
    *(SWRL + n for n in (
        "AtomList", "Builtin", "BuiltinAtom", "ClassAtom", "DataRangeAtom", "DatavaluedPropertyAtom",
        "DifferentIndividualsAtom", "Imp", "IndividualPropertyAtom", "SameIndividualAtom", "Variable",
    )),
)  # fmt: skip
"""Types that make a blank node a piece of syntax."""


def _structural(graph: Graph) -> NDArray[np.bool_]:
    """bool[number of terms]: blank nodes that are expressions, lists or reified axioms, not individuals."""
    out = np.zeros(len(graph.texts), np.bool_)
    out[graph.of(*sorted(STRUCTURE))[:, 0]] = True
    types = graph.of(RDF + "type")
    out[types[np.isin(types[:, 2], [graph.ids[t] for t in STRUCTURAL_TYPES if t in graph.ids]), 0]] = True
    rest = graph.of(RDF + "rest")
    out[rest[:, 2]] = True
    out[graph.of(*sorted(FACETS))[:, 0]] = True
    return out & graph.blank


def _reader(graph: Graph, flags: Flags, structural: NDArray[np.bool_]) -> Reader:
    about: dict[Term, dict[Term, list[Term]]] = defaultdict(dict)
    texts = graph.texts
    for s, p, o in graph.rows[structural[graph.rows[:, 0]]].tolist():
        about[texts[s]].setdefault(texts[p], []).append(texts[o])
    ids = graph.ids
    return Reader(about, lambda term: int(flags[ids[term]]) if term in ids else 0)


def _annotations(graph: Graph, reader: Reader) -> dict[tuple[Term, Term, Term], list[Annotations]]:
    """Triple to the annotations on it, one set for each reification."""
    out: dict[tuple[Term, Term, Term], list[Annotations]] = defaultdict(list)
    types = graph.of(RDF + "type")
    for s in sorted(set(types[types[:, 2] == graph.ids.get(OWL + "Axiom", -1), 0].tolist())):
        node = graph.texts[s]
        said = reader.about.get(node) or _said(graph, s)
        source, prop, target = (_one(said, *names) for names in _REIFIED)
        if source and prop and target:
            out[source, prop, target].append(_notes(said))
    return out


_REIFIED = tuple(
    (OWL + "annotated" + new, RDF + old)
    for new, old in (("Source", "subject"), ("Property", "predicate"), ("Target", "object"))
)
"""What a reified axiom is about: the predicates of OWL 2, and of OWL 1."""


_NO_NOTES = STRUCTURE | {RDF + n for n in ("type", "subject", "predicate", "object")}


def _one(said: Said, *predicates: Term) -> Term | None:
    """The object for the first of the predicates that is there."""
    return next((min(said[p]) for p in predicates if p in said), None)


def _said(graph: Graph, subject: int) -> Said:
    said: dict[Term, list[Term]] = {}
    for _, p, o in graph.rows[graph.rows[:, 0] == subject].tolist():
        said.setdefault(graph.texts[p], []).append(graph.texts[o])
    return said


def _notes(said: Said) -> Annotations:
    """The annotations on a reified axiom or a node such as owl:AllDisjointClasses."""
    notes = ((p, o) for p, objects in said.items() if p not in _NO_NOTES for o in objects)
    return tuple(sorted(notes))


def _rows_with_annotated(
    graph: Graph, notes: dict[tuple[Term, Term, Term], list[Annotations]]
) -> tuple[Rows, NDArray[np.bool_]]:
    """The triples with those that are only reified added, and which of them carry annotations."""
    if not notes:
        return graph.rows, np.zeros(len(graph.rows), np.bool_)
    reified = np.array([[graph.ids[t] for t in triple] for triple in notes], np.int32)
    rows = np.unique(np.concatenate([graph.rows, reified]), axis=0)
    wanted = {tuple(r) for r in reified.tolist()}
    candidates = np.isin(rows[:, 0], reified[:, 0])
    annotated = np.zeros(len(rows), np.bool_)
    for i in np.flatnonzero(candidates).tolist():
        annotated[i] = tuple(rows[i].tolist()) in wanted
    return rows, annotated


def _classes(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.class_expression(s), reader.class_expression(o)))


def _class_assertion(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.class_expression(o), reader.individual(s)))


def _assertion(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (p, s, o))


def _individuals(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.individual(s), reader.individual(o)))


def _properties(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.property_expression(s), reader.property_expression(o)))


def _sub_property(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    said = reader.about.get(s, {})
    head = reader.one(s, OWL + "propertyChain") or (s if RDF + "first" in said else None)
    if head is None:
        return _properties(reader, kind, s, p, o)
    return _chain(reader, kind, o, p, head)


def _chain(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    links = [reader.property_expression(i) for i in reader.items(o)]
    return Axiom("SubObjectPropertyOf", (("ObjectPropertyChain", *links), reader.property_expression(s)))


def _domain(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.property_expression(s), reader.class_expression(o)))


def _data_range(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (s, reader.data_range(o)))


def _unary(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (reader.property_expression(s),))


_ENTITY = {
    OWL + "Class": "Class",
    RDFS + "Class": "Class",
    RDFS + "Datatype": "Datatype",
    OWL + "ObjectProperty": "ObjectProperty",
    OWL + "DatatypeProperty": "DataProperty",
    OWL + "AnnotationProperty": "AnnotationProperty",
    OWL + "NamedIndividual": "NamedIndividual",
}


def _declaration(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, ((_ENTITY[o], s),))


def _definition(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    """A named class that is itself the subject of owl:unionOf and the like (OWL 1): an equivalence."""
    name = p.removeprefix(OWL)
    if name == "complementOf":
        return Axiom("EquivalentClasses", (s, ("ObjectComplementOf", reader.class_expression(o))))
    if name == "oneOf":
        return Axiom("EquivalentClasses", (s, ("ObjectOneOf", *map(reader.individual, reader.items(o)))))
    operands = [reader.class_expression(i) for i in reader.items(o)]
    boolean = "ObjectIntersectionOf" if name == "intersectionOf" else "ObjectUnionOf"
    return Axiom("EquivalentClasses", (s, (boolean, *operands) if len(operands) > 1 else operands[0]))


def _disjoint_union(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    return Axiom(kind, (s, *sorted_operands([reader.class_expression(i) for i in reader.items(o)])))


def _key(reader: Reader, kind: str, s: Term, p: Term, o: Term) -> Axiom:
    properties = reader.items(o)
    data = sorted(q for q in properties if not reader.is_object_property(q))
    objects = sorted_operands([reader.property_expression(q) for q in properties if reader.is_object_property(q)])
    return key_axiom(reader.class_expression(s), objects, data)


def key_axiom(of: Expression, objects: list[Expression], data: list[Term]) -> Axiom:
    """HasKey(class (object properties) (data properties)), both sorted."""
    return Axiom("HasKey", (of, ("", *objects), ("", *data)))


def sorted_operands(operands: list[Expression]) -> list[Expression]:
    """Operands of a set-like place that `axioms` does not sort itself, sorted and distinct."""
    return [e for _, e in sorted({structural_string(e): e for e in operands}.items())]


Builder = Callable[[Reader, str, Term, Term, Term], Axiom]
BUILDERS: dict[str, Builder] = {
    "Declaration": _declaration,
    "SubClassOf": _classes,
    "EquivalentClasses": _classes,
    "DisjointClasses": _classes,
    "ClassAssertion": _class_assertion,
    "ObjectPropertyAssertion": _assertion,
    "DataPropertyAssertion": _assertion,
    "AnnotationAssertion": _assertion,
    "SubObjectPropertyOf": _sub_property,
    "SubDataPropertyOf": _properties,
    "SubAnnotationPropertyOf": _properties,
    "EquivalentObjectProperties": _properties,
    "EquivalentDataProperties": _properties,
    "DisjointObjectProperties": _properties,
    "DisjointDataProperties": _properties,
    "InverseObjectProperties": _properties,
    "ObjectPropertyDomain": _domain,
    "ObjectPropertyRange": _domain,
    "DataPropertyDomain": _domain,
    "DataPropertyRange": _data_range,
    "AnnotationPropertyDomain": _individuals,
    "AnnotationPropertyRange": _individuals,
    "SameIndividual": _individuals,
    "DifferentIndividuals": _individuals,
    "DatatypeDefinition": _data_range,
    "ObjectPropertyChain": _chain,
    "HasKey": _key,
    "DisjointUnion": _disjoint_union,
    "Definition": _definition,
    **{k: _unary for k in ATOM_KINDS if k.endswith("ObjectProperty") or k == "FunctionalDataProperty"},
}
"""How the axiom of a classified triple is built."""


def _read_nodes(graph: Graph, reader: Reader, axioms: list[Axiom], passed_over: list[str]) -> None:
    """Axioms that are nodes: AllDisjoint…, AllDifferent, negative assertions."""
    types = graph.of(RDF + "type")
    for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent", *_NEGATIVE):
        kind = graph.ids.get(OWL + name, -1)
        for s in sorted(set(types[types[:, 2] == kind, 0].tolist())):
            node = graph.texts[s]
            said = reader.about.get(node) or _said(graph, s)
            try:
                made = _negative(said) if name in _NEGATIVE else _all(reader, name, said)
            except Malformed as error:
                passed_over.append(f"{name}: {error}")
                continue
            if made is not None:
                axioms.append(Axiom(made.kind, made.operands, _notes(said)))


def _nodes_unread(graph: Graph) -> list[str]:
    """Nodes that OWL 2 Full alone reads: restrictions with an IRI, negative assertions without their type."""
    on = graph.of(OWL + "onProperty", OWL + "onProperties")[:, 0]
    named = np.unique(on[~graph.blank[on]])
    types = graph.of(RDF + "type")
    typed = types[np.isin(types[:, 2], [graph.ids.get(OWL + name, -1) for name in _NEGATIVE]), 0]
    denials = np.setdiff1d(graph.of(OWL + "sourceIndividual")[:, 0], typed)
    return [f"Restriction <{graph.texts[i]}>: a restriction has no name" for i in named.tolist()] + [
        "NegativePropertyAssertion: it is not said to be one" for _ in denials.tolist()]  # fmt: skip


_NEGATIVE = ("NegativePropertyAssertion", "NegativeDataPropertyAssertion", "NegativeObjectPropertyAssertion")


def _all(reader: Reader, name: str, said: Said) -> Axiom | None:
    head = min(said.get(OWL + "members", said.get(OWL + "distinctMembers", [])), default=None)
    if head is None:
        return None
    items = reader.items(head)
    if name == "AllDifferent":
        return Axiom("DifferentIndividuals", tuple(map(reader.individual, items)))
    if name == "AllDisjointClasses":
        return Axiom("DisjointClasses", tuple(map(reader.class_expression, items)))
    if items and all(reader.is_data_property(i) for i in items):
        return Axiom("DisjointDataProperties", tuple(items))
    return Axiom("DisjointObjectProperties", tuple(map(reader.property_expression, items)))


def _negative(said: Said) -> Axiom | None:
    source = _one(said, OWL + "sourceIndividual", *_REIFIED[0])
    prop = _one(said, OWL + "assertionProperty", *_REIFIED[1])
    target = _one(said, OWL + "targetIndividual", OWL + "targetValue", *_REIFIED[2])
    if source is None or prop is None or target is None:
        return None
    kind = "NegativeDataPropertyAssertion" if is_literal(target) else "NegativeObjectPropertyAssertion"
    return Axiom(kind, (prop, source, target))
