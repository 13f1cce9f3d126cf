"""Where an imported ontology lies: catalog-v001.xml first, then files beside, the network only when allowed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlparse
from urllib.request import Request, urlopen

from lithograph.core.errors import LithographError
from lithograph.ontology.document import Document, Unreadable, read, read_raw

CATALOG = "catalog-v001.xml"
HEAD = 1 << 20
SUFFIXES = frozenset({
    ".owl", ".ttl", ".turtle", ".rdf", ".xml", ".ofn", ".owx", ".omn", ".obo", ".nt", ".nq", ".trig", ".n3",
    ".jsonld", ".json", ".rdfs",
})  # fmt: skip
_NAMESPACE = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a catalog: an exact name, or (prefix=True) the start of one; `target` is a file URI or URL."""

    name: str
    target: str
    prefix: bool = False


class CatalogBroken(LithographError):
    """A catalog that is no well-formed XML."""

    def __init__(self, place: Path, error: ET.ParseError) -> None:
        super().__init__(f"{place}:{error.position[0]}", f"is no XML catalog: {error}", cure="Mend or remove it.")


def read_catalog(path: Path, seen: frozenset[Path] = frozenset()) -> list[Entry]:
    """The entries of a catalog and of those it names as next, in order. Raises CatalogBroken."""
    path = path.resolve()
    if path in seen or not path.is_file():
        return []
    try:
        root = ET.fromstring(path.read_bytes())
    except ET.ParseError as error:
        raise CatalogBroken(path, error) from error
    return _entries(root, path.as_uri(), seen | {path})


def _entries(element: ET.Element, base: str, seen: frozenset[Path]) -> list[Entry]:
    base = urljoin(base, element.get(_BASE, ""))
    out: list[Entry] = []
    for child in element:
        here = urljoin(base, child.get(_BASE, ""))
        tag = child.tag.removeprefix(_NAMESPACE)
        if tag in ("uri", "public", "system"):
            name = child.get("name") or child.get("publicId") or child.get("systemId") or ""
            out.append(Entry(name, urljoin(here, child.get("uri", ""))))
        elif tag in ("rewriteURI", "rewriteSystem"):
            start = child.get("uriStartString") or child.get("systemIdStartString") or ""
            out.append(Entry(start, urljoin(here, child.get("rewritePrefix", "")), prefix=True))
        elif tag == "group":
            out.extend(_entries(child, base, seen))
        elif tag in ("nextCatalog", "delegateURI"):
            following = file_of(urljoin(here, child.get("catalog", "")))
            if following is not None:
                out.extend(read_catalog(following, seen))
    return out


def file_of(target: str) -> Path | None:
    """The path of a file URI, None for anything else."""
    parts = urlparse(target)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def looked_up(entries: list[Entry], iri: str) -> str | None:
    """Where a catalog says an IRI lies; exact names before prefixes, longer prefixes first."""
    wanted = {iri, iri.rstrip("#"), iri.rstrip("#/"), iri + "#"}
    for entry in entries:
        if not entry.prefix and entry.name in wanted:
            return entry.target
    fitting = [e for e in entries if e.prefix and e.name and iri.startswith(e.name)]
    best = max(fitting, key=lambda e: len(e.name), default=None)
    return best.target + iri[len(best.name) :].rstrip("#") if best else None


