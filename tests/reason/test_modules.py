"""The module of a claim: where two ontologies give it the same one, nothing about the claim differs."""

from __future__ import annotations

import random
from collections.abc import Iterator

import claims_in_words as words
import pytest
from drawn_axioms import AXIOMS, DECLARED, filled
from hermit_judges import judge

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.reason.models.certify import two_models
from lithograph.reason.modules import Modules

CLAIMS = (
    "SubClassOf({c} {c})", "SubClassOf({c} {c})", "SubClassOf({c} {e})", "DisjointClasses({c} {c})",
    "ClassAssertion({c} {i})", "ObjectPropertyAssertion({r} {i} {i})",
)  # fmt: skip
OF_CLASSES = [a for a in AXIOMS if "{i}" not in a and "_:" not in a and "{e}" not in a]
"""Of what speaks of individuals too much is in every module; and class expressions are drawn with nominals."""

Pair = tuple[Ontology, Ontology, list[Axiom]]


def of(axioms: list[str]) -> Ontology:
    """An ontology of some axioms."""
    return words.graph_of(words.functional(" ; ".join([*DECLARED, *axioms])), "ofn").ontology


def said(ontology: Ontology) -> list[Axiom]:
    """The axioms of an ontology but for its declarations."""
    return [a for a in map(ontology.axiom, range(len(ontology))) if a.kind != "Declaration"]


def pair(seed: int) -> Pair:
    """A random ontology, the same with one axiom more and one less, and the claims of which both have one module."""
    rng = random.Random(seed)
    axioms = [filled(rng, rng.choice(OF_CLASSES if n < 5 else AXIOMS)) for n in range(7)]
    other = [*axioms[1:], filled(rng, rng.choice(AXIOMS))]
    asked = [filled(rng, rng.choice(CLAIMS)) for _ in range(8)]
    one, two, claims = of(axioms), of(other), said(of(asked))
    before, after = Modules.of(one), Modules.of(two)
    if before is None or after is None:
        return one, two, []
    shapes = [a for a in claims if a.kind != "DisjointClasses" or len(set(a.operands)) == 2]
    return one, two, [a for a in shapes if before.key(a) == after.key(a)]


def alike(seeds: range) -> Iterator[Pair]:
    """The pairs of which some claim has the same module in both."""
    for seed in seeds:
        found = pair(seed)
        if found[2] and found[0].version != found[1].version:
            yield found


def test_the_search_for_two_models_reads_a_claims_module_alone() -> None:
    compared = 0
    for one, two, claims in alike(range(150)):
        for claim in claims:
            assert two_models(one, claim) == two_models(two, claim), claim.text
            compared += 1
    assert compared > 100


def test_hermit_says_the_same_where_the_module_is_the_same() -> None:
    pairs = list(alike(range(60)))
    before = judge([(one, claims) for one, _, claims in pairs])
    after = judge([(two, claims) for _, two, claims in pairs])
    told = [both for one, two in zip(before, after, strict=True) for both in zip(one, two, strict=True)]
    decided = [both for both in told if None not in both]  # an axiom elsewhere may be in HermiT's way
    assert all(one == two for one, two in decided)
    assert len(decided) > 0.8 * len(told) and sum(one in ("entailed", "refuted") for one, _ in decided) > 10


def test_what_a_module_holds() -> None:
    ontology = of(["SubClassOf(:C0 ObjectSomeValuesFrom(:r0 :C1))", "SubClassOf(:C1 :C2)", "SubClassOf(:C3 :C0)",
                   "ObjectPropertyDomain(:s0 :C3)", "ClassAssertion(:C2 :i0)"])  # fmt: skip
    (claim,) = said(of(["SubClassOf(:C0 :C2)"]))
    modules = Modules.of(ontology)
    assert modules is not None
    held = [ontology.axiom(row).text for row in modules.rows(claim)]
    assert len(held) == 3
    assert not any("C3" in text for text in held)


@pytest.mark.parametrize("axiom", ["SubObjectPropertyOf(owl:topObjectProperty :r0)",
                                   'DataPropertyAssertion(:d0 :i0 "P1Y"^^xsd:duration)'])  # fmt: skip
def test_there_are_no_modules_where_one_axiom_may_reach_all_others(axiom: str) -> None:
    assert Modules.of(of([axiom])) is None
