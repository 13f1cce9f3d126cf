"""Claims as the words of docs/reference/claims.md, for the tests that compare them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lithograph.ontology.graph import ClaimGraph, Quantifier
from lithograph.ontology.load import load
from lithograph.ontology.manchester import short_name
from lithograph.ontology.project import project
from lithograph.reason.rules import RULES

PREFIXES = {
    "": "http://e/", "owl": "http://www.w3.org/2002/07/owl#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#", "obo": "http://purl.obolibrary.org/obo/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#", "litho": "https://w3id.org/lithograph/ns#",
}  # fmt: skip
QUANTIFIED = {Quantifier.SOME: "some", Quantifier.ONLY: "only", Quantifier.VALUE: "value", Quantifier.MIN: "min",
              Quantifier.MAX: "max", Quantifier.EXACTLY: "exactly"}  # fmt: skip


def functional(axioms: str) -> str:
    """An ontology in functional-style syntax around axioms; `;` parts two."""
    head = "\n".join(f"Prefix({prefix}:=<{iri}>)" for prefix, iri in PREFIXES.items())
    body = "\n".join(part.strip() for part in axioms.split(";"))
    return f"{head}\nOntology(<http://e/>\n{body}\n)\n"


def turtle(body: str) -> str:
    """An ontology in Turtle around triples."""
    head = "\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items())
    return f"{head}\n<http://e/> a owl:Ontology .\n{body}\n"


def claims(graph: ClaimGraph, rows: list[int] | None = None) -> list[str]:
    """Every claim in words, in order."""
    texts = graph.ontology.terms.texts
    out = []
    for i in range(len(graph)) if rows is None else rows:
        subject, relation, thing = (
            short_name(texts[column[i]]) for column in (graph.subject, graph.relation, graph.object)
        )
        quantifier = Quantifier(graph.quantifier[i])
        negated = "not " if graph.negated[i] else ""
        sign = {1: " (+1)", -1: " (-1)", 0: ""}[int(graph.sign[i])]
        if quantifier in QUANTIFIED:
            number = f" {graph.number[i]}" if quantifier in (Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY) else ""
            out.append(f"every {subject}: {relation} {QUANTIFIED[quantifier]}{number} {thing}{sign}")
        else:
            out.append(f"{negated}{subject} {relation} {thing}{sign}")
    return out


def projected(text: str, file: Path) -> tuple[list[str], dict[str, int]]:
    """The claims of an ontology's text in words, sorted, and what was counted."""
    file.write_text(text, encoding="utf-8")
    graph = project(load(file))
    return sorted(claims(graph)), dict(graph.unprojected)


def graph_of(text: str, suffix: str) -> ClaimGraph:
    """The claim graph of an ontology's text."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"o.{suffix}"
        file.write_text(text, encoding="utf-8")
        return project(load(file))


def rule_name(graph: ClaimGraph, row: int) -> str:
    """The name of the rule that derived a claim."""
    return RULES[int(graph.rule[row])].name