@dataclass(slots=True)
class Resolver:
    """Finds imported documents; keeps those it has read."""

    root: Path
    allow_network: bool = False
    _read: dict[Path, Document | None] = field(default_factory=dict)
    _heads: dict[Path, bytes] = field(default_factory=dict)
    _catalogs: dict[Path, list[Entry]] = field(default_factory=dict)

    def find(self, iri: str, importer: Path) -> Document | None:
        """The document of an imported IRI, None where it is nowhere."""
        for folder in dict.fromkeys([importer.resolve().parent, self.root.resolve().parent]):
            target = looked_up(self._entries(folder), iri)
            place = file_of(target) if target else None
            if place is not None and place.is_file():
                return self._document(place, iri, strict=True)
        direct = file_of(iri)
        if direct is not None and direct.is_file():
            return self._document(direct, iri, strict=True)
        for folder in dict.fromkeys([importer.resolve().parent, self.root.resolve().parent]):
            document = self._beside(iri, folder)
            if document is not None:
                return document
        return fetched(iri) if self.allow_network else None

    def _entries(self, folder: Path) -> list[Entry]:
        """The entries of the catalog in a folder."""
        if folder not in self._catalogs:
            here = folder / CATALOG
            self._catalogs[folder] = read_catalog(here)
        return self._catalogs[folder]

    def _beside(self, iri: str, folder: Path) -> Document | None:
        bare = iri.rstrip("#/")
        stem = unquote(urlparse(bare).path.rsplit("/", 1)[-1] or bare.rsplit("/", 1)[-1].rsplit(":", 1)[-1])
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file())
        for file in files:
            if bare.encode() in self._head(file) and (document := self._document(file, iri)) is not None:
                names = (document.source.iri, document.source.version_iri)
                if bare in {n.rstrip("#/") for n in names if n}:
                    return document
        for file in files:
            if stem and (file.name == stem or file.stem == stem) and file.name != CATALOG:
                document = self._document(file, iri)
                if document is not None:
                    return document
        return None

    def _head(self, file: Path) -> bytes:
        """The beginning of a file, where its ontology's IRI stands or at least the prefix it is made of."""
        if file not in self._heads:
            with file.open("rb") as opened:
                self._heads[file] = opened.read(HEAD)
        return self._heads[file]

    def _document(self, path: Path, iri: str, *, strict: bool = False) -> Document | None:
        path = path.resolve()
        if path not in self._read:
            try:
                self._read[path] = read(path, base=iri.rstrip("#"))
            except Unreadable:
                if strict:
                    raise
                self._read[path] = None
        return self._read[path]


ACCEPT = "application/rdf+xml, text/turtle;q=0.9, application/owl+xml;q=0.8, application/ld+json;q=0.7, */*;q=0.1"


def fetched(iri: str) -> Document | None:
    """The document at an http(s) address, None where there is none. Called only when the network is allowed."""
    if urlparse(iri).scheme not in ("http", "https"):
        return None
    try:
        with urlopen(Request(iri.rstrip("#"), headers={"Accept": ACCEPT}), timeout=60) as answer:
            return read_raw(answer.read(), Path(iri.rstrip("#")), base=iri.rstrip("#"))
    except (OSError, Unreadable):
        return None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A root document and all that it imports, in the order found; where each imported IRI was found; what was not."""

    documents: tuple[Document, ...]
    places: dict[str, Path]
    nowhere: frozenset[str]


def gather(root: Document, *, allow_network: bool = False) -> Gathered:
    """The imports closure of a root document. Raises Unreadable, CatalogBroken."""
    path = root.source.path
    resolver = Resolver(path, allow_network=allow_network)
    found: dict[Path, Document] = {path.resolve(): root}
    nowhere: set[str] = set()
    places: dict[str, Path] = {}
    todo = [(iri, path) for iri in root.imports]
    seen: set[tuple[str, Path]] = set()
    own = {i.rstrip("#") for i in (root.source.iri, root.source.version_iri) if i}
    while todo:
        iri, importer = todo.pop()
        if (iri, importer.parent) in seen or iri.rstrip("#") in own:
            continue
        seen.add((iri, importer.parent))
        document = resolver.find(iri, importer)
        if document is None:
            nowhere.add(iri)
            continue
        place = document.source.path.resolve()
        places.setdefault(iri, place)
        if place not in found:
            found[place] = document
            todo.extend((i, document.source.path) for i in document.imports)
    return Gathered(tuple(found.values()), places, frozenset(nowhere))
