"""What HermiT says of claims and of printed answers, for the tests that referee them. Shares no rule with the closure.

A claim becomes the OWL axiom that it means, by its own columns and never by the axiom behind it; a printed answer
becomes the axiom that its words assert. HermiT runs in a process of its own (this file, run by path).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier
from lithograph.ontology.terms import is_literal, literal
from lithograph.reason.question import ROW, SUPPORTED_DATATYPES, proper, question

Question = tuple[Axiom, tuple[int, ...] | None]
"""An axiom, and the rows it shall follow from; None for the whole ontology."""


@dataclass(frozen=True)
class Answers:
    """For each question True, False, or None where it was not decided; and how many axioms HermiT did not take."""

    follows: list[bool | None]
    left_out: int


def ask(ontology: Ontology, questions: Iterable[Question], seconds: float = 600) -> Answers:
    """Whether axioms follow from an ontology, or from some of its rows alone."""
    lines, skipped = question(ontology)
    asked = [
        {"axiom": axiom_text(axiom, [(ROW, literal("0"))], skolem=True), "rows": rows and _lines(ontology, rows)}
        for axiom, rows in questions
    ]
    request = {"document": document(lines), "row": ROW, "asked": asked, "seconds": seconds}
    done = subprocess.run([sys.executable, "-P", __file__], input=json.dumps(request).encode(), capture_output=True,
                          timeout=seconds + 60, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    found = json.loads(done.stdout)
    if not found["consistent"]:
        raise ValueError("the ontology is inconsistent: everything follows from it")
    return Answers(found["follows"], len(found["refused"]) + sum(skipped.values()))


def _lines(ontology: Ontology, rows: Iterable[int]) -> list[str]:
    """Some axioms as HermiT takes them."""
    axioms = [(row, proper(ontology.axiom(row))) for row in rows]
    return [axiom_text(a, [(ROW, literal(str(row)))], skolem=True) for row, a in axioms if a is not None]


# ---------------------------------------------------------------- claims as axioms

_RESTRICTION = {
    Quantifier.SOME: "SomeValuesFrom", Quantifier.ONLY: "AllValuesFrom", Quantifier.VALUE: "HasValue",
    Quantifier.MIN: "MinCardinality", Quantifier.MAX: "MaxCardinality", Quantifier.EXACTLY: "ExactCardinality",
}  # fmt: skip
_SCHEMA = {
    v.SUBCLASS_OF: "SubClassOf", v.EQUIVALENT_CLASS: "EquivalentClasses", v.DISJOINT_WITH: "DisjointClasses",
    v.SUBPROPERTY_OF: "Sub{}PropertyOf", v.EQUIVALENT_PROPERTY: "Equivalent{}Properties",
    v.PROPERTY_DISJOINT_WITH: "Disjoint{}Properties", v.INVERSE_OF: "InverseObjectProperties",
    v.DOMAIN: "{}PropertyDomain", v.RANGE: "{}PropertyRange",
}  # fmt: skip
_INDIVIDUAL = {v.SAME_AS: "SameIndividual", v.DIFFERENT_FROM: "DifferentIndividuals"}


def as_axiom(graph: ClaimGraph, row: int) -> Axiom | None:
    """What a claim means in OWL; None for texts, and for what HermiT has no datatype for."""
    texts = graph.ontology.terms.texts
    s, r, o = (texts[column[row]] for column in (graph.subject, graph.relation, graph.object))
    quantifier = Quantifier(graph.quantifier[row])
    strange = graph.kinds[graph.object[row]] & Kind.DATATYPE and o not in SUPPORTED_DATATYPES
    if quantifier is Quantifier.ANNOTATION or strange:
        return None
    if quantifier is Quantifier.SCHEMA:
        sort = "Data" if _is_data(graph, int(graph.subject[row])) else "Object"
        if r == v.TYPE:
            return Axiom(o.rsplit("#", 1)[-1].replace("Property", sort + "Property"), (s,))
        return Axiom(_SCHEMA[r].format(sort), (s, o))
    if quantifier is Quantifier.INDIVIDUAL:
        if r == v.TYPE:
            return Axiom("ClassAssertion", (o, s))
        sort = ("Negative" if graph.negated[row] else "") + ("Data" if is_literal(o) else "Object")
        return Axiom(_INDIVIDUAL[r], (s, o)) if r in _INDIVIDUAL else Axiom(f"{sort}PropertyAssertion", (r, s, o))
    sort = "Data" if is_literal(o) or _is_data(graph, int(graph.relation[row])) else "Object"
    number = (int(graph.number[row]),) if quantifier.name in ("MIN", "MAX", "EXACTLY") else ()
    restriction = (sort + _RESTRICTION[quantifier], *number, r, o)
    if graph.kinds[graph.subject[row]] & Kind.CLASS:
        return Axiom("SubClassOf", (s, restriction))
    return Axiom("ClassAssertion", (restriction, s))


def _is_data(graph: ClaimGraph, term: int) -> bool:
    return bool(graph.kinds[term] & Kind.DATA_PROPERTY) and not graph.kinds[term] & Kind.OBJECT_PROPERTY


# ---------------------------------------------------------------- printed answers as axioms

_ANSWER = re.compile(r"(?:^|: |\n)(Yes|No|Да|Нет)\b")


def says_yes(completion: str) -> bool:
    """Whether an answer affirms. Raises ValueError where it does neither affirm nor deny."""
    found = _ANSWER.search(completion)
    if found is None:
        raise ValueError(f"neither yes nor no: {completion}")
    return found[1] in ("Yes", "Да")


def asserted_by(graph: ClaimGraph, example: Mapping[str, Any]) -> tuple[Axiom, Axiom | None] | None:
    """What the answer of a yes/no example asserts, and what must not follow: that its subject can have no member.

    From the scene, the nodes and the answer's own yes or no; None for scenes that a project declared.
    """
    scene, nodes = example["scene"].replace("#", "/").rsplit("/", 1)[-1], example["nodes"]
    if scene.endswith(("Refuted", "Unknown")):
        return None  # judged by an engine of its own, refereed with the claims in question
    yes = says_yes(example["completion"])
    ids, kinds = graph.ontology.terms, graph.kinds
    subject = nodes[0]
    is_class = bool(kinds[ids.id(subject)] & Kind.CLASS)
    empty = Axiom("SubClassOf", (subject, v.NOTHING)) if is_class else None
    if scene in ("IsA", "IsAByReasoning", "IsNot"):
        return Axiom("SubClassOf" if yes else "DisjointClasses", (nodes[0], nodes[1])), empty
    if scene == "Same":
        return Axiom("EquivalentClasses", (nodes[0], nodes[1])), empty
    if scene in ("InstanceOf", "InstanceOfByReasoning"):
        wanted = nodes[1] if yes else ("ObjectComplementOf", nodes[1])
        return Axiom("ClassAssertion", (wanted, subject)), None
    if scene in ("Related", "RelatedByReasoning", "NotRelated"):
        sort = "" if yes else "Negative"
        return Axiom(f"{sort}ObjectPropertyAssertion", (nodes[1], nodes[0], nodes[2])), None
    if scene == "EveryOnly":
        return Axiom("SubClassOf", (subject, ("ObjectAllValuesFrom", nodes[1], nodes[2]))), empty
    relation = {"Raises": v.LITHO + "increases", "Lowers": v.LITHO + "decreases"}.get(scene) or nodes[1]
    if scene not in ("EverySome", "EverySomeByReasoning", "Causes", "Raises", "Lowers") or not yes:
        return None
    filler = nodes[-1]
    some = "ObjectSomeValuesFrom" if kinds[ids.id(filler)] & Kind.CLASS else "ObjectHasValue"
    restriction = (some, relation, filler)
    if is_class:
        return Axiom("SubClassOf", (subject, restriction)), empty
    return Axiom("ClassAssertion", (restriction, subject)), None


# ---------------------------------------------------------------- the process


def main() -> None:
    """Answer the request on standard input."""
    import runpy

    import lithograph

    worker = runpy.run_path(str(Path(lithograph.__file__).parent / "reason" / "oracle" / "worker.py"))
    request = json.load(sys.stdin)
    until = time.monotonic() + request["seconds"]
    worker["start_java"](1500)
    oracle = worker["Oracle"](request["document"], request["row"], until)
    whole = _patient(oracle).load_all()
    asked = request["asked"]
    follows: list[bool | None] = []
    for item in asked:
        if time.monotonic() > until:
            follows.append(None)
            continue
        (axiom,) = list(worker["Oracle"](document([item["axiom"]]), request["row"], until).axioms)
        try:
            some = item["rows"]
            part = whole if some is None else worker["Oracle"](document(some), request["row"], until).load_all()
            follows.append(bool(part.isEntailed(axiom)))
        except oracle.exception:
            follows.append(None)
    found = {"consistent": bool(whole.isConsistent()), "refused": oracle.refused, "follows": follows}
    print(json.dumps(found), file=sys.__stdout__)


def _patient(oracle: Any) -> Any:
    """The oracle, with ten seconds for each of its questions."""
    load = oracle.load
    oracle.load = lambda axioms, seconds=None: load(axioms, seconds or 10)
    return oracle


if __name__ == "__main__":
    main()
