"""Random ontologies and claims, and what HermiT says of each claim when every question loads a reasoner of its own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np

from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.terms import Terms, literal
from lithograph.reason.oracle import worker as oracle_worker
from lithograph.reason.oracle.trial import Trial, trial
from lithograph.reason.question import ROW, question

E, XSD = "http://ex.org/", "http://www.w3.org/2001/XMLSchema#"
Told = tuple[bool | None, bool | None, str | None]
"""Entailed, refuted, extent."""


def ontology_of(*axioms: Axiom, rules: int = 0) -> Ontology:
    """An ontology of some axioms."""
    distinct = sorted({axiom.text: axiom for axiom in axioms}.values(), key=lambda axiom: axiom.text)
    return Ontology(E + "o", None, Terms.of([]), np.empty((0, 3), np.int32), np.empty(0, np.uint8), tuple(distinct), {},
                    (), rules=rules)  # fmt: skip


def expression(rng: random.Random, depth: int) -> Expression:
    """A class expression over four classes, three properties, one data property, three individuals."""
    if depth == 0 or rng.random() < 0.35:
        return E + rng.choice("ABCD")
    one, two = (expression(rng, depth - 1) for _ in range(2))
    relation: Expression = E + rng.choice("pqr")
    if rng.random() < 0.15:
        relation = ("ObjectInverseOf", relation)
    simple = E + "q"  # the others may be transitive
    forms: list[Expression] = [
        ("ObjectIntersectionOf", one, two), ("ObjectUnionOf", one, two), ("ObjectComplementOf", one),
        ("ObjectSomeValuesFrom", relation, one), ("ObjectSomeValuesFrom", relation, two),
        ("ObjectAllValuesFrom", relation, one), ("ObjectHasValue", relation, E + rng.choice("abc")),
        ("ObjectOneOf", E + "a", E + rng.choice("bc")), ("ObjectMinCardinality", 2, simple, one),
        ("ObjectMaxCardinality", 1, simple, one), ("DataHasValue", E + "d", literal("1", datatype=XSD + "integer")),
        ("DataSomeValuesFrom", E + "d", XSD + "string"),
    ]  # fmt: skip
    return rng.choice(forms)


def axioms(rng: random.Random) -> list[Axiom]:
    """A dozen axioms with a property hierarchy and a few assertions."""
    out = [Axiom("SubClassOf", (E + rng.choice("ABCD"), expression(rng, 2))) for _ in range(5)]
    out.append(Axiom("DisjointClasses", (E + "A", E + rng.choice("BC"))))
    out += [Axiom("ClassAssertion", (expression(rng, 1), E + rng.choice("abc"))) for _ in range(3)]
    out += [Axiom("ObjectPropertyAssertion", (E + rng.choice("pqr"), E + rng.choice("ab"), E + rng.choice("bc")))]
    out += rng.sample([
        Axiom("TransitiveObjectProperty", (E + "p",)), Axiom("SubObjectPropertyOf", (E + "q", E + "r")),
        Axiom("InverseObjectProperties", (E + "r", E + "p")), Axiom("ObjectPropertyRange", (E + "q", E + "B")),
        Axiom("FunctionalObjectProperty", (E + "q",)), Axiom("DifferentIndividuals", (E + "a", E + "b")),
        Axiom("SubObjectPropertyOf", (("ObjectPropertyChain", E + "q", E + "p"), E + "p")),
        Axiom("HasKey", (E + "A", ("",), ("", E + "d"))), Axiom("DataPropertyRange", (E + "d", XSD + "integer")),
        Axiom("DataPropertyAssertion", (E + "d", E + "a", literal("1", datatype=XSD + "integer"))),
        Axiom("EquivalentClasses", (E + "D", expression(rng, 1))),
    ], 4)  # fmt: skip
    return out


def claim(rng: random.Random) -> Axiom:
    """A claim of any shape there is a trial for."""
    name, other = E + rng.choice("ABCD"), expression(rng, 1)
    one, two = (E + rng.choice("abc") for _ in range(2))
    forms = [
        *[Axiom("SubClassOf", (name, other))] * 6, Axiom("DisjointClasses", (name, E + rng.choice("ABCD"))),
        Axiom("EquivalentClasses", (name, other)), *[Axiom("ClassAssertion", (other, one))] * 3,
        *[Axiom("ObjectPropertyAssertion", (E + rng.choice("pqr"), one, two))] * 2,
        Axiom("NegativeObjectPropertyAssertion", (E + rng.choice("pqr"), one, two)),
        Axiom("DataPropertyAssertion", (E + "d", one, literal("1", datatype=XSD + "integer"))),
        Axiom("SameIndividual", (one, two)), Axiom("DifferentIndividuals", (one, two)),
        Axiom("SubObjectPropertyOf", (E + rng.choice("pqr"), E + rng.choice("pr"))),
    ]  # fmt: skip
    return rng.choice(forms)


AFRESH = """
import json, math, runpy, sys
worker = runpy.run_path(sys.argv[1])
worker["start_java"](1024)
for text in json.load(sys.stdin):
    oracle = worker["Oracle"](text, "urn:litho:row", math.inf)
    try:
        worker["say"](consistent=bool(oracle.load(oracle.axioms).isConsistent()))
    except oracle.exception as error:
        worker["say"](consistent=None)
"""


def consistent(texts: list[str]) -> list[bool | None]:
    """Whether documents are consistent; None where HermiT refuses one."""
    done = subprocess.run([sys.executable, "-P", "-c", AFRESH, str(Path(oracle_worker.__file__))],
                          input=json.dumps(texts), text=True, capture_output=True, check=True)  # fmt: skip
    return [json.loads(line)["consistent"] for line in done.stdout.splitlines()]


def drawn(seed: int, number: int, each: int) -> tuple[list[Ontology], list[list[Axiom]]]:
    """Consistent ontologies, and claims about each."""
    rng = random.Random(seed)
    ontologies = [ontology_of(*axioms(rng)) for _ in range(5 * number)]
    verdicts = consistent([document(question(ontology)[0]) for ontology in ontologies])
    kept = [ontology for ontology, yes in zip(ontologies, verdicts, strict=True) if yes][:number]
    return kept, [[claim(rng) for _ in range(each)] for _ in kept]


def told_afresh(ontologies: list[Ontology], claims: list[list[Axiom]]) -> list[list[Told]]:
    """What the definitions say of each claim, by the consistency of whole documents alone."""
    texts: list[str] = []
    for ontology, some in zip(ontologies, claims, strict=True):
        lines = question(ontology)[0]
        texts.append(document(lines))
        for one in some:
            found = trial(one)
            assert isinstance(found, Trial)
            for part in (found.denied, found.claimed, found.fits, found.subject):
                texts.append(document([*lines, *(axiom_text(a, [(ROW, literal("0"))]) for a in part)]))
    verdicts = iter(consistent(texts))
    out: list[list[Told]] = []
    for some in claims:
        whole = next(verdicts)
        out.append([_told(one, whole, [next(verdicts) for _ in range(4)]) for one in some])
    return out


def _told(claim: Axiom, whole: bool | None, parts: list[bool | None]) -> Told:
    """CONCEPTS in a few lines: parts are the consistency of denied, claimed, fits and subject."""
    found = trial(claim)
    assert isinstance(found, Trial)
    denied, claimed, fits, subject = parts
    if not whole or (found.of_class and subject is False):
        return None, None, None
    entailed, refuted = (None if part is None else not part for part in (denied, claimed))
    extent = "not all" if fits else "none"
    return entailed, refuted, extent if refuted and found.fits else None
