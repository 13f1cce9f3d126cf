"""Axioms and their identity. Knows nothing about files or syntaxes.

An expression is a term (see `terms`) or a tuple in the functional-style syntax of OWL 2
(https://www.w3.org/TR/owl2-syntax/): `("ObjectSomeValuesFrom", property, filler)`.
Most axioms of a large ontology are *atoms*: subject, predicate, object, all of them terms. They are kept as
int32 columns; only *compound* axioms (restrictions, n-ary, annotated, chains, keys …) are values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lithograph.core.identity import sha256_hex, urn
from lithograph.ontology.terms import Term, Terms, is_anonymous, is_literal, literal_parts

Expression = Term | int | tuple["Expression", ...]  # int: a cardinality

SYMMETRIC_KINDS = frozenset({
    "EquivalentClasses", "DisjointClasses", "EquivalentObjectProperties", "DisjointObjectProperties",
    "EquivalentDataProperties", "DisjointDataProperties", "SameIndividual", "DifferentIndividuals",
    "InverseObjectProperties", "ObjectIntersectionOf", "ObjectUnionOf", "ObjectOneOf", "DataIntersectionOf",
    "DataUnionOf", "DataOneOf",
})  # fmt: skip
"""Kinds whose operands are a set: sorted in the structural string."""

ANNOTATION_KINDS = frozenset({
    "AnnotationAssertion", "SubAnnotationPropertyOf", "AnnotationPropertyDomain", "AnnotationPropertyRange",
})  # fmt: skip
"""Axioms that say nothing logical. Declarations are neither."""


def structural_string(expression: Expression) -> str:
    """The functional-style text of an expression: full IRIs, set-like operands sorted, chains in order."""
    if isinstance(expression, int):
        return str(expression)
    if isinstance(expression, tuple):
        head, *rest = expression
        parts = [structural_string(e) for e in rest]
        if head in SYMMETRIC_KINDS:
            parts = sorted(set(parts))
        return f"{head}({' '.join(parts)})"
    if is_literal(expression):
        _, _, datatype = literal_parts(expression)
        return expression.removesuffix(datatype) + f"<{datatype}>" if datatype else expression
    return expression if is_anonymous(expression) else f"<{expression}>"


@dataclass(frozen=True, slots=True)
class Axiom:
    """One OWL 2 axiom: kind (functional-style name), operands, annotations (property, value)."""

    kind: str
    operands: tuple[Expression, ...]
    annotations: tuple[tuple[Term, Term], ...] = ()

    @property
    def text(self) -> str:
        """The structural string, annotations left out."""
        return structural_string((self.kind, *self.operands))

    @property
    def id(self) -> str:
        """`urn:litho:axiom:{sha256}` of the structural string without annotations."""
        return urn("axiom", self.text)

    @property
    def annotated_id(self) -> str:
        """The same with annotations: moves when only an annotation on the axiom is edited."""
        notes = sorted(f"{p} {v}" for p, v in self.annotations)
        return urn("annotated-axiom", "\n".join([self.text, *notes]))


def in_order(expression: Expression) -> Expression:
    """An expression with set-like operands sorted as in its structural string: the same whatever the file's order."""
    if not isinstance(expression, tuple):
        return expression
    head, *rest = expression
    parts = [in_order(e) for e in rest]
    if head in SYMMETRIC_KINDS:
        parts = sorted(dict.fromkeys(parts), key=structural_string)
    return (head, *parts)


def axiom_in_order(axiom: Axiom) -> Axiom:
    """An axiom with its set-like operands sorted, in it and in its expressions; without annotations."""
    operands = tuple(in_order(operand) for operand in axiom.operands)
    if axiom.kind in SYMMETRIC_KINDS:
        operands = tuple(sorted(operands, key=structural_string))
    return Axiom(axiom.kind, operands)


ATOM_KINDS: tuple[str, ...] = (
    "AnnotationAssertion", "Declaration", "SubClassOf", "EquivalentClasses", "DisjointClasses", "ClassAssertion",
    "ObjectPropertyAssertion", "DataPropertyAssertion", "SubObjectPropertyOf", "SubDataPropertyOf",
    "SubAnnotationPropertyOf", "EquivalentObjectProperties", "EquivalentDataProperties", "DisjointObjectProperties",
    "DisjointDataProperties", "InverseObjectProperties", "ObjectPropertyDomain", "ObjectPropertyRange",
    "DataPropertyDomain", "DataPropertyRange", "AnnotationPropertyDomain", "AnnotationPropertyRange",
    "FunctionalObjectProperty", "InverseFunctionalObjectProperty", "TransitiveObjectProperty",
    "SymmetricObjectProperty", "AsymmetricObjectProperty", "ReflexiveObjectProperty", "IrreflexiveObjectProperty",
    "FunctionalDataProperty", "SameIndividual", "DifferentIndividuals",
)  # fmt: skip
"""Kinds an atom can have; `Ontology.atom_kinds` holds indices into this tuple."""

