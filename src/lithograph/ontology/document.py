"""One file, read: its header and its triples or axioms, before anything is mapped. Knows nothing about imports."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.core.vocabulary import DC, DCT, OWL, RDF
from lithograph.ontology.axioms import Axiom, Forgiven, SourceFile
from lithograph.ontology.forgive import parse_forgiving
from lithograph.ontology.horned import read_horned
from lithograph.ontology.kinds import BUILT_IN, ENTITY_FLAGS, declared
from lithograph.ontology.mapping import Statements
from lithograph.ontology.owlapi import read_by_owlapi
from lithograph.ontology.rdf import FORMATS, Graph
from lithograph.ontology.read_functional import read_functional
from lithograph.ontology.read_owlxml import read_owlxml
from lithograph.ontology.sniff import Sniffed, sniff
from lithograph.ontology.structural import annotation_of, axiom_of, shapes_of
from lithograph.ontology.terms import Term, is_anonymous, is_iri, is_literal, literal_parts
from lithograph.ontology.written import SyntaxProblem, WrittenOntology

CC = "http://creativecommons.org/ns#"
SCHEMAS = ("http://schema.org/", "https://schema.org/")
LICENCES = (DCT + "license", CC + "license", "http://web.resource.org/cc/license", *(s + "license" for s in SCHEMAS),
            DCT + "rights", DC + "rights", DC + "license")  # fmt: skip


class Unreadable(LithographError):
    """A file that cannot be opened or that no parser takes."""


class BadSyntax(Unreadable):
    """A file that breaks off in the midst of its syntax."""

    def __init__(self, path: Path, syntax: str, why: str, line: int) -> None:
        prefix = re.search(r"[Pp]refix (\S*): has not been declared|[Pp]refix of (\S*?):\S* is not declared", why)
        name = (prefix.group(1) or prefix.group(2) or "") if prefix else ""
        cure = f"Declare {name}: in its first lines." if prefix else "Mend it there, or save it anew from its program."
        super().__init__(
            f"{path}:{line}" if line else path, f"is not well-formed {syntax}: {' '.join(why.split())}", cure=cure
        )


@dataclass(frozen=True, slots=True)
class Document:
    """One file. Exactly one of `graph` (RDF syntaxes) and `statements` (the others) is there.

    headers: the IRIs that are typed owl:Ontology. imports: IRIs, sorted. size: triples, or axioms where there are none.
    """

    source: SourceFile
    headers: frozenset[Term]
    imports: tuple[str, ...]
    prefixes: dict[str, str]
    size: int
    graph: Graph | None = None
    statements: Statements | None = None
    forgiven: tuple[Forgiven, ...] = ()
    kinds: dict[Term, int] | None = None

    def declared(self) -> dict[Term, int]:
        """What the document declares its terms to be, as flags of `kinds`."""
        return declared(self.graph) if self.graph is not None else self.kinds or {}


def read(path: Path, *, base: str) -> Document:
    """Read a file. Raises Unreadable."""
    return read_raw(read_bytes(path), path, base=base)


def read_raw(raw: bytes, path: Path, *, base: str) -> Document:
    """Read the bytes of a file that lies at a path. Raises Unreadable."""
    sniffed = sniff(raw)
    digest = sha256_hex(raw)
    del raw
    if not sniffed.syntaxes:
        raise Unreadable(path, "is no ontology in a syntax that can be read", cure=_ACCEPTED)
    try:
        if sniffed.syntaxes[0] in FORMATS:
            return _read_rdf(path, sniffed, digest, base)
        return _read_written(path, sniffed, digest, base)
    except BadSyntax as error:
        rescued = read_by_owlapi(path, base) if path.is_file() else None
        if rescued is None:
            raise
        written, read_as = rescued
        written.mended.append(f"{error.problem}; read by the OWL API as {read_as}")
        return _document_of(path, written, sniffed.syntaxes[0], digest, sniffed.mended)


_ACCEPTED = "Accepted: RDF/XML, Turtle, N-Triples, N-Quads, TriG, N3, JSON-LD, OWL/XML, functional, Manchester, OBO."


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked where it is gzip. Raises Unreadable."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(path, f"cannot be opened: {reason}", cure="Check the path.") from error
    if not raw[:4096].strip() and not raw.strip():
        raise Unreadable(path, "is empty", cure="Name a file that holds an ontology.")
    return raw


def _read_rdf(path: Path, sniffed: Sniffed, digest: str, base: str) -> Document:
    first: SyntaxError | None = None
    for syntax in sniffed.syntaxes:
        try:
            graph, mended = parse_forgiving(sniffed.data, syntax, base=base)
        except SyntaxError as error:
            first = first or error
            continue
        forgiven = [Forgiven(path.name, what) for what in (*sniffed.mended, *mended)]
        if graph.dropped:
            forgiven.append(Forgiven(path.name, f"{graph.dropped} triples about triples are passed over"))
        return _document(path, graph, syntax, digest, forgiven)
    raise BadSyntax(path, sniffed.syntaxes[0], *_complaint(first))


_PLACE = re.compile(
    r"^(?:Parser error )?at (?:line (\d+) |\d+\.\.\d+: ?)?(?:between columns \d+ and \d+|column \d+)?:? ?"
)


def _complaint(error: SyntaxError | None) -> tuple[str, int]:
    """(what a parser says, the line or 0)."""
    text = str(error.msg or error) if error else "it cannot be parsed"
    found = _PLACE.match(text)
    line = (error.lineno if error else None) or (int(found.group(1)) if found and found.group(1) else 0)
    return _PLACE.sub("", text).rstrip(". "), line


def _read_written(path: Path, sniffed: Sniffed, digest: str, base: str) -> Document:
    syntax = sniffed.syntaxes[0]
    try:
        if syntax == "OWL/XML":
            written = read_owlxml(sniffed.data, base)
        elif syntax == "Functional":
            written = read_functional(sniffed.data.decode(), base)
        else:
            written = read_horned(sniffed.data.decode(), syntax, base)
        return _document_of(path, written, syntax, digest, sniffed.mended)
    except (SyntaxProblem, ValueError) as error:
        raise BadSyntax(path, syntax, str(error), getattr(error, "line", 0)) from error


def _document_of(path: Path, written: WrittenOntology, syntax: str, digest: str, mended: tuple[str, ...]) -> Document:
    """The document of a written ontology. Raises ValueError for an axiom whose operands do not fit."""
    axioms = [a for a in map(axiom_of, written.axioms) if not _declares_built_in(a)]
    iri, version = written.iri, written.version_iri
    source = SourceFile(path, iri, version, syntax, digest, _written_licence(written))
    kinds: dict[Term, int] = {}
    for entity, shapes in shapes_of(axioms).items():
        for shape in shapes:
            kinds[entity] = kinds.get(entity, 0) | ENTITY_FLAGS[shape]
    said = Statements([], np.zeros((0, 3), np.int32), np.zeros(0, np.uint8), axioms, [], len(set(written.rules)))
    return Document(
        source,
        frozenset([iri] if iri else []),
        tuple(sorted(set(written.imports))),
        written.prefixes,
        len(axioms),
        statements=said,
        forgiven=tuple(Forgiven(path.name, what) for what in (*mended, *written.mended)),
        kinds=kinds,
    )


def _declares_built_in(axiom: Axiom) -> bool:
    """Whether an axiom declares what OWL knows of itself, as the Manchester syntax must."""
    entity = axiom.operands[0]
    return axiom.kind == "Declaration" and isinstance(entity, tuple) and entity[1] in BUILT_IN


def _written_licence(written: WrittenOntology) -> str | None:
    notes = sorted({annotation_of(a) for a in written.annotations})
    for prop in LICENCES:
        for name, value in notes:
            if name == prop:
                return literal_parts(value)[0] if is_literal(value) else value
    return None


def _document(path: Path, graph: Graph, syntax: str, digest: str, forgiven: list[Forgiven]) -> Document:
    headers, iri, version, imports = header_of(graph)
    licence = _licence(graph, iri)
    source = SourceFile(path, iri, version, syntax, digest, licence)
    return Document(source, headers, imports, graph.prefixes, len(graph.rows), graph=graph, forgiven=tuple(forgiven))


def header_of(graph: Graph) -> tuple[frozenset[Term], str | None, str | None, tuple[str, ...]]:
    """(IRIs and nodes typed owl:Ontology, ontology IRI, version IRI, imported IRIs) of a graph.

    With several ontologies in one file it is the one that the others do not import and that says most of itself.
    """
    texts = graph.texts
    types = graph.of(RDF + "type")
    named = sorted({texts[i] for i in types[types[:, 2] == graph.ids.get(OWL + "Ontology", -1), 0].tolist()})
    imports = [(texts[s], texts[o]) for s, _, o in graph.of(OWL + "imports").tolist()]
    importers = sorted({s for s, _ in imports})
    headers = frozenset([*named, *importers])
    imported = {o for _, o in imports}
    candidates = [n for n in headers if is_iri(n) and n not in imported] or [n for n in headers if is_iri(n)]
    said = {n: int((graph.rows[:, 0] == graph.ids[n]).sum()) for n in candidates} if len(candidates) > 1 else {}
    iri = min(candidates, key=lambda n: (n not in importers, -said.get(n, 0), n), default=None)
    versions = sorted(texts[o] for s, _, o in graph.of(OWL + "versionIRI").tolist() if texts[s] == iri)
    wanted = sorted({o for _, o in imports if not is_literal(o) and not is_anonymous(o)})
    return headers, iri, versions[0] if versions else None, tuple(wanted)


def _licence(graph: Graph, iri: str | None) -> str | None:
    """The licence that the header names, by the first of the known properties that is there."""
    if iri is None:
        return None
    for prop in LICENCES:
        found = sorted(graph.texts[o] for s, _, o in graph.of(prop).tolist() if graph.texts[s] == iri)
        if found:
            return literal_parts(found[0])[0] if is_literal(found[0]) else found[0]
    return None
