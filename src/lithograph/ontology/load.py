"""Files to an `Ontology`: every syntax, with imports, as forgiving as Protégé. Knows nothing about claims.

The way: `sniff` finds syntax and encoding by content; `rdf` or `horned` parse; `forgive` mends what they refuse;
`owlapi` is asked last. `imports` finds the imported files; `mapping` turns triples into axioms; `assemble` sorts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.ontology.assemble import columns_of
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Forgiven, Ontology, SourceFile
from lithograph.ontology.document import Document, read
from lithograph.ontology.imports import gather
from lithograph.ontology.kinds import usage
from lithograph.ontology.mapping import Statements, statements_of
from lithograph.ontology.terms import Term

ROOT_BASE = "file:///ontology"
"""Where the relative IRIs of a root file without a base lie: not the path, which must not change ids."""

PASSED_OVER = "passed over: "
KEPT_ONCE = "stands bare and annotated, kept once: "


class ImportMissing(LithographError):
    """An imported ontology that is nowhere."""

    def __init__(self, place: Path, missing: Iterable[str]) -> None:
        names = sorted(missing)
        super().__init__(
            place,
            f"imports {names[0]}, which is neither in a catalog-v001.xml nor beside the file",
            facts=f"{len(names)} imports not found: {', '.join(names)}" if len(names) > 1 else "",
            cure="Put the file beside it, add it to catalog-v001.xml, or allow the network.",
        )


def load(
    path: Path,
    *,
    allow_network: bool = False,
    missing: Literal["error", "warn"] = "warn",
    imports: bool = True,
    listener: Listener = silent,
) -> Ontology:
    """Load an ontology and what it imports.

    imports=False reads the root file alone. missing: what to do about an import that is found nowhere: refuse, or
    list it in `missing_imports`. Raises LithographError, in one line, for a file that cannot be read.
    """
    with _collector_paused():
        return _load(path, allow_network, missing, imports, listener)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without Python's cycle collector: a million new strings hold no cycles, and looking costs a twentieth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _load(
    path: Path, allow_network: bool, missing: Literal["error", "warn"], imports: bool, listener: Listener
) -> Ontology:
    started = time.monotonic()
    documents, nowhere = _closure(Path(path), imports, allow_network)
    if nowhere and missing == "error":
        raise ImportMissing(Path(path), nowhere)
    root = documents[0]
    triples = sum(d.size for d in documents)
    sources = tuple(d.source for d in documents)
    prefixes = _prefixes(documents)
    statements = _statements(documents)
    forgiven = [f for d in documents for f in d.forgiven]
    for source, said in zip(sources, statements, strict=True):
        forgiven.extend(Forgiven(source.path.name, PASSED_OVER + what) for what in said.passed_over)
    columns = columns_of(statements)
    forgiven.extend(Forgiven(root.source.path.name, KEPT_ONCE + text) for text in columns.kept_once)
    for mended in forgiven:
        listener(Notice("load", f"{mended.place}: {mended.what}"))
    for iri in nowhere:
        listener(Notice("load", f"{path}: the import {iri} was not found"))
    ontology = Ontology(
        root.source.iri,
        root.source.version_iri,
        columns.terms,
        columns.atoms,
        columns.atom_kinds,
        columns.compounds,
        prefixes,
        sources,
        tuple(nowhere),
        tuple(forgiven),
        sum(s.rules for s in statements),
    )
    passed_over = sum(len(s.passed_over) for s in statements)
    dropped = {"passed over": passed_over} if passed_over else {}
    listener(StageReport("load", triples, len(ontology), dropped, time.monotonic() - started))
    return ontology


def said_by_file(path: Path, *, allow_network: bool = False) -> Iterator[tuple[SourceFile, list[str]]]:
    """Each file of the imports closure, the root first, with the structural strings of the axioms that it holds.

    Terms are sorted by the declarations of all files, as `load` sorts them: a file read alone would not know an
    imported property, and pass over what it says with it.
    """
    documents, _ = _closure(Path(path), True, allow_network)
    sources = [document.source for document in documents]
    for source, said in zip(sources, _statements(documents), strict=True):
        columns = columns_of([said])
        alone = Ontology(source.iri, None, columns.terms, columns.atoms, columns.atom_kinds, columns.compounds, {}, ())
        yield source, alone.axiom_texts()


def logical_axiom_count(ontology: Ontology) -> int:
    """Logical axioms as the OWL API counts them: SWRL rules are, declarations and annotations are not.

    Two things count that the ontology does not hold (`forgiven` names each): an axiom that was passed over for an
    expression nobody can read, and the bare one of an axiom that stands with and without annotations.
    """
    silent_kinds = [i for i, k in enumerate(ATOM_KINDS) if k in ANNOTATION_KINDS or k == "Declaration"]
    atoms = int((~np.isin(ontology.atom_kinds, silent_kinds)).sum())
    compounds = sum(a.kind not in ANNOTATION_KINDS and a.kind != "Declaration" for a in ontology.compounds)
    forgiven = [f.what.removeprefix(PASSED_OVER).removeprefix(KEPT_ONCE) for f in ontology.forgiven]
    absent = [
        text
        for text, full in zip(forgiven, ontology.forgiven, strict=True)
        if text != full.what and not text.startswith((*ANNOTATION_KINDS, "Declaration"))
    ]
    return atoms + compounds + len(absent) + ontology.rules


def read_root(path: Path) -> Document:
    """The root document alone. Raises Unreadable."""
    return read(path, base=ROOT_BASE)


def _closure(path: Path, imports: bool, allow_network: bool) -> tuple[list[Document], list[str]]:
    """The root document and those it imports, the latter sorted by IRI and path; and what was not found."""
    root = read_root(path)
    if not imports or not root.imports:
        return [root], []
    gathered = gather(root, allow_network=allow_network)
    rest = sorted(gathered.documents[1:], key=lambda d: (d.source.iri or "", d.source.sha256))
    return [root, *rest], sorted(gathered.nowhere)


def _statements(documents: list[Document]) -> list[Statements]:
    """What each document says, its terms typed by the declarations of all of them."""
    known: dict[Term, int] = {}
    if len(documents) > 1:
        for document in documents:
            for term, flag in document.declared().items():
                known[term] = known.get(term, 0) | flag
    out = []
    for i, document in enumerate(documents):
        if document.graph is not None:
            said = statements_of(document.graph, usage(document.graph, known), document.headers)
        else:
            said = document.statements or Statements([], np.zeros((0, 3), np.int32), np.zeros(0, np.uint8))
        documents[i] = replace(document, graph=None, statements=None)
        out.append(said)
    return out


def _prefixes(documents: list[Document]) -> dict[str, str]:
    """The prefixes of all documents; the root's win."""
    out: Mapping[str, str] = {}
    for document in documents:
        out = {**document.prefixes, **out}
    return dict(sorted(out.items()))
