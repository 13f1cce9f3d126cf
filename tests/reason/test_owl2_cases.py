"""The W3C OWL 2 test cases from their manifest: by the rules, by the oracle, and the page that says so.

By default all cases of EL and RL and a part of the others; the rest is slow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from owl2_cases import CONCLUSION, MANIFEST, NON_CONCLUSION, PREMISE, SYNTAXES, Case, ontology_of_part, read_cases
from owl2_conclusions import Claim, NoReading, claims_of
from owl2_exempt import BY_ORACLE, BY_RULES, FOUND_BY_RULES, FULL_ALONE, LATE, TWO_TEXTS
from owl2_oracle import standing
from owl2_page import GROUPS, PAGE, TYPES, decided_by_rules, made, of_group
from owl2_verdicts import MISSED, PASSED, WRONG, Outcomes, by_oracle, by_rules
from tried_afresh import ontology_of

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom

pytestmark = pytest.mark.data
SOME = 4
"""Of the cases that are slow in all, one in so many is tried by default."""

COUNTS = {
    "EL": (26, 3, 46, 11), "RL": (28, 4, 50, 14), "QL": (20, 0, 35, 6), "DL": (70, 9, 156, 93), "Full": (68, 0, 68, 21),
}  # fmt: skip
"""Group -> cases of the types, in the order of TYPES."""


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> tuple[Case, ...]:
    return read_cases(shared_data / MANIFEST)


def spread(cases: Iterable[Case]) -> list[Case]:
    """One case of each few of a kind, by name."""
    kinds: Counter[object] = Counter()
    chosen = []
    for case in cases:
        kind = (case.kinds, case.profiles, case.dl)
        if kinds[kind] % SOME == 0 and case.name not in LATE:
            chosen.append(case)
        kinds[kind] += 1
    return chosen


def failures(outcomes: dict[str, Outcomes]) -> dict[str, Outcomes]:
    return {name: out for name, out in outcomes.items() if set(out.values()) != {PASSED}}


def test_the_manifest_has_so_many_cases_of_each_type_and_profile(cases: tuple[Case, ...]) -> None:
    assert len(cases) == 338
    assert {case.status for case in cases} == {"Approved"}
    assert all("DIRECT" in case.semantics and case.kinds for case in cases)
    found = {
        group: tuple(sum(case.asks(kind) for case in of_group(cases, group)) for kind in TYPES) for group in GROUPS
    }
    assert found == COUNTS
    assert [sum(case.asks(kind) for case in cases) for kind in TYPES] == [138, 9, 224, 114]


def test_both_texts_of_a_case_say_the_same(cases: tuple[Case, ...], tmp_path: Path) -> None:
    differ, compared = set(), 0
    for case in cases:
        for part in (PREMISE, CONCLUSION, NON_CONCLUSION):
            if all((part, syntax) in case.texts for syntax in SYNTAXES):
                one, other = (ontology_of_part(case, part, tmp_path, syntax) for syntax in SYNTAXES)
                said = [{a.text for a in map(o.axiom, range(len(o))) if a.kind != "Declaration"} for o in (one, other)]
                differ |= {case.name} if said[0] != said[1] else set()
                compared += 1
    assert differ == set(TWO_TEXTS)
    assert compared == 46


def test_the_rules_pass_every_case_of_el_and_rl(cases: tuple[Case, ...], tmp_path: Path) -> None:
    ruled = [case for case in cases if case.by_rules]
    assert len(ruled) == 80
    outcomes = {case.name: by_rules(case, tmp_path) for case in ruled}
    assert failures(outcomes).keys() == {case.name for case in ruled if case.name in BY_RULES}


def check_by_rules(cases: Iterable[Case], folder: Path) -> int:
    """Every case that the rules have to decide passes or is exempted; of the others none is wrong. How many of those
    have an entailment or inconsistency that is found."""
    found = 0
    for case in cases:
        out = by_rules(case, folder)
        if decided_by_rules(case):
            assert (set(out.values()) != {PASSED}) is (case.name in BY_RULES), (case.name, out)
        else:
            assert WRONG not in out.values(), (case.name, out)
            found += sum(out.get(kind) == PASSED for kind in ("PositiveEntailment", "Inconsistency"))
    return found


def test_the_rules_are_wrong_about_no_case_of_a_part(cases: tuple[Case, ...], tmp_path: Path) -> None:
    part = spread(case for case in cases if not case.by_rules)
    assert len(part) > 20
    assert check_by_rules(part, tmp_path) > 5


@pytest.mark.slow
def test_the_rules_are_wrong_about_no_case(cases: tuple[Case, ...], tmp_path: Path) -> None:
    assert check_by_rules((case for case in cases if not case.by_rules), tmp_path) >= FOUND_BY_RULES


def check_by_oracle(cases: Iterable[Case], folder: Path) -> None:
    with standing():
        for case in cases:
            out = by_oracle(case, folder)
            if case.name in LATE:
                assert set(out.values()) <= {PASSED, MISSED}, (case.name, out)
            else:
                assert (set(out.values()) != {PASSED}) is (case.name in BY_ORACLE), (case.name, out)
                assert out.get("Consistency", PASSED) == PASSED, (case.name, out)


def test_the_oracle_passes_a_part_of_the_cases(cases: tuple[Case, ...], tmp_path: Path) -> None:
    part = spread(cases)
    assert len(part) > 40
    check_by_oracle(part, tmp_path)


@pytest.mark.slow
def test_the_oracle_passes_every_case(cases: tuple[Case, ...], tmp_path: Path) -> None:
    check_by_oracle(cases, tmp_path)


def test_the_page_of_conformance_is_the_one_that_is_made(shared_data: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == made(shared_data), "run: python tests/support/owl2_page.py"


def test_every_exempted_case_is_in_the_manifest(cases: tuple[Case, ...]) -> None:
    names = {case.name for case in cases}
    assert {*BY_RULES, *BY_ORACLE, *LATE, *TWO_TEXTS} <= names
    assert not any(case.by_rules for case in cases if case.name in BY_RULES)


def test_what_only_owl_2_full_reads_is_passed_over_with_a_word(cases: tuple[Case, ...], tmp_path: Path) -> None:
    nodes = [case for case in cases if case.name in FULL_ALONE and "sameas" not in case.name]
    assert len(nodes) == 15
    for case in nodes:
        said = [f.what for f in ontology_of_part(case, PREMISE, tmp_path).forgiven]
        assert any("a restriction has no name" in what or "it is not said to be one" in what for what in said)


def test_an_anonymous_individual_of_a_conclusion_is_something_that_a_named_one_has() -> None:
    r, a, c = "http://e/r", "http://e/a", "http://e/C"
    conclusion = ontology_of(Axiom("ObjectPropertyAssertion", (r, a, "_:x")), Axiom("ClassAssertion", (c, "_:x")),
                             Axiom("ObjectPropertyAssertion", (r, "_:y", "_:x")))  # fmt: skip
    inner = ("ObjectIntersectionOf", c, ("ObjectSomeValuesFrom", ("ObjectInverseOf", r), v.THING))
    assert claims_of(conclusion) == [Claim(Axiom("ClassAssertion", (("ObjectSomeValuesFrom", r, inner), a)))]


def test_an_anonymous_individual_alone_exists_where_it_is_contradictory_that_none_does() -> None:
    conclusion = ontology_of(Axiom("ClassAssertion", ("http://e/C", "_:x")))
    assert [claim.denial for claim in claims_of(conclusion)] == [(Axiom("SubClassOf", ("http://e/C", v.NOTHING)),)]


def test_anonymous_individuals_in_a_ring_have_no_reading() -> None:
    r = "http://e/r"
    ring = ontology_of(
        Axiom("ObjectPropertyAssertion", (r, "_:x", "_:y")), Axiom("ObjectPropertyAssertion", (r, "_:y", "_:x"))
    )
    with pytest.raises(NoReading):
        claims_of(ring)
