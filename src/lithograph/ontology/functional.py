"""An ontology as one OWL 2 functional-style document (https://www.w3.org/TR/owl2-syntax/). Knows nothing about files.

The document stands alone: full IRIs, the imports' axioms beside the root's, one axiom a line in row order. The same
axioms give the same text. SWRL rules are not kept in an `Ontology` and so are not written.
"""

from __future__ import annotations

from collections.abc import Iterable

from lithograph.ontology.axioms import ATOM_KINDS, SYMMETRIC_KINDS, Axiom, Expression, Ontology
from lithograph.ontology.terms import Term, is_anonymous, is_literal, literal_parts

SKOLEM = "urn:litho:anonymous:"
"""What an anonymous individual's name starts with where it is written as a named one."""


def expression_text(expression: Expression, *, skolem: bool = False) -> str:
    """An expression in functional-style syntax; `skolem` writes anonymous individuals as named ones.

    A tuple whose head is empty is a bare list, as HasKey has two of.

    >>> expression_text(("ObjectMinCardinality", 2, "http://ex.org/hasPart"))
    'ObjectMinCardinality(2 <http://ex.org/hasPart>)'
    """
    if isinstance(expression, int):
        return str(expression)
    if isinstance(expression, tuple):
        head, *rest = expression
        parts = [expression_text(e, skolem=skolem) for e in rest]
        if head in SYMMETRIC_KINDS:
            parts = sorted(set(parts)) if len(set(parts)) > 1 else parts
        return f"{head}({' '.join(parts)})"
    return term_text(expression, skolem=skolem)


def term_text(term: Term, *, skolem: bool = False) -> str:
    """A term in functional-style syntax, where a literal escapes only quotes and backslashes.

    >>> term_text('"a\\\\n\\\\"b\\\\""@en') == '"a' + chr(10) + '\\\\"b\\\\""@en'
    True
    """
    if is_literal(term):
        lexical, language, datatype = literal_parts(term)
        quoted = '"' + lexical.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return quoted + (f"@{language}" if language else f"^^<{datatype}>" if datatype else "")
    if is_anonymous(term):
        return f"<{SKOLEM}{term[2:]}>" if skolem else term
    return f"<{term}>"


def axiom_text(axiom: Axiom, notes: Iterable[tuple[Term, Term]] | None = None, *, skolem: bool = False) -> str:
    """An axiom with its annotations, or with `notes` in their place."""
    pairs = sorted(axiom.annotations if notes is None else notes)
    annotations = [f"Annotation({term_text(p)} {term_text(v)})" for p, v in pairs]
    body = expression_text((axiom.kind, *axiom.operands), skolem=skolem)
    return f"{axiom.kind}({' '.join([*annotations, body[len(axiom.kind) + 1 : -1]])})"


def document(lines: Iterable[str], iri: str | None = None, version_iri: str | None = None) -> str:
    """The document of some lines, each an axiom."""
    name = f"<{iri}>" if iri else ""
    if iri and version_iri:
        name += f" <{version_iri}>"
    return "\n".join([f"Ontology({name}", *lines, ")\n"])


def to_functional(ontology: Ontology, rows: Iterable[int] | None = None) -> str:
    """The ontology, or some of its axiom rows and every declaration, as a functional-style document."""
    chosen = range(len(ontology)) if rows is None else sorted({*rows, *declarations(ontology)})
    lines = (axiom_text(ontology.axiom(row)) for row in chosen)
    return document(lines, ontology.iri, ontology.version_iri)


def declarations(ontology: Ontology) -> list[int]:
    """The rows of the declarations."""
    atoms = [int(row) for row in (ontology.atom_kinds == ATOM_KINDS.index("Declaration")).nonzero()[0]]
    first = len(ontology.atoms)
    return atoms + [first + i for i, axiom in enumerate(ontology.compounds) if axiom.kind == "Declaration"]
