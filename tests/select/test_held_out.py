"""What is held out: by hash and depth, with all that says the same; what yields it in one step; what is too little."""

from __future__ import annotations

import numpy as np
import pytest
from tried_afresh import E, ontology_of

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.project import project
from lithograph.reason.closure import Closure, close
from lithograph.reason.evidence import PRESUPPOSED, SUPPOSED, Derivation, Evidence
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.select.canonical import canonical
from lithograph.select.held_out import HeldOut, Role, hold_out
from lithograph.select.one_step import one_step


def sub(a: str, b: str) -> Axiom:
    return Axiom("SubClassOf", (E + a, E + b))


def tree(width: int = 3, height: int = 4) -> list[Axiom]:
    """Classes named by their way down: A, Aa, Aab … each below the one with a letter less."""
    level, out = ["A"], []
    for _ in range(height):
        below = [name + letter for name in level for letter in "abcdefgh"[:width]]
        out += [sub(name, name[:-1]) for name in below]
        level = below
    return out


def held(closure: Closure, percent: float = 10, transfer: float = 0, **options: object) -> HeldOut:
    graph = closure.graph
    return hold_out(graph, canonical(graph), closure.evidence, percent=percent, transfer_percent=transfer, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def closed() -> Closure:
    return close(project(ontology_of(*tree())))


def claim(graph: ClaimGraph, row: int) -> tuple[str, str]:
    texts = graph.ontology.terms.texts
    return texts[graph.subject[row]].removeprefix(E), texts[graph.object[row]].removeprefix(E)


def test_what_an_axiom_says_is_never_held_out_for_reasoning(closed: Closure) -> None:
    found = held(closed)
    rows = np.flatnonzero(found.role == Role.REASONING)
    assert len(rows)
    assert (closed.graph.truth[rows] == Truth.ENTAILED).all()


def test_claims_of_every_depth_that_has_enough_are_held_out(closed: Closure) -> None:
    found = held(closed)
    depths = {int(closed.graph.depth[row]) for row in found.rows}
    assert depths == {1, 2, 3}
    assert set(found.shrunk) == {"depth 4", "depth 5+", "refuted", "unknown"}


def test_what_is_held_out_does_not_depend_on_other_claims_of_another_depth() -> None:
    one, other = (held(close(project(ontology_of(*axioms)))) for axioms in (tree(), [*tree(), sub("Z", "Y")]))
    assert one.digest == other.digest


def test_the_seed_moves_what_is_held_out(closed: Closure) -> None:
    assert held(closed).digest != held(closed, seed=1).digest


def test_one_step_yields_a_claim_from_every_pair_between_its_ends(closed: Closure) -> None:
    graph = closed.graph
    names = canonical(graph)
    row = next(i for i in range(len(graph)) if claim(graph, i) == ("Aabc", "A"))
    sets = one_step(graph, names, np.array([row], np.int32), {})[row]
    assert {tuple(sorted(claim(graph, p) for p in premises)) for premises in sets} == {
        (("Aa", "A"), ("Aabc", "Aa")), (("Aab", "A"), ("Aabc", "Aab")),
    }  # fmt: skip


def test_a_claim_that_one_claim_yields_at_once_is_not_held_out() -> None:
    twins = [Axiom("EquivalentClasses", (E + f"A{a}", E + f"B{a}")) for a in "abc"]
    closure = close(project(ontology_of(*tree(), *twins)))
    found = held(closure, percent=50)
    assert not [row for row, sets in found.one_step.items() if any(len(s) == 1 for s in sets)]
    pairs = {claim(closure.graph, int(row)) for row in np.flatnonzero(found.role == Role.REASONING)}
    assert not pairs & {(f"A{a}", f"B{a}") for a in "abc"}


def test_the_same_claim_about_an_equivalent_class_is_held_out_with_it() -> None:
    closure = close(project(ontology_of(*tree(), Axiom("EquivalentClasses", (E + "A", E + "Top")))))
    found = held(closure, percent=30)
    pairs = {claim(closure.graph, int(row)) for row in np.flatnonzero(found.role == Role.REASONING)}
    assert {a for a, b in pairs if b == "A"} == {a for a, b in pairs if b == "Top"}
    assert [b for _, b in pairs].count("Top")


def test_too_few_claims_that_follow_are_all_left_and_it_is_said() -> None:
    found = held(close(project(ontology_of(*tree(2, 2)))))
    assert not found.anything
    assert found.shrunk == {"reasoning": "fewer than 40 claims follow that can be asked about"}


def test_an_ontology_from_which_nothing_follows_holds_nothing_out() -> None:
    found = held(close(project(ontology_of(sub("A", "B")))), transfer=5)
    assert not found.anything
    assert set(found.shrunk) == {"reasoning", "transfer"}


def test_claims_without_words_are_not_held_out(closed: Closure) -> None:
    found = held(closed, askable=np.zeros(len(closed.graph), bool))
    assert not found.one_step


def test_development_and_test_share_no_claim_and_both_have_some(closed: Closure) -> None:
    found = held(closed)
    parts = found.part[found.rows].tolist()
    assert set(parts) == {0, 1}
    assert (found.part == found.part[found.names.row]).all()


def test_a_branch_is_reserved_with_all_that_is_below_it(closed: Closure) -> None:
    found = held(closed, percent=0, transfer=10)
    root = str(found.root).removeprefix(E)
    names = {term.removeprefix(E) for term in found.branch}
    below = {term.removeprefix(E) for term in closed.graph.ontology.terms.texts
             if term.startswith(E + root)}  # fmt: skip
    assert names == below
    assert {term.removeprefix(E) for term in found.ancestors} == {root[:n] for n in range(1, len(root))}
    told = [claim(closed.graph, int(row)) for row in np.flatnonzero(found.role == Role.TRANSFER)]
    assert all(a in names or b in names for a, b in told)
    others = [claim(closed.graph, int(row)) for row in np.flatnonzero(found.role == Role.OPEN)]
    assert not [pair for pair in others if names.intersection(pair)]


def test_no_claim_held_out_for_reasoning_rests_on_the_reserved_branch(closed: Closure) -> None:
    found = held(closed, percent=40, transfer=10)
    assert found.branch
    touched = {row for row in range(len(closed.graph)) if found.role[row] == Role.TRANSFER}
    assert found.sources
    assert not touched.intersection(source for sources in found.sources.values() for source in sources)


def test_a_branch_whose_name_stands_in_a_name_outside_is_passed_over(closed: Closure) -> None:
    texts = closed.graph.ontology.terms.texts
    root = str(held(closed, percent=0, transfer=10).root)
    called = ["" for _ in texts]
    called[texts.index(root)], called[texts.index(E + "A")] = "valve", "valve spring"
    other = held(closed, percent=0, transfer=10, called=[called])
    assert other.root is not None
    assert other.root != root


def judged(axioms: list[Axiom], key: tuple[str, str], evidence: Evidence) -> Closure:
    closure = close(project(ontology_of(*axioms)))
    ids = closure.graph.ontology.terms
    made = ClaimKey(ids.id(E + key[0]), ids.id(v.SUBCLASS_OF), ids.id(E + key[1]), 0)
    return with_claims(closure, [(made, evidence)])


def test_what_is_refuted_follows_at_once_from_kinds_that_exclude_each_other() -> None:
    axioms = [sub("A", "C"), Axiom("DisjointClasses", (E + "B", E + "C")), sub("D", "B")]
    leaf = Derivation(sub("A", "D"), SUPPOSED)
    clash = Derivation(sub("A", "http://www.w3.org/2002/07/owl#Nothing"), "disjoint", (
        Derivation(sub("A", "B"), "subclass", (leaf, Derivation(sub("D", "B"), "asserted", axiom=0))),
        Derivation(axioms[1], "asserted", axiom=1), Derivation(axioms[0], "asserted", axiom=2),
        Derivation(sub("A", "A"), PRESUPPOSED),
    ))  # fmt: skip
    closure = judged(axioms, ("A", "D"), Evidence(Truth.REFUTED, "the rules", clash, (0, 1, 2)))
    graph = closure.graph
    row = len(graph) - 1
    assert claim(graph, row) == ("A", "D")
    sets = one_step(graph, canonical(graph), np.array([row], np.int32), closure.evidence)[row]
    assert [{claim(graph, p) for p in premises} for premises in sets] == [{("D", "B"), ("B", "C"), ("A", "C")}]


def test_a_direct_exclusion_yields_a_refuted_claim_alone() -> None:
    axioms = [Axiom("DisjointClasses", (E + "A", E + "B"))]
    closure = judged(axioms, ("A", "B"), Evidence(Truth.REFUTED, "the rules", None, (0,)))
    graph, row = closure.graph, len(closure.graph) - 1
    assert one_step(graph, canonical(graph), np.array([row], np.int32), closure.evidence)[row] == ((0,),)


def test_what_is_unknown_follows_from_nothing() -> None:
    closure = judged([sub("A", "C"), sub("B", "C")], ("A", "B"), Evidence(Truth.UNKNOWN, "two models"))
    graph, row = closure.graph, len(closure.graph) - 1
    assert one_step(graph, canonical(graph), np.array([row], np.int32), closure.evidence)[row] == ()
