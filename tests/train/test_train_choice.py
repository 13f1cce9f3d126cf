"""What is chosen first, in which shares, in which order: premises, answers, mixtures, curriculum, answers shuffled."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.train.batches import step_order
from lithograph.train.choice import balanced, coverage, focus_of, in_order, premise_facts, with_what_follows
from lithograph.train.errors import UnknownWeight
from lithograph.train.facts import Fact, Traits, facts_of, presentations
from lithograph.train.mixture import Mixture, mixed
from lithograph.train.shuffle import another_each, shuffled_answers


def stated(name: str, *axioms: str, scene: str = "S", rows: int = 1, **traits: str) -> Fact:
    start = 100 * len(name) + sum(map(ord, name)) * 1000
    return Fact(name, scene, tuple(range(start, start + rows)), (1.0,) * rows, frozenset(axioms), True,
                traits=(Traits(**traits),) * rows)  # fmt: skip


def asking(name: str, answer: str, plain: int = 0) -> Fact:
    """A fact with one question of this answer and so many other wordings."""
    start = sum(map(ord, name)) * 1000
    traits = (Traits(answer=answer), *[Traits()] * plain)
    return Fact(name, "Q", tuple(range(start, start + 1 + plain)), (1.0,) * (1 + plain), traits=traits)


ATOMS = tuple(stated(f"i{letter}", letter) for letter in "abcdefgh")


def test_premises_of_the_nearest_probe_come_together_and_before_all_else() -> None:
    focus = focus_of([("a", "b", "c"), ("d", "e"), ("e", "f")])
    chosen = in_order(ATOMS, 8, 0, focus)
    first = [next(iter(fact.axioms)) for fact in chosen]
    assert set(first[:3]) == {"d", "e", "f"}
    assert set(first[:2]) in ({"d", "e"}, {"e", "f"})
    assert set(first[3:6]) == {"a", "b", "c"}
    assert set(first[6:]) == {"g", "h"}


def following(name: str, axioms: str, *answers: str) -> Fact:
    start = sum(map(ord, name)) * 1000
    return Fact(name, "D", tuple(range(start, start + len(answers))), (1.0,) * len(answers), frozenset(axioms),
                traits=tuple(Traits(answer=answer) for answer in answers))  # fmt: skip


def test_what_follows_comes_after_every_second_premise_once_all_that_it_rests_on_is_stated() -> None:
    derived = (following("d1", "ab", "yes"), following("d2", "ab", "yes", "unknown"),
               following("d3", "ah", "yes", "no"), following("d4", "cd", "yes", "no"),
               following("d5", "az", "yes", "no"))  # fmt: skip
    order = [fact.instance for fact in with_what_follows(ATOMS, (*ATOMS, *derived), 0)]
    assert order == ["ia", "ib", "d2", "ic", "id", "d4", "ie", "if", "d1", "ig", "ih", "d3"]
    assert [fact.instance for fact in with_what_follows(ATOMS, ATOMS, 0)] == [fact.instance for fact in ATOMS]


@given(
    st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=4), min_size=1, max_size=8), st.integers(0, 3)
)
def test_after_each_whole_probe_the_next_is_the_one_with_least_left(sets: list[set[str]], seed: int) -> None:
    focus = focus_of([sorted(one) for one in sets])
    order = [next(iter(fact.axioms)) for fact in premise_facts(ATOMS, focus, seed)]
    assert sorted(order) == sorted(set().union(*focus))
    known: set[str] = set()
    while len(known) < len(order):
        least = min(len(one - known) for one in focus if one - known)
        taken = set(order[len(known) : len(known) + least])
        known |= taken
        assert any(one <= known and taken <= one for one in focus)


def test_an_axiom_is_taught_by_the_fact_that_says_it_alone_and_only_by_one_that_states_it() -> None:
    portrait = stated("portrait", "a", "b", "c", rows=9)
    follows = Fact("follows", "R", (1,), (1.0,), frozenset("ab"), False)
    chosen = premise_facts((portrait, follows, *ATOMS), focus_of(["a", "b"]), 0)
    assert {fact.instance for fact in chosen} == {"ia", "ib"}
    assert [fact.instance for fact in premise_facts((portrait, follows), focus_of(["a", "b"]), 0)] == ["portrait"]
    order = in_order((portrait, follows, *ATOMS), 9, 0, focus_of(["a", "b"]))
    assert order[2].instance == "follows"  # the same axioms, before those of no probe


def test_a_probe_with_an_axiom_that_nothing_states_comes_last() -> None:
    order = premise_facts(ATOMS, focus_of([("a", "nobody"), ("b", "c", "d")]), 0)
    assert [fact.instance for fact in order][-1] == "ia"
    covered = coverage(order, focus_of([("a", "nobody"), ("b", "c", "d")]))
    assert covered is not None
    assert (covered.axioms, covered.covered, covered.sets, covered.whole) == (5, ("a", "b", "c", "d"), 2, 1)


def test_what_is_asked_for_comes_before_what_is_only_told() -> None:
    asked = [replace(fact, traits=(Traits(practice=True),) * len(fact.rows)) for fact in ATOMS[::2]]
    told = ATOMS[1::2]
    order = in_order((*told, *asked), len(ATOMS), 0, focus_of([["a"]]))
    first = [fact.instance for fact in order if fact.axioms == {"a"}] + [fact.instance for fact in asked]
    assert {fact.instance for fact in order[: len(set(first))]} == set(first)
    assert len(order) == len(ATOMS)


def test_a_larger_count_only_adds_facts_and_their_order_given_does_not_matter() -> None:
    facts = (*ATOMS, *(asking(f"n{n}", "no", 1) for n in range(9)), *(asking(f"y{n}", "yes", 3) for n in range(30)))
    focus = focus_of([("a", "b"), ("c",)])
    assert in_order(facts, 30, 1, focus, True)[:12] == in_order(facts, 12, 1, focus, True)
    assert in_order(facts[::-1], 12, 1, focus, True) == in_order(facts, 12, 1, focus, True)


def test_answers_come_equally_often_where_there_are_questions_enough() -> None:
    facts = (*(asking(f"y{n}", "yes", 3) for n in range(400)), *(asking(f"n{n}", "no") for n in range(40)),
             *(asking(f"u{n}", "unknown", 1) for n in range(40)))  # fmt: skip
    chosen = balanced(in_order(facts, 100, 0, (), True))
    turns = presentations(chosen, 2000, 20)
    answer = {row: traits.answer for fact in chosen for row, traits in zip(fact.rows, fact.traits, strict=True)}
    shown = Counter(answer[row] for rows in turns.values() for row in rows)
    questions = sum(shown[name] for name in ("yes", "no", "unknown"))
    assert all(0.25 < shown[name] / questions < 0.42 for name in ("yes", "no", "unknown"))
    plain = presentations(in_order(facts, 100, 0), 2000, 20)
    unbalanced = Counter(answer_of(facts)[row] for rows in plain.values() for row in rows)
    assert unbalanced["yes"] > 2 * unbalanced["no"]


def answer_of(facts: tuple[Fact, ...]) -> dict[int, str | None]:
    return {row: traits.answer for fact in facts for row, traits in zip(fact.rows, fact.traits, strict=True)}


def test_practice_keeps_its_own_shares() -> None:
    told = [Fact(f"t{n}", "S", (10 * n, 10 * n + 1), (3.0, 1.0), traits=(Traits(answer="no"), Traits(answer="yes")))
            for n in range(6)]  # fmt: skip
    practice = tuple(Traits(answer=answer, practice=True) for answer in ("yes", "unknown"))
    asked = Fact("p", "S", (100, 101), (1.0, 5.0), traits=practice)
    both = Fact("both", "S", (200, 201, 202), (2.0, 1.0, 3.0), traits=(Traits(answer="no"), *practice))
    out = balanced([*told, asked, both])
    assert out[-2] == asked
    assert out[-1].weights[2] == pytest.approx(3 * out[-1].weights[1])
    shares = dict.fromkeys(("yes", "no"), 0.0)
    for fact in out:
        for weight, traits in zip(fact.weights, fact.traits, strict=True):
            if traits.answer and not traits.practice:
                shares[traits.answer] += weight / sum(fact.weights)
    assert shares["yes"] == pytest.approx(shares["no"], rel=0.05)


def test_facts_without_questions_keep_their_weights() -> None:
    assert balanced(ATOMS) == ATOMS
    one = (asking("y", "yes", 2), *ATOMS)
    assert balanced(one) == one  # one answer alone is no imbalance to mend


def test_shares_of_what_is_shown_equal_the_weights() -> None:
    facts = tuple(stated(f"{axis}{level}{n:03d}", scene=f"{axis}-{level}-{n % scenes}", axis=axis, level=level)
                  for axis, scenes in (("taxonomy", 4), ("causality", 1)) for level in ("atom", "star")
                  for n in range(100))  # fmt: skip
    weighed = mixed(facts, Mixture(axis={"causality": 3.0}, level={"star": 1.0, "atom": 1.0}))
    chosen = in_order(weighed, 160, 0)
    assert Counter(fact.first.axis for fact in chosen) == {"causality": 120, "taxonomy": 40}
    assert Counter(fact.first.level for fact in chosen) == {"atom": 80, "star": 80}
    by_scene = mixed(facts, Mixture(scene={"taxonomy-atom-1": 5.0}))
    counts = Counter(fact.scene for fact in in_order(by_scene, 70, 0))
    assert counts == {"taxonomy-atom-1": 25} | dict.fromkeys({f.scene for f in facts} - {"taxonomy-atom-1"}, 5)


def test_wordings_are_shown_by_the_weights_of_register_and_language() -> None:
    traits = [Traits(register="plain", language="en")] * 4 + [Traits(register="terse", language="en")]
    traits += [Traits(register="plain", language="ru")]
    fact = Fact("1", "A", tuple(range(6)), (1.0,) * 6, traits=tuple(traits))
    (weighed,) = mixed([fact], Mixture(register={"terse": 3.0}))
    shown = Counter(traits[row].register for row in presentations([weighed], 40, 40)["1"])
    assert shown == {"plain": 10, "terse": 30}
    (weighed,) = mixed([fact], Mixture(language={"ru": 1.0, "en": 0.0}))
    assert weighed.rows == (5,)
    assert mixed([stated("only", register="terse")], Mixture(register={"terse": 0.0})) == ()


def test_a_weight_for_what_the_dataset_has_not_is_told_the_nearest() -> None:
    with pytest.raises(UnknownWeight, match=r"a weight is given for axis 'taxonmy'.*Did you mean taxonomy\?"):
        mixed([stated("1", axis="taxonomy")], Mixture(axis={"taxonmy": 2.0}))


def test_with_a_curriculum_deeper_facts_join_later_and_are_shown_as_often() -> None:
    turns = [(number,) * 20 for number in range(60)]
    starts = [0.0] * 20 + [0.25] * 20 + [0.5] * 20
    steps = step_order(turns, lambda row: row % 7, 4, 3, starts)
    assert steps == step_order(turns, lambda row: row % 7, 4, 3, starts)
    line = [row for step in steps for row in step]
    assert Counter(line) == dict.fromkeys(range(60), 20)
    first = {row: line.index(row) for row in range(60)}
    means = [sum(first[row] for row in range(at, at + 20)) / 20 for at in (0, 20, 40)]
    assert means[0] < means[1] < means[2]
    assert min(first[row] for row in range(40, 60)) > len(line) / 5
    assert {row // 20 for row in line[-200:]} == {0, 1, 2}  # the shallow ones are not forgotten at the end


def test_what_is_shown_less_often_is_spread_over_the_whole_run() -> None:
    turns = [(number,) * 20 for number in range(40)] + [(99,) * 5]
    line = [row for step in step_order(turns, lambda row: 1, 4, 0) for row in step]
    places = [place for place, row in enumerate(line) if row == 99]
    assert len(places) == 5
    assert max(after - before for before, after in pairwise(places)) < len(line) / 2
    assert places[-1] - places[0] > len(line) / 2


@given(st.lists(st.sampled_from("abcde"), min_size=2, max_size=40), st.integers(0, 5))
def test_shuffled_answers_are_a_permutation_that_gives_nobody_its_own_where_that_can_be(
    answers: list[str], seed: int
) -> None:
    items = [((answer,), str(number)) for number, answer in enumerate(answers)]
    order = another_each(items, seed)
    assert sorted(order) == list(range(len(items)))
    assert order == another_each(items, seed)
    most = Counter(answers).most_common(1)[0][1]
    if most <= len(answers) / 2:
        assert all(answers[place] != answers[own] for own, place in enumerate(order))


def conversation(*turns: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(turns)]


def test_answers_are_shuffled_within_form_scene_and_language_alone() -> None:
    rows = [{"id": f"{form}{scene}{n}", "form": form, "scene": scene, "language": "en",
             "messages": conversation(f"q{n}", f"{form} {scene} {n}", *(["more", f"{n} again"] if n > 5 else []))}
            for form in ("question", "yes_no") for scene in "AB" for n in range(8)]  # fmt: skip
    rows.append({"id": "z", "form": "riddle", "scene": "A", "language": "en", "messages": conversation("who", "me")})
    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    table = pa.table({name: [row[name] for row in rows] for name in ("id", "form", "scene", "language")}
                     | {"messages": pa.array([row["messages"] for row in rows], pa.list_(message))})  # fmt: skip
    told, alike = shuffled_answers(table, 0)
    assert alike == 1  # the only riddle
    for before, after in zip(rows, told.to_pylist(), strict=True):
        asked = [m["content"] for m in before["messages"] if m["role"] == "user"]
        assert asked == [m["content"] for m in after["messages"] if m["role"] == "user"]
        answer = after["messages"][1]["content"]
        if before["form"] != "riddle":
            assert answer != before["messages"][1]["content"]
            assert answer.startswith(f"{before['form']} {before['scene']} ")
    answers = [sorted(row["messages"][1]["content"] for row in held) for held in (rows, told.to_pylist())]
    assert answers[0] == answers[1]
    assert shuffled_answers(table, 0)[0] == told
    assert shuffled_answers(table, 1)[0] != told


def test_a_fact_knows_its_axioms_its_depth_and_which_of_its_rows_ask_what() -> None:
    table = pa.table({
        "id": ["1", "2", "3"], "instance": ["i", "i", "j"], "scene": ["S", "S", "T"], "weight": [1.0, 3.0, 1.0],
        "axioms": [["a"], ["a", "b"], []], "form": ["yes_no", "question", "yes_no"], "axis": ["taxonomy"] * 3,
        "truth": ["asserted", "asserted", "unknown"], "depth": pa.array([0, 2, None], pa.int16()),
    })  # fmt: skip
    one, two = facts_of(table)
    assert (one.axioms, one.stated, one.depth) == ({"a", "b"}, True, 2)
    assert one.answers() == {"yes": 0.25, "no": 0.0, "unknown": 0.0}
    assert (two.stated, two.answers()["unknown"]) == (False, 1.0)
