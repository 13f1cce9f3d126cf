"""The calculus on Nemo against HermiT: real hierarchies, random ontologies; its proofs, step by step."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hermit_hierarchy import hierarchy
from tried_afresh import E, drawn, ontology_of, told_afresh

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import Truth
from lithograph.ontology.load import load
from lithograph.ontology.manchester import manchester
from lithograph.reason.calculus.clauses import clauses, text, usable, written
from lithograph.reason.calculus.deduction import BrokenDerivation, Step, check, derive, shortest
from lithograph.reason.calculus.engine import Saturation, saturate
from lithograph.reason.calculus.program import ARITY
from lithograph.reason.calculus.translate import program_of
from lithograph.reason.evidence import Derivation, Extent
from lithograph.reason.status import Reasoning, is_leaf, prove, statuses

CLASSIFIED = {
    "EDAM_1.25.owl": "edam/EDAM_1.25.owl", "bfo-core.owl": "bfo-2020/bfo-core.owl",
    "foaf.rdf": "w3c-vocabularies/foaf.rdf", "generations.owl": "protege-classics/generations.owl",
    "go-nucleus.owl": "go-nucleus/go-nucleus.owl", "koala.owl": "protege-classics/koala.owl",
    "philosurfical.ttl": "events-narrative-metaphor/philosurfical.ttl", "pizza.owl": "protege-classics/pizza.owl",
    "primer.rdfxml.xml": "protege-classics/owl2-primer/primer.rdfxml.xml", "prov-o.owl": "w3c-vocabularies/prov-o.owl",
    "skos.rdf": "w3c-vocabularies/skos.rdf", "uberon_module.owl": "unsat-inconsistent-ofn/uberon_module.owl",
    "univ-bench.owl": "protege-classics/univ-bench/univ-bench.owl",
}  # fmt: skip


@functools.cache
def saturated(path: Path) -> Saturation:
    return saturate(program_of(load(path, missing="warn")))


def named_pairs(saturation: Saturation) -> set[tuple[str, str]]:
    """(class, class above it) by name."""
    table, program = saturation.pairs("sub"), saturation.program
    named = (table < 2 + program.size).all(axis=1)
    return {(str(program.expression(a)), str(program.expression(b))) for a, b in table[named].tolist()}


@pytest.mark.data
@pytest.mark.parametrize("name", CLASSIFIED)
def test_every_named_subsumption_is_hermits_and_none_is_missed(name: str, shared_data: Path) -> None:
    classes, pairs, empty = hierarchy(shared_data / "oracle" / "hermit-classification" / f"{name}.hermit.txt")
    ours = named_pairs(saturated(shared_data / "ontologies" / CLASSIFIED[name]))
    living = classes - empty - {v.THING, v.NOTHING}
    assert {low for low, high in ours if high == v.NOTHING and low in classes} == empty - {v.NOTHING}
    theirs = {(low, high) for low, high in pairs if low != high and {low, high} <= living}
    assert {(low, high) for low, high in ours if low != high and {low, high} <= living} == theirs


def test_on_random_ontologies_no_status_is_wrong() -> None:
    ontologies, claims = drawn(11, 30, 10)
    told = told_afresh(ontologies, claims)
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for ontology, some, says in zip(ontologies, claims, told, strict=True):
        for claim, evidence, (entailed, refuted, extent) in zip(
            some, statuses(Reasoning.of(ontology), some), says, strict=True
        ):
            if evidence.truth is None or entailed is None or refuted is None:
                continue
            truth = "entailed" if evidence.truth in (Truth.ASSERTED, Truth.ENTAILED) else evidence.truth.name.lower()
            meant = "entailed" if entailed else "refuted" if refuted else "unknown"
            counts[meant, truth] += 1
            if meant != truth or (truth == "refuted" and evidence.extent and evidence.extent != extent):
                wrong.append((manchester(claim), meant, extent, evidence))
    assert wrong == []
    assert min(counts[t, t] for t in ("entailed", "refuted", "unknown")) > 10


P, Q, R = (E + name for name in "pqr")
A, B, C, D = (E + name for name in "ABCD")
a, b, c = (E + name for name in "abc")


def some(relation: object, filler: object) -> tuple[object, ...]:
    return ("ObjectSomeValuesFrom", relation, filler)


def status(*axioms: Axiom, of: Axiom) -> tuple[Truth | None, Extent | None]:
    evidence = statuses(Reasoning.of(ontology_of(*axioms)), [of])[0]
    return evidence.truth, evidence.extent


def sub(low: object, high: object) -> Axiom:
    return Axiom("SubClassOf", (low, high))  # type: ignore[arg-type]


def fact(relation: str, one: str, other: str) -> Axiom:
    return Axiom("ObjectPropertyAssertion", (relation, one, other))


def kind(individual: str, of: object) -> Axiom:
    return Axiom("ClassAssertion", (of, individual))  # type: ignore[arg-type]


ENTAILED = {
    "along the hierarchy": ([sub(A, B), sub(B, C)], sub(A, C)),
    "through a definition": (
        [sub(A, B), sub(A, some(P, C)), Axiom("EquivalentClasses", (D, ("ObjectIntersectionOf", B, some(P, C))))],
        sub(A, D),
    ),
    "along a chain of three": (
        [Axiom("SubObjectPropertyOf", (("ObjectPropertyChain", P, Q, R), P)), fact(P, a, b), fact(Q, b, c),
         fact(R, c, a)],
        fact(P, a, a),
    ),
    "by a functional property": ([Axiom("FunctionalObjectProperty", (P,)), fact(P, a, b), fact(P, a, c), kind(b, A)],
                                 kind(c, A)),
    "by an identifying property": ([Axiom("InverseFunctionalObjectProperty", (P,)), fact(P, a, c), fact(P, b, c)],
                                   Axiom("SameIndividual", (a, b))),
    "by a key": (
        [Axiom("HasKey", (A, ("", P, Q), ("",))), kind(a, A), kind(b, A),
         *(fact(r, x, c) for r in (P, Q) for x in (a, b))],
        Axiom("SameIndividual", (a, b)),
    ),
    "by the inverse of an expression": (
        [fact(P, a, b), sub(some(("ObjectInverseOf", P), A), C), kind(a, A)], kind(b, C)),
    "by cases": ([sub(A, ("ObjectUnionOf", B, C)), sub(B, D), sub(C, D)], sub(A, D)),
    "by ruling an alternative out": (
        [sub(A, ("ObjectUnionOf", B, C)), sub(A, D), Axiom("DisjointClasses", (B, D))], sub(A, C)),
    "by a list of individuals": ([Axiom("EquivalentClasses", (A, ("ObjectOneOf", a, b)))], kind(a, A)),
    "by a value": ([Axiom("EquivalentClasses", (A, ("ObjectHasValue", P, b))), fact(P, a, b)], kind(a, A)),
    "by a number": ([sub(A, ("ObjectMinCardinality", 3, P, B)), sub(B, C)], sub(A, ("ObjectMinCardinality", 2, P, C))),
    "by a data range": (
        [Axiom("DataPropertyAssertion", (P, a, f'"7"^^{v.XSD}integer')),
         Axiom("EquivalentClasses", (A, ("DataSomeValuesFrom", P, ("DatatypeRestriction", v.XSD + "integer",
                                                                 v.XSD + "minInclusive", f'"5"^^{v.XSD}integer'))))],
        kind(a, A),
    ),
}  # fmt: skip
REFUTED = {
    "disjoint classes": ([Axiom("DisjointClasses", (B, C)), sub(A, B)], sub(A, C), Extent.NONE),
    "a known member that is not": ([kind(a, A), kind(a, C), Axiom("DisjointClasses", (B, C))], sub(A, B),
                                   Extent.NOT_ALL),
    "a complement": ([sub(A, ("ObjectComplementOf", B))], sub(A, B), Extent.NONE),
    "a denied fact": ([Axiom("NegativeObjectPropertyAssertion", (P, a, b))], fact(P, a, b), None),
    "two where one is allowed": (
        [Axiom("FunctionalObjectProperty", (P,)), fact(P, a, b), Axiom("DifferentIndividuals", (b, c))], fact(P, a, c),
        None),
    "the range of a property": ([Axiom("ObjectPropertyRange", (P, B)), kind(b, C), Axiom("DisjointClasses", (B, C))],
                                fact(P, a, b), None),
    "irreflexive": ([Axiom("IrreflexiveObjectProperty", (P,))], fact(P, a, a), None),
    "asymmetric": ([Axiom("AsymmetricObjectProperty", (P,)), fact(P, a, b)], fact(P, b, a), None),
    "disjoint properties": ([Axiom("DisjointObjectProperties", (P, Q)), fact(P, a, b)], fact(Q, a, b), None),
    "only others": (
        [sub(A, ("ObjectAllValuesFrom", P, B)), Axiom("DisjointClasses", (B, C))], sub(A, some(P, C)), Extent.NONE),
    "three where two are allowed": (
        [kind(a, ("ObjectMaxCardinality", 2, P, A)), *(kind(x, A) for x in (a, b, c)), fact(P, a, b), fact(P, a, c),
         Axiom("DifferentIndividuals", (a, b, c))],
        fact(P, a, a), None),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTAILED)
def test_what_follows_is_found(name: str) -> None:
    axioms, claim = ENTAILED[name]
    assert status(*axioms, of=claim)[0] is Truth.ENTAILED


@pytest.mark.parametrize("name", REFUTED)
def test_what_is_refuted_is_found_with_its_extent(name: str) -> None:
    axioms, claim, extent = REFUTED[name]
    assert status(*axioms, of=claim) == (Truth.REFUTED, extent)


@pytest.mark.parametrize("name", ENTAILED)
def test_no_axiom_of_a_justification_can_be_left_out(name: str) -> None:
    axioms, claim = ENTAILED[name]
    ontology = ontology_of(*axioms)
    rows = statuses(Reasoning.of(ontology), [claim])[0].axioms
    assert rows
    for row in rows:
        rest = [ontology.axiom(other) for other in rows if other != row]
        assert status(*rest, of=claim)[0] is not Truth.ENTAILED


def test_a_subject_without_members_has_no_status() -> None:
    evidence = statuses(Reasoning.of(ontology_of(sub(A, B), sub(A, ("ObjectComplementOf", B)))), [sub(A, C)])[0]
    assert (evidence.truth, evidence.why) == (None, "its subject can have no member")


def test_the_member_that_is_presupposed_is_a_marked_leaf() -> None:
    evidence = statuses(Reasoning.of(ontology_of(sub(A, B), Axiom("DisjointClasses", (B, C)))), [sub(A, C)])[0]
    assert evidence.proof is not None
    marks = {node.rule for node in nodes(evidence.proof) if not node.premises}
    assert marks == {"asserted", "presupposed", "supposed"}
    assert evidence.presupposed == (A,)


def nodes(derivation: Derivation) -> list[Derivation]:
    return [derivation, *(n for premise in derivation.premises for n in nodes(premise))]


def pizza(shared_data: Path) -> Saturation:
    return saturated(shared_data / "ontologies" / CLASSIFIED["pizza.owl"])


@pytest.mark.data
def test_every_step_of_a_proof_is_checked_and_a_forged_one_is_refused(shared_data: Path) -> None:
    saturation = pizza(shared_data)
    program = saturation.program
    reasoning = Reasoning(program.ontology, saturation)
    named = next(iri for iri in program.ontology.terms.texts if iri.endswith("#Margherita"))
    food = next(iri for iri in program.ontology.terms.texts if iri.endswith("#VegetarianPizza"))
    step, axioms = prove(reasoning, ("sub", (program.id(named), program.id(food))))
    assert step.height > 3

    def leaf(says: tuple[str, tuple[int, ...]]) -> bool:
        return is_leaf(program, says, axioms.get(says))

    check(step, leaf)
    for forged in forgeries(step):
        with pytest.raises(BrokenDerivation):
            check(forged, leaf)


def forgeries(step: Step) -> list[Step]:
    """The same proof with one thing wrong: another conclusion, rule, premise or leaf, at the root and below."""
    name, numbers = step.says
    first, *rest = step.premises
    return [
        replace(step, says=(name, (numbers[0], numbers[1] + 1))), replace(step, rule="domain"),
        replace(step, premises=(first,)), replace(step, premises=(*rest, first)),
        replace(step, premises=(replace(first, rule="", premises=()), *rest)),
        replace(step, rule="no such rule"),
    ]  # fmt: skip


def test_a_proof_has_the_least_height_of_its_axioms() -> None:
    told = [("told", (i, i + 1)) for i in range(10, 14)] + [("told", (10, 13)), ("context", (10,))]
    step = derive(told, ("sub", (10, 14)))
    assert step is not None
    assert step.height == 3
    fewest = shortest(told, {leaf: i for i, leaf in enumerate(told[:5])}, ("sub", (10, 14)))
    assert fewest is not None
    assert len({leaf for leaf in fewest.leaves() if leaf[0] == "told"}) == 2


def test_every_rule_has_a_name_and_a_source_and_is_written_as_it_was_read() -> None:
    rules = clauses()
    assert len(rules) == text().count("#[name(")
    assert all(clause.source for clause in rules.values())
    given = {atom.predicate for clause in rules.values() for atom in clause.body}
    assert given - {clause.head.predicate for clause in rules.values()} <= set(ARITY)
    again = " ".join(written(clause) for clause in rules.values())
    assert again.count(":-") == len(rules)


def test_rules_without_statements_to_start_from_are_left_out() -> None:
    assert [clause.name for clause in usable(["context"])] == ["a class below itself", "everything is a thing"]


def test_the_order_of_axioms_changes_nothing() -> None:
    axioms, claim = ENTAILED["through a definition"]

    def told(ontology: Ontology) -> object:
        return statuses(Reasoning.of(ontology), [claim])[0]

    assert told(ontology_of(*axioms)) == told(ontology_of(*reversed(axioms)))


@pytest.mark.data
def test_what_is_found_is_closed_and_grows_with_the_axioms(shared_data: Path) -> None:
    saturation = pizza(shared_data)
    table = saturation.pairs("sub")
    assert (np.diff(table[:, 0]) >= 0).all()
    fewer = ontology_of(
        *(saturation.program.ontology.axiom(row) for row in range(0, len(saturation.program.ontology), 2))
    )
    assert named_pairs(saturate(program_of(fewer))) <= named_pairs(saturation)
