"""What the DL oracle decides, and when it starts no Java at all."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lithograph.ontology.axioms import ATOM_KINDS, Axiom, Expression, Ontology
from lithograph.ontology.functional import document
from lithograph.ontology.terms import Terms, literal
from lithograph.reason.oracle import consistency as oracle
from lithograph.reason.oracle.consistency import (
    Inconsistent,
    NoOracle,
    Verdict,
    can_clash,
    consistency,
    require_consistent,
    why_unsatisfiable,
)
from lithograph.reason.question import proper, question

E = "http://ex.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
A, B, C, P, Q, D = E + "A", E + "B", E + "C", E + "p", E + "q", E + "d"
NOTHING = "http://www.w3.org/2002/07/owl#Nothing"


def ontology_of(*axioms: Axiom, rules: int = 0, atoms: bool = False) -> Ontology:
    """An ontology of compound axioms, with one harmless atom before them where asked."""
    terms = Terms.of([A, B, E + "subClassOf"] if atoms else [])
    triples = [[terms.id(A), terms.id(E + "subClassOf"), terms.id(B)]] if atoms else []
    return Ontology(
        E + "o", None, terms,
        np.array(triples, np.int32).reshape(-1, 3), np.full(len(triples), ATOM_KINDS.index("SubClassOf"), np.uint8),
        tuple(sorted(axioms, key=lambda a: a.text)), {}, (), rules=rules,
    )  # fmt: skip


CLASH = (
    Axiom("DisjointClasses", (A, B)),
    Axiom("SubClassOf", (C, A)),
    Axiom("SubClassOf", (C, B)),
    Axiom("ClassAssertion", (C, E + "c")),
)
NOISE = (
    Axiom("SubClassOf", (A, E + "Thing")),
    Axiom("ObjectPropertyDomain", (P, A)),
    Axiom("ClassAssertion", (A, E + "a")),
)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any attempt to start a process fails."""

    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    yield


def test_a_contradiction_is_shown_by_axioms_that_are_all_needed() -> None:
    ontology = ontology_of(*CLASH, *NOISE)
    verdict = consistency(ontology)
    assert verdict.consistent is False
    assert verdict.minimal
    assert {ontology.axiom(row) for row in verdict.justification} == set(CLASH)
    with pytest.raises(Inconsistent, match=r"contradicts itself \(4 axioms cannot all be true: .*DisjointWith"):
        require_consistent(ontology, verdict)


def test_a_class_without_possible_members_is_named_and_the_ontology_stays_consistent() -> None:
    below = Axiom("SubClassOf", (E + "BelowC", ("ObjectIntersectionOf", C, A)))
    verdict = consistency(ontology_of(*CLASH[:3], below, *NOISE), unsatisfiable=True)
    assert verdict.consistent is True
    assert verdict.unsatisfiable == (E + "BelowC", C)
    assert verdict.why.startswith("HermiT 1.3.8")
    require_consistent(ontology_of(), verdict)


def test_a_class_without_possible_members_is_explained_by_axioms() -> None:
    ontology = ontology_of(*CLASH[:3], *NOISE)
    verdict = why_unsatisfiable(ontology, C)
    assert (verdict.consistent, verdict.minimal) == (False, True)
    assert {ontology.axiom(row) for row in verdict.justification} == set(CLASH[:3])


def test_what_the_reasoner_cannot_take_is_left_out_with_a_reason() -> None:
    ontology = ontology_of(
        *CLASH,
        Axiom("DataPropertyRange", (D, XSD + "date")),
        Axiom("DataPropertyAssertion", (D, E + "a", literal("ten", datatype=XSD + "integer"))),
        Axiom("TransitiveObjectProperty", (P,)),
        Axiom("SubClassOf", (A, ("ObjectMaxCardinality", 1, P, B))),
        rules=2,
    )
    verdict = consistency(ontology, explain=False)
    assert verdict.consistent is False
    assert verdict.justification == ()
    reasons = dict(verdict.skipped)
    assert reasons.pop("SWRL rule") == 2
    assert reasons.pop(f"datatype outside the OWL 2 datatype map: {XSD}date") == 1
    assert sum("MalformedLiteralException" in reason for reason in reasons) == 1
    assert sum("Non-simple property" in reason for reason in reasons) == 1


def test_anonymous_individuals_do_not_hinder() -> None:
    apart = Axiom("DifferentIndividuals", ("_:x", "_:y"))
    same = Axiom("SameIndividual", ("_:x", "_:y"))
    assert consistency(ontology_of(apart)).consistent is True
    verdict = consistency(ontology_of(apart, same))
    assert (verdict.consistent, len(verdict.justification), dict(verdict.skipped)) == (False, 2, {})


def test_a_verdict_that_was_reached_once_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "verdicts" / "oracle.json"
    ontology = ontology_of(*CLASH, *NOISE)
    first = consistency(ontology, cache=cache)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert consistency(ontology_of(*NOISE, *reversed(CLASH)), cache=cache, unsatisfiable=True) == first
    assert [file.name for file in cache.parent.iterdir()] == ["oracle.json"]


