"""An ontology as a document writes it: header and axioms as nested tuples, IRIs in full. Knows no syntax."""

from __future__ import annotations

from dataclasses import dataclass, field

from lithograph.core.vocabulary import OWL, PREFIXES, RDF, RDFS, XSD
from lithograph.ontology.structural import Written

WELL_KNOWN: dict[str, str] = {
    **PREFIXES,
    "xml": "http://www.w3.org/XML/1998/namespace",
    "swrl": "http://www.w3.org/2003/11/swrl#",
    "swrlb": "http://www.w3.org/2003/11/swrlb#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "vann": "http://purl.org/vocab/vann/",
    "schema": "http://schema.org/",
}
"""Prefixes that everyone means the same by: used, and said, where a file forgets to declare them."""

STANDARD = {"owl": OWL, "rdf": RDF, "rdfs": RDFS, "xsd": XSD}
"""Prefixes that the OWL syntaxes declare of themselves."""


class SyntaxProblem(Exception):
    """What is wrong with a text, and in which line (0: not known)."""

    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why
        super().__init__(why)


@dataclass(slots=True)
class WrittenOntology:
    """What a document says. mended: what was forgiven."""

    iri: str | None = None
    version_iri: str | None = None
    imports: list[str] = field(default_factory=list)
    annotations: list[tuple[Written, ...]] = field(default_factory=list)
    axioms: list[tuple[Written, ...]] = field(default_factory=list)
    rules: list[tuple[Written, ...]] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)

    def expanded(self, name: str, line: int) -> str:
        """The IRI of an abbreviated name. Raises SyntaxProblem where its prefix is nowhere declared."""
        prefix, colon, local = name.partition(":")
        known = self.prefixes.get(prefix)
        if known is None and colon:
            known = STANDARD.get(prefix)
        if known is None and prefix in WELL_KNOWN:
            known = self.prefixes[prefix] = WELL_KNOWN[prefix]
            self.mended.append(f"line {line}: the prefix {prefix}: is not declared, read as {known}")
        if known is None:
            raise SyntaxProblem(line, f"the prefix of {name} is not declared")
        return known + local

    def take(self, item: tuple[Written, ...], line: int, kinds: frozenset[str]) -> None:
        """Put an item of the document where it belongs. Raises SyntaxProblem for what is none."""
        head = item[0]
        if head == "Import":
            self.imports.append(str(item[1]))
        elif head == "Annotation":
            self.annotations.append(item)
        elif head in ("DLSafeRule", "DGRule", "DescriptionGraph"):
            self.rules.append(item)
        elif head in kinds:
            self.axioms.append(item)
        else:
            raise SyntaxProblem(line, f"{head} is no axiom")
