"""Every ontology file of the shared data loads with the OWL API's count, or is refused in one pinned line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lithograph.core.activity import Event, StageReport
from lithograph.core.errors import LithographError
from lithograph.ontology.load import load, logical_axiom_count

TABLES = Path(__file__).parents[1] / "data"

pytestmark = pytest.mark.data

ELSEWHERE = {
    "events-narrative-metaphor/wn-lemon-1.4.ttl": (
        221,
        "the OWL API types wn:hyponym an object property because its owl:inverseOf stands before its "
        "rdfs:subPropertyOf and wn:hypernym not, where it stands after: the order of triples decides nothing here",
    ),
    "protege-classics/owl2-primer/primer.turtle.rdf": (
        61,
        "the OWL API reads the node of an inverse inside a restriction, [ owl:inverseOf :hasParent ], a second time, "
        "as an InverseObjectProperties axiom",
    ),
    "w3c-vocabularies/prov-o.owl": (
        179,
        "prov:specializationOf and prov:wasRevisionOf are annotation and object properties: on the ontology's own "
        "header they annotate; the OWL API asserts where the annotation property is declared after its use",
    ),
    "w3c-vocabularies/prov.ttl": (284, "the same as prov-o.owl: prov:wasRevisionOf on a header"),
}
"""Files whose count is another one, and why; strict."""


def table(name: str) -> list[list[str]]:
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


COUNTS = {path: (logical, triples) for path, _, logical, triples, _ in table("owlapi_counts.tsv")[1:]}
NONE = dict(table("not_ontologies.txt"))
REFUSED = dict(table("refused.tsv")[1:])
FOLDERS = sorted({p.rpartition("/")[0] if p.startswith("syntax-parallel") else p.partition("/")[0] for p in COUNTS})


def counted(file: Path) -> tuple[int, int]:
    """(logical axioms, triples) of a file alone."""
    reports: list[Event] = []
    ontology = load(file, imports=False, listener=reports.append)
    return logical_axiom_count(ontology), next(e.came_in for e in reports if isinstance(e, StageReport))


def test_the_tables_name_every_file(shared_data: Path) -> None:
    root = shared_data / "ontologies"
    assert {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()} == set(COUNTS)
    assert len(COUNTS) == 962
    assert set(NONE) | set(REFUSED) | set(ELSEWHERE) <= set(COUNTS)
    assert len(REFUSED) == 12


@pytest.mark.parametrize("folder", FOLDERS)
def test_ontologies_load_with_the_count_of_the_owl_api(folder: str, shared_data: Path) -> None:
    wrong = []
    for path, (logical, triples) in COUNTS.items():
        inside = path.rpartition("/")[0] == folder if folder.startswith("syntax-") else path.startswith(folder + "/")
        if not inside or path in NONE or path in REFUSED:
            continue
        axioms, parsed = counted(shared_data / "ontologies" / path)
        expected = ELSEWHERE[path][0] if path in ELSEWHERE else int(logical or axioms)
        if axioms != expected or (not logical and triples and parsed != int(triples)):
            wrong.append((path, axioms, parsed, logical, triples))
        if path in ELSEWHERE and axioms == int(logical):
            wrong.append((path, "is as the OWL API has it: strike it from ELSEWHERE"))
    assert wrong == []


@pytest.mark.parametrize("path", sorted(REFUSED))
def test_what_cannot_be_read_is_refused_in_one_line(path: str, shared_data: Path) -> None:
    root = shared_data / "ontologies"
    with pytest.raises(LithographError) as refusal:
        load(root / path, imports=False)
    line = str(refusal.value)
    assert "\n" not in line
    assert line.replace(f"{root}/", "") == REFUSED[path]


@pytest.mark.parametrize("path", sorted(NONE))
def test_what_is_no_ontology_is_refused(path: str, shared_data: Path) -> None:
    with pytest.raises(LithographError, match="is no ontology in a syntax that can be read"):
        load(shared_data / "ontologies" / path)


IMPORTS = {
    "protege-classics/families-with-import/family.owl": 2,
    "prov-to-bfo/src/prov-mappings-edit.ttl": 22,
    "ssn-sosa-modular/ontology/core/ssn.ttl": 11,
    "w3c-vocabularies/prov.ttl": 5,
    "syntax-parallel/owl-ttl/withimport/import-property.ttl": 2,
}
"""Ontology to how many files its imports closure has in the shared data."""


@pytest.mark.parametrize("path", sorted(IMPORTS))
def test_imports_are_found_by_catalog_and_beside(path: str, shared_data: Path) -> None:
    assert len(load(shared_data / "ontologies" / path).sources) == IMPORTS[path]


def test_a_licence_is_read_from_the_header(shared_data: Path) -> None:
    ontology = load(shared_data / "ontologies" / "bfo-2020" / "bfo-core.owl")
    assert ontology.sources[0].licence == "https://creativecommons.org/licenses/by/4.0/"
