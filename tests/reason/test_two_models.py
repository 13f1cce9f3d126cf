"""Two models make a claim unknown: never where HermiT knows better, and the checker alone has the last word."""

from __future__ import annotations

import random
from collections import Counter

import claims_in_words as words
import pytest
from drawn_axioms import AXIOMS, DECLARED, filled
from hermit_judges import judge

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.reason.models.axioms import satisfied
from lithograph.reason.models.certify import TwoModels, two_models
from lithograph.reason.models.check import violated
from lithograph.reason.models.index import index_of
from lithograph.reason.models.structure import structure_of

CLAIMS = (
    "SubClassOf({c} {c})", "SubClassOf({c} {e})", "SubClassOf({c} {e})", "DisjointClasses({c} {c})",
    "ClassAssertion({c} {i})", "ClassAssertion({e} {i})", "ObjectPropertyAssertion({r} {i} {i})",
    "DataPropertyAssertion({d} {i} {v})",
)  # fmt: skip


def drawn(seed: int) -> tuple[Ontology, list[Axiom]]:
    """A random ontology of nine axioms, and random claims."""
    rng = random.Random(seed)
    axioms = DECLARED + [filled(rng, rng.choice(AXIOMS)) for _ in range(9)]
    asked = [filled(rng, rng.choice(CLAIMS)) for _ in range(8)]
    ontology = words.graph_of(words.functional(" ; ".join(axioms)), "ofn").ontology
    known = words.graph_of(words.functional(" ; ".join(DECLARED + asked)), "ofn").ontology
    claims = [a for a in (known.axiom(row) for row in range(len(known))) if a.kind != "Declaration"]
    return ontology, [a for a in claims if a.kind != "DisjointClasses" or len(set(a.operands)) == 2]


def refereed(seeds: range) -> tuple[Counter[tuple[str | None, bool]], list[str]]:
    """How many claims have which status and a certificate, and the claims whose certificate HermiT contradicts."""
    drawings = [drawn(seed) for seed in seeds]
    statuses = judge(drawings)
    counts: Counter[tuple[str | None, bool]] = Counter()
    wrong: list[str] = []
    for seed, (ontology, claims), told in zip(seeds, drawings, statuses, strict=True):
        for claim, status in zip(claims, told, strict=True):
            found = two_models(ontology, claim)
            counts[status, found is not None] += 1
            if found is not None and status in ("entailed", "refuted", "inconsistent"):
                wrong.append(f"{seed}: {status} {claim.text}")
            if found is not None:
                assert_checked(ontology, claim, found)
    return counts, wrong


def assert_checked(ontology: Ontology, claim: Axiom, found: TwoModels) -> None:
    """Both models, as wholes, pass the checker on every axiom; the claim holds in the one alone."""
    definitions = index_of(ontology).definitions
    for model, holds in ((found.satisfying, True), (found.violating, False)):
        assert violated(model.whole(), ontology) is None
        assert satisfied(structure_of(model.whole(), definitions), claim) is holds


def claimed(axioms: str, claim: str) -> tuple[Ontology, Axiom]:
    """An ontology, and a claim in its words."""
    both = [words.graph_of(words.functional(" ; ".join([*DECLARED, text])), "ofn").ontology for text in (axioms, claim)]
    (asked,) = [a for a in map(both[1].axiom, range(len(both[1]))) if a.kind != "Declaration"]
    return both[0], asked


def test_the_same_claim_gets_the_same_two_models() -> None:
    some, fact = "SubClassOf(:C0 ObjectSomeValuesFrom(:r0 :C1))", "ClassAssertion(:C2 :i0)"
    ontology, claim = claimed(f"{some} ; {fact}", "SubClassOf(:C0 :C2)")
    found = two_models(ontology, claim)
    assert found is not None
    assert_checked(ontology, claim, found)
    assert two_models(*claimed(f"{fact} ; {some}", "SubClassOf(:C0 :C2)")) == found


def test_the_member_is_there_in_both_models() -> None:
    ontology, claim = claimed("SubClassOf(:C1 :C2)", "SubClassOf(:C0 ObjectAllValuesFrom(:r0 :C1))")
    found = two_models(ontology, claim)
    assert found is not None
    assert all(model.whole().classes["http://e/C0"] for model in (found.satisfying, found.violating))
    empty, claim = claimed("SubClassOf(:C0 owl:Nothing)", "SubClassOf(:C0 :C1)")
    assert two_models(empty, claim) is None


@pytest.mark.parametrize(
    ("axioms", "claim"),
    [
        ('DataPropertyAssertion(:d0 :i0 "P1Y"^^xsd:duration)', "ClassAssertion(:C0 :i0)"),
        ("SubClassOf(:C0 DataSomeValuesFrom(:d0 xsd:hexBinary))", "SubClassOf(:C0 :C1)"),
        ("SubDataPropertyOf(owl:topDataProperty :d0)", "SubClassOf(:C0 :C1)"),
        ("SubClassOf(:C1 :C2)", "EquivalentClasses(:C1 :C2)"),
    ],
)
def test_what_the_checker_does_not_understand_has_no_certificate(axioms: str, claim: str) -> None:
    assert two_models(*claimed(axioms, claim)) is None


def test_hermit_contradicts_no_certificate_of_random_ontologies() -> None:
    counts, wrong = refereed(range(30))
    assert wrong == []
    assert counts["entailed", False] > 10
    assert counts["refuted", False] > 5
    assert counts["unknown", True] > 0.95 * (counts["unknown", True] + counts["unknown", False])


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 1100, 200))
def test_hermit_contradicts_no_certificate_of_many_random_ontologies(first: int) -> None:
    counts, wrong = refereed(range(first, first + 200))
    assert wrong == []
    assert counts["unknown", True] > 0.95 * (counts["unknown", True] + counts["unknown", False])