_UNARY = frozenset(k for k in ATOM_KINDS if k.endswith("ObjectProperty") or k == "FunctionalDataProperty")
_DECLARED = {
    "http://www.w3.org/2002/07/owl#Class": "Class",
    "http://www.w3.org/2000/01/rdf-schema#Datatype": "Datatype",
    "http://www.w3.org/2002/07/owl#ObjectProperty": "ObjectProperty",
    "http://www.w3.org/2002/07/owl#DatatypeProperty": "DataProperty",
    "http://www.w3.org/2002/07/owl#AnnotationProperty": "AnnotationProperty",
    "http://www.w3.org/2002/07/owl#NamedIndividual": "NamedIndividual",
}


def atom_axiom(kind: str, s: Term, p: Term, o: Term) -> Axiom:
    """The axiom that an atom of a kind stands for (OWL 2 mapping from RDF graphs, section 3.2.5)."""
    if kind == "Declaration":
        return Axiom(kind, ((_DECLARED.get(o, "Class"), s),))
    if kind == "ClassAssertion":
        return Axiom(kind, (o, s))
    if kind in ("ObjectPropertyAssertion", "DataPropertyAssertion", "AnnotationAssertion"):
        return Axiom(kind, (p, s, o))
    return Axiom(kind, (s,) if kind in _UNARY else (s, o))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the imports closure: where it lies, what it holds, under which licence."""

    path: Path
    iri: str | None
    version_iri: str | None
    syntax: str
    sha256: str
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Forgiven:
    """What the loader mended or passed over, and where."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Ontology:
    """An ontology with its imports, as columns.

    Axiom rows: `0 … len(atoms)-1` are atoms, then the compounds. Atoms are sorted by (s, p, o), compounds by
    structural string, terms by text, so that nothing depends on the order or syntax of the files.

    atoms: int32[n, 3] term ids of subject, predicate, object; atom_kinds: uint8[n] index into ATOM_KINDS.
    compounds: the other axioms. sources: the files, the root first. missing_imports: IRIs found nowhere.
    own_axioms / triples: logical-axiom and triple count of the *root file alone* (for the referee's table).
    """

    iri: str | None
    version_iri: str | None
    terms: Terms
    atoms: NDArray[np.int32]
    atom_kinds: NDArray[np.uint8]
    compounds: tuple[Axiom, ...]
    prefixes: dict[str, str]
    sources: tuple[SourceFile, ...]
    missing_imports: tuple[str, ...] = ()
    forgiven: tuple[Forgiven, ...] = ()
    rules: int = 0  # SWRL rules seen: counted, not projected
    _cache: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.atoms) + len(self.compounds)

    def axiom(self, row: int) -> Axiom:
        """The axiom at a row."""
        if row >= len(self.atoms):
            return self.compounds[row - len(self.atoms)]
        s, p, o = (self.terms.texts[i] for i in self.atoms[row].tolist())
        return atom_axiom(ATOM_KINDS[self.atom_kinds[row]], s, p, o)

    def axiom_ids(self) -> list[str]:
        """The ids of all axioms, in row order; computed once."""
        ids = self._cache.get("ids")
        if not isinstance(ids, list):
            ids = [urn("axiom", text) for text in self.axiom_texts()]
            self._cache["ids"] = ids
        return ids

    def axiom_texts(self) -> list[str]:
        """The structural strings of all axioms, in row order; those of atoms by column, not axiom by axiom."""
        texts = [structural_string(term) for term in self.terms.texts]
        out: list[str] = [""] * len(self.atoms)
        for index, kind in enumerate(ATOM_KINDS):
            rows = np.flatnonzero(self.atom_kinds == index).tolist()
            triples = self.atoms[rows].tolist()
            if kind in ("Declaration", *SYMMETRIC_KINDS) or kind in _UNARY:
                for row in rows:
                    out[row] = self.axiom(row).text
            elif kind == "ClassAssertion":
                for row, (s, _, o) in zip(rows, triples, strict=True):
                    out[row] = f"ClassAssertion({texts[o]} {texts[s]})"
            elif kind.endswith("Assertion"):
                for row, (s, p, o) in zip(rows, triples, strict=True):
                    out[row] = f"{kind}({texts[p]} {texts[s]} {texts[o]})"
            else:
                for row, (s, _, o) in zip(rows, triples, strict=True):
                    out[row] = f"{kind}({texts[s]} {texts[o]})"
        return out + [axiom.text for axiom in self.compounds]

    @property
    def version(self) -> str:
        """Hex hash of the sorted axiom ids and the imports that were not found: what `owl:versionIRI` promises."""
        version = self._cache.get("version")
        if not isinstance(version, str):
            version = sha256_hex("\n".join(sorted(set(self.axiom_ids())) + sorted(self.missing_imports)))
            self._cache["version"] = version
        return version

    @property
    def id(self) -> str:
        """`urn:litho:ontology:{version}`."""
        return f"urn:litho:ontology:{self.version}"