def test_a_cached_verdict_that_does_not_answer_the_question_is_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "oracle.json"
    cache.write_text("{broken")
    ontology = ontology_of(*CLASH[:3])
    answers = [
        {"consistent": True, "engine": "E"},
        {"consistent": True, "engine": "E", "unsatisfiable": [C], "complete": False},
        {"consistent": True, "engine": "E", "unsatisfiable": [C], "complete": True},
    ]
    monkeypatch.setattr(oracle, "_ask", lambda request: answers.pop(0))
    assert consistency(ontology, cache=cache) == Verdict(True, "E")
    undecided = consistency(ontology, cache=cache, unsatisfiable=True, seconds=3)
    assert undecided == Verdict(True, "E; unsatisfiable classes: not decided in 3 s")
    assert consistency(ontology, cache=cache, unsatisfiable=True) == Verdict(True, "E", (C,))
    assert consistency(ontology, cache=cache, unsatisfiable=True) == Verdict(True, "E", (C,))
    assert consistency(ontology, cache=cache) == Verdict(True, "E")
    assert answers == []


def test_a_bound_that_is_too_tight_decides_nothing(tmp_path: Path) -> None:
    verdict = consistency(ontology_of(*CLASH), seconds=0.01, cache=tmp_path / "oracle.json")
    assert verdict.consistent in (None, False)
    with pytest.raises(
        NoOracle, match=r"HermiT cannot be started .*heap.*Install it with: pip install .*oracle = .off"
    ):
        consistency(ontology_of(*CLASH), memory_mb=1, cache=tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


@pytest.mark.usefixtures("no_process")
def test_no_java_is_started_where_nothing_can_clash() -> None:
    verdict = consistency(ontology_of(*NOISE, atoms=True), unsatisfiable=True)
    assert verdict == Verdict(True, "nothing in it can clash", ())


HARMLESS: list[tuple[Expression, ...]] = [
    ("SubClassOf", A, ("ObjectSomeValuesFrom", P, ("ObjectUnionOf", B, C))),
    ("SubClassOf", A, ("ObjectAllValuesFrom", ("ObjectInverseOf", P), B)),
    ("EquivalentClasses", A, ("ObjectOneOf", E + "a", E + "b")),
    ("SubClassOf", A, ("ObjectExactCardinality", 1, P)),
    ("SubClassOf", A, ("ObjectMaxCardinality", 3, P, B)),
    ("SubClassOf", A, ("ObjectMinCardinality", 5, P, B)),
    ("SubObjectPropertyOf", ("ObjectPropertyChain", P, Q), P),
    ("HasKey", A, ("", P), ("",)),
    ("DataPropertyRange", D, XSD + "date"),
    ("DataPropertyAssertion", D, E + "a", literal("7", datatype=XSD + "integer")),
    ("AnnotationAssertion", E + "note", A, literal("x", datatype=XSD + "integer")),
    ("SameIndividual", E + "a", E + "b"),
]
CLASHING: list[tuple[Expression, ...]] = [
    ("DisjointClasses", A, B),
    ("DisjointUnion", A, B, C),
    ("SubClassOf", A, NOTHING),
    ("SubClassOf", A, ("ObjectComplementOf", B)),
    ("SubClassOf", A, ("ObjectMaxCardinality", 0, P)),
    ("SubClassOf", A, ("ObjectExactCardinality", 2, P)),
    ("SubClassOf", A, ("DataSomeValuesFrom", D, ("DataOneOf",))),
    ("NegativeObjectPropertyAssertion", P, E + "a", E + "b"),
    ("DifferentIndividuals", E + "a", E + "b"),
    ("AsymmetricObjectProperty", P),
    ("IrreflexiveObjectProperty", P),
    ("DisjointObjectProperties", P, Q),
    ("SubObjectPropertyOf", P, "http://www.w3.org/2002/07/owl#bottomObjectProperty"),
    ("DataPropertyAssertion", D, E + "a", literal("ten", datatype=XSD + "integer")),
    ("DatatypeDefinition", E + "t", XSD + "integer"),
    ("SomethingNeverHeardOf", A),
]


def axiom_of(expression: tuple[Expression, ...]) -> Axiom:
    """The axiom of a tuple."""
    return Axiom(str(expression[0]), expression[1:])


@pytest.mark.parametrize("expression", HARMLESS, ids=str)
def test_a_construct_that_holds_in_a_model_of_everything_cannot_clash(expression: tuple[Expression, ...]) -> None:
    assert not can_clash(ontology_of(axiom_of(expression), *NOISE, atoms=True))


@pytest.mark.parametrize("expression", CLASHING, ids=str)
def test_a_construct_that_denies_can_clash(expression: tuple[Expression, ...]) -> None:
    assert can_clash(ontology_of(axiom_of(expression), *NOISE, atoms=True))


def test_constructs_that_need_different_models_can_clash_together() -> None:
    at_least, functional = HARMLESS[5], ("FunctionalObjectProperty", P)
    assert can_clash(ontology_of(axiom_of(at_least), axiom_of(functional)))
    ranged, valued = HARMLESS[8], HARMLESS[9]
    assert can_clash(ontology_of(axiom_of(ranged), axiom_of(valued)))
    assert can_clash(ontology_of(rules=1))


WILD: list[tuple[tuple[Expression, ...], tuple[Expression, ...] | None]] = [
    (("SubClassOf", A, ("ObjectUnionOf", ("ObjectIntersectionOf", B))), ("SubClassOf", A, B)),
    (("SubClassOf", A, ("ObjectOneOf",)), ("SubClassOf", A, NOTHING)),
    (("DisjointUnion", A, B), ("EquivalentClasses", A, B)),
    (("DisjointUnion", A), ("EquivalentClasses", A, NOTHING)),
    (("DisjointClasses", A, A), ("SubClassOf", A, NOTHING)),
    (("DifferentIndividuals", E + "a", E + "a"), ("ClassAssertion", NOTHING, E + "a")),
    (("DifferentIndividuals", E + "a"), None),
    (("SameIndividual", E + "a", E + "a"), None),
    (("EquivalentClasses", A, A), None),
    (("DataPropertyRange", D, ("DatatypeRestriction", XSD + "int")), ("DataPropertyRange", D, XSD + "int")),
    (("SubClassOf", A, ("ObjectOneOf", E + "a")), ("SubClassOf", A, ("ObjectOneOf", E + "a"))),
]


@pytest.mark.parametrize(("wild", "meant"), WILD, ids=lambda e: str(e)[:60])
def test_a_form_that_the_grammar_has_not_is_asked_as_what_it_means(
    wild: tuple[Expression, ...], meant: tuple[Expression, ...] | None
) -> None:
    assert proper(axiom_of(wild)) == (None if meant is None else axiom_of(meant))


def random_expression(rng: random.Random, name: str, depth: int) -> Expression:
    """A class expression over three classes and two properties of a namespace."""
    if depth == 0 or rng.random() < 0.3:
        return name + rng.choice("ABC")
    inner = [random_expression(rng, name, depth - 1) for _ in range(2)]
    relation = name + rng.choice("pq")
    forms: list[Expression] = [
        ("ObjectIntersectionOf", *inner), ("ObjectUnionOf", *inner), ("ObjectSomeValuesFrom", relation, inner[0]),
        ("ObjectAllValuesFrom", relation, inner[0]), ("ObjectOneOf", name + "a"), ("ObjectHasSelf", relation),
        ("ObjectMinCardinality", rng.randint(0, 3), relation, inner[0]),
        ("ObjectMaxCardinality", rng.randint(0, 3), relation, inner[0]),
        ("ObjectExactCardinality", rng.randint(0, 2), relation, inner[0]),
        ("DataSomeValuesFrom", name + "d", XSD + "integer"), ("DataMaxCardinality", 0, name + "d"),
        ("ObjectComplementOf", inner[0]), ("ObjectHasValue", relation, name + "b"),
    ]  # fmt: skip
    return rng.choice(forms)


def random_axioms(rng: random.Random, name: str) -> list[Axiom]:
    """Four axioms and two assertions in a namespace."""
    axioms = [
        Axiom(
            rng.choice(["SubClassOf", "EquivalentClasses"]), (name + rng.choice("ABC"), random_expression(rng, name, 2))
        )
        for _ in range(4)
    ]
    axioms.append(Axiom("ClassAssertion", (random_expression(rng, name, 1), name + "a")))
    last = rng.choice([
        ("FunctionalObjectProperty", name + "p"), ("SameIndividual", name + "a", name + "b"),
        ("ObjectPropertyAssertion", name + "q", name + "a", name + "b"), ("FunctionalDataProperty", name + "d"),
    ])  # fmt: skip
    return [*axioms, axiom_of(last)]


ASK_EACH = """
import json, math, runpy, sys
worker = runpy.run_path(sys.argv[1])
worker["start_java"](512)
for document in json.load(sys.stdin):
    oracle = worker["Oracle"](document, "urn:litho:row", math.inf)
    reasoner = oracle.load_all()
    consistent, nothing = bool(reasoner.isConsistent()), reasoner.getUnsatisfiableClasses().getSize()
    worker["say"](consistent=consistent, unsatisfiable=nothing - 1, refused=oracle.refused)
"""


def test_what_cannot_clash_is_consistent_for_the_reasoner_too() -> None:
    rng = random.Random(7)
    drawn = [ontology_of(*random_axioms(rng, E)) for _ in range(600)]
    harmless = [ontology for ontology in drawn if not can_clash(ontology)]
    assert len(harmless) > 60
    documents = [document(question(ontology)[0]) for ontology in harmless]
    said = subprocess.run(
        [sys.executable, "-c", ASK_EACH, str(Path(oracle.__file__).with_name("worker.py"))],
        input=json.dumps(documents), text=True, capture_output=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert [json.loads(line) for line in said] == [{"consistent": True, "unsatisfiable": 0, "refused": []}] * len(
        harmless
    )
