"""What Protégé would say of the ontologies: the OWL API's profile checker and HermiT, both out of owlready2's jar."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
BIKE = "https://w3id.org/lithograph/world/bicycle#"

CHECK = """
import json, sys
from pathlib import Path
from xml.etree import ElementTree
from lithograph.reason.oracle.worker import start_java
start_java(1024)
import jpype
java, file = jpype.JClass, Path(sys.argv[1])
iri = java("org.semanticweb.owlapi.model.IRI")
manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
for entry in ElementTree.parse(file.parent / "catalog-v001.xml").getroot():
    place = iri.create((file.parent / entry.get("uri")).resolve().as_uri())
    manager.addIRIMapper(java("org.semanticweb.owlapi.util.SimpleIRIMapper")(iri.create(entry.get("name")), place))
ontology = manager.loadOntologyFromOntologyDocument(java("java.io.File")(str(file)))
report = java("org.semanticweb.owlapi.profiles.OWL2DLProfile")().checkOntology(ontology)
reasoner = java("org.semanticweb.HermiT.Reasoner")(java("org.semanticweb.HermiT.Configuration")(), ontology)
factory = manager.getOWLDataFactory()
above = {}
for name in sys.argv[2:]:
    found = reasoner.getSuperClasses(factory.getOWLClass(iri.create(name)), False).getFlattened()
    above[name] = [str(kind.getIRI()) for kind in found]
print(json.dumps({
    "above": above,
    "ontologies": sorted(str(o.getOntologyID().getOntologyIRI()) for o in manager.getOntologies()),
    "outside": [str(violation) for violation in report.getViolations()],
    "consistent": bool(reasoner.isConsistent()),
    "empty": [str(name) for name in reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()],
}))
"""


def _findings(file: Path, *classes: str) -> dict[str, Any]:
    """The OWL API's and HermiT's findings on a file and what it imports through the catalog beside it.

    `above` holds all superclasses of the classes asked about.
    """
    command = [sys.executable, "-c", CHECK, str(file), *classes]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("name", "ontologies", "inferred"),
    [
        ("lithograph.ttl", 1, {}),
        ("world/world.ttl", 6, {"TrackBicycle": "FixedGearBicycle", "TrackRacer": "Cyclist", "Cyclist": "Rider"}),
    ],
    ids=["vocabulary", "world"],
)
def test_an_ontology_is_within_owl_2_dl_and_every_class_can_have_a_member(
    name: str, ontologies: int, inferred: dict[str, str]
) -> None:
    found = _findings(ONTOLOGY / name, *(BIKE + kind for kind in inferred))
    assert len(found["ontologies"]) == ontologies
    assert [kind for kind, over in inferred.items() if BIKE + over not in found["above"][BIKE + kind]] == []
    assert found["outside"] == []
    assert found["consistent"]
    assert found["empty"] == []


def test_a_term_that_nobody_declared_is_found(tmp_path: Path) -> None:
    file = tmp_path / "garden.ttl"
    file.write_text(
        "@prefix : <https://example.org/garden#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "<https://example.org/garden> a owl:Ontology .\n:Rose a owl:Class ; rdfs:subClassOf :Flower .\n",
        encoding="utf-8",
    )
    (tmp_path / "catalog-v001.xml").write_text("<catalog/>", encoding="utf-8")
    assert any("garden#Flower" in violation for violation in _findings(file)["outside"])
