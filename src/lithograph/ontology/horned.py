"""Manchester syntax and OBO by py-horned-owl, by way of the functional syntax it writes. Knows nothing about RDF.

Its OBO reader leaves out property chains (`holds_over_chain`, `transitive_over`, `equivalent_to_chain`): they are read
here, with the identifiers of OBO Format 1.4, section 5.9.
"""

from __future__ import annotations

import re
from typing import Literal

import pyhornedowl

from lithograph.core.vocabulary import OBO
from lithograph.ontology.read_functional import read_functional
from lithograph.ontology.structural import Written
from lithograph.ontology.written import SyntaxProblem, WrittenOntology

_SERIALISATIONS: dict[str, Literal["omn", "obo"]] = {"Manchester": "omn", "OBO": "obo"}
_AT = re.compile(r"-->\s*(\d+):\d+|line:? (\d+)|Pos\((\d+)\)")


def read_horned(text: str, syntax: str, base: str) -> WrittenOntology:
    """Read a document. Raises SyntaxProblem."""
    mended: list[str] = []
    if syntax == "OBO":
        text, mended = _mend_obo(text)
    try:
        model = pyhornedowl.open_ontology_from_string(text, _SERIALISATIONS[syntax])
        functional = model.save_to_string("ofn")
    except (ValueError, RuntimeError, OSError) as error:
        raise _problem(text, error) from error
    out = read_functional(functional, base)
    out.prefixes = {**out.prefixes, **dict(model.prefix_mapping)}
    out.mended.extend(mended)
    if syntax == "OBO":
        out.axioms.extend(_chains(text))
    return out


def _problem(text: str, error: Exception) -> SyntaxProblem:
    """The parser's complaint, with its line."""
    complaint = " ".join(str(error).split())
    found = _AT.search(complaint)
    line = 0
    if found:
        row, other, place = found.groups()
        line = int(row or other) if row or other else text.encode().count(b"\n", 0, int(place)) + 1
    due = re.search(r"positives: \[([^\]]*)\]", complaint)
    why = f"{due.group(1)} is due there" if due else complaint[:160]
    return SyntaxProblem(line, why)


def _mend_obo(text: str) -> tuple[str, list[str]]:
    """Escapes that stand within an address, which the reader refuses."""
    mended, count = re.subn(r"(?m)^(xref: \S*?://\S*?)\\:", r"\1:", text)
    return mended, [f"{count} colons are escaped inside an address"] if count else []


def _chains(text: str) -> list[tuple[Written, ...]]:
    """The property chains of an OBO document."""
    ontology = re.search(r"(?m)^ontology: (\S+)", text)
    stanzas = [s for s in re.split(r"(?m)^(?=\[)", text) if s.startswith("[Typedef]")]
    iris = {identifier: iri for s in stanzas for identifier, iri in _identifiers(s, ontology)}
    out: list[tuple[Written, ...]] = []
    for stanza in stanzas:
        own = _tags(stanza, "id")
        for tag in ("holds_over_chain", "equivalent_to_chain", "transitive_over"):
            for value in _tags(stanza, tag):
                links = value.split()
                links = [own[0], *links[:1]] if tag == "transitive_over" else links
                chain = ("ObjectPropertyChain", *(_iri(link, iris, ontology) for link in links))
                out.append(("SubObjectPropertyOf", chain, _iri(own[0], iris, ontology)))
    return out


def _tags(stanza: str, tag: str) -> list[str]:
    """The values of a tag in a stanza, comments and qualifiers left out."""
    found = re.findall(rf"(?m)^{tag}:[ \t]*(.*?)(?:[ \t]*\{{.*\}})?(?:[ \t]+!.*)?[ \t]*$", stanza)
    return [str(value) for value in found]


def _identifiers(stanza: str, ontology: re.Match[str] | None) -> list[tuple[str, str]]:
    """A relation's own identifier with its IRI: a short name stands for its RO or BFO cross-reference."""
    identifier = _tags(stanza, "id")[0]
    xrefs = [x for x in _tags(stanza, "xref") if re.fullmatch(r"(?:RO|BFO):\w+", x)]
    if ":" in identifier or not xrefs:
        return [(identifier, _iri(identifier, {}, ontology))]
    return [(identifier, _iri(xrefs[0], {}, ontology))]


def _iri(identifier: str, iris: dict[str, str], ontology: re.Match[str] | None) -> str:
    if identifier in iris:
        return iris[identifier]
    prefix, colon, local = identifier.partition(":")
    if colon:
        return identifier if local.startswith("//") else f"{OBO}{prefix}_{local}"
    return f"{OBO}{ontology.group(1) if ontology else 'TEMP'}#{identifier}"
