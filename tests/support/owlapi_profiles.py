"""What the OWL API's own profile checkers say of an ontology: a second opinion on `reason.profiles.profile`.

The OWL API is the one inside owlready2's HermiT.jar; it runs in a process of its own (this file, run by path).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from lithograph.ontology.axioms import Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.terms import literal
from lithograph.reason.question import ROW

Opinion = dict[str, dict[int, str]]
"""Profile -> axiom row -> the kind of violation that it is named for; row -1 for violations of no axiom."""


def opinion(ontology: Ontology, seconds: float = 300) -> Opinion:
    """The violations of EL, QL, RL and DL that the OWL API finds; those of DL are left out of the others."""
    lines = [axiom_text(ontology.axiom(row), [(ROW, literal(str(row)))]) for row in range(len(ontology))]
    request = {"document": document(lines), "row": ROW}
    done = subprocess.run([sys.executable, "-P", __file__], input=json.dumps(request).encode(), capture_output=True,
                          timeout=seconds, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    return {name: {int(row): kind for row, kind in found.items()} for name, found in json.loads(done.stdout).items()}


def main() -> None:
    """Answer the request on standard input."""
    import runpy

    import lithograph

    worker = runpy.run_path(str(Path(lithograph.__file__).parent / "reason" / "oracle" / "worker.py"))
    request = json.load(sys.stdin)
    worker["start_java"](1500)
    import jpype

    oracle = worker["Oracle"]("Ontology()\n", request["row"], time.monotonic() + 300)
    ontology = oracle.managers.createOWLOntologyManager().createOntology()
    parser = jpype.JClass("org.coode.owlapi.functionalparser.OWLFunctionalSyntaxOWLParser")()
    parser.parse(jpype.JClass("org.semanticweb.owlapi.io.StringDocumentSource")(request["document"]), ontology)
    numbered = oracle.factory.getOWLAnnotationProperty(oracle.iri.create(request["row"]))
    found: dict[str, dict[int, str]] = {}
    for name in ("DL", "EL", "QL", "RL"):
        checker = jpype.JClass(f"org.semanticweb.owlapi.profiles.OWL2{name}Profile")()
        found[name] = {}
        for violation in checker.checkOntology(ontology).getViolations():
            found[name].setdefault(_row(violation, numbered), str(violation.getClass().getSimpleName()))
    dl = found["DL"]
    out = {name: {row: kind for row, kind in rows.items() if name == "DL" or dl.get(row) != kind}
           for name, rows in found.items()}  # fmt: skip
    print(json.dumps(out), file=sys.__stdout__)


def _row(violation: Any, numbered: Any) -> int:
    axiom = violation.getAxiom()
    notes = [] if axiom is None else list(axiom.getAnnotations(numbered))
    return int(str(notes[0].getValue().getLiteral())) if notes else -1


if __name__ == "__main__":
    main()
