"""What stands around a claim in a question: orders by hash, premises among others, options."""

from __future__ import annotations

from collections import Counter

import claims_in_words as words
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import Quantifier, Truth
from lithograph.reason.closure import Closure, close
from lithograph.reason.evidence import ASSERTED, SUPPOSED, Derivation, Evidence, Extent
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.render.cast import Speech
from lithograph.render.questions import CONTEXT, DISTRACTORS, options, premises_among_others, shuffled
from lithograph.speech.lexicon import Lexicon

AXIOMS = """
SubClassOf(:Cat :Pet) ; SubClassOf(:Pet :Animal) ; SubClassOf(:Dog :Pet) ; SubClassOf(:Wolf :Animal) ;
SubClassOf(:Cat ObjectSomeValuesFrom(:likes :Fish)) ; SubClassOf(:Dog ObjectSomeValuesFrom(:likes :Bone)) ;
DisjointClasses(:Cat :Dog :Wolf :Fox :Cow) ; SubClassOf(:Cow :Animal) ; SubClassOf(:Fox :Animal)
"""


def key(closure: Closure, sub: str, sup: str) -> ClaimKey:
    ids = closure.graph.ontology.terms
    return ClaimKey(ids.id(f"http://e/{sub}"), ids.id(v.SUBCLASS_OF), ids.id(f"http://e/{sup}"), Quantifier.SCHEMA)


@pytest.fixture(scope="module")
def closure() -> Closure:
    """The animals, with a refuted and two unknown claims."""
    found = close(words.graph_of(words.functional(AXIOMS.replace("\n", " ")), "ofn"))
    ontology = found.graph.ontology
    row = next(i for i in range(len(ontology)) if ontology.axiom(i).kind == "DisjointClasses")
    claim = Axiom("SubClassOf", ("http://e/Cat", "http://e/Dog"))
    proof = Derivation(Axiom("SubClassOf", ("http://e/Cat", v.NOTHING)), "step",
                       (Derivation(claim, SUPPOSED), Derivation(ontology.axiom(row), ASSERTED, (), row)))  # fmt: skip
    return with_claims(found, [
        (key(found, "Cat", "Dog"), Evidence(Truth.REFUTED, "this test", proof, (row,), extent=Extent.NONE)),
        (key(found, "Animal", "Pet"), Evidence(Truth.UNKNOWN, "two models")),
        (key(found, "Pet", "Cat"), Evidence(Truth.UNKNOWN, "two models")),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def speech(closure: Closure) -> Speech:
    lexicon = Lexicon.of(closure.graph.ontology, closure.graph.kinds, "en")
    return Speech(closure.graph, lexicon, closure.evidence)


def row_of(closure: Closure, sub: str, sup: str) -> int:
    wanted, graph = key(closure, sub, sup), closure.graph
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier)
    return next(i for i in range(len(graph)) if tuple(int(c[i]) for c in columns) == wanted)


@given(st.lists(st.integers(), unique=True, max_size=8), st.integers(0, 2**64 - 1))
def test_an_order_by_hash_loses_nothing_and_is_always_the_same(things: list[int], mark: int) -> None:
    assert sorted(shuffled(things, mark)) == sorted(things)
    assert shuffled(things, mark) == shuffled(things, mark)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_right_option_stands_in_every_place_equally_often(count: int) -> None:
    marks = np.random.default_rng(7).integers(0, 2**63, 6000, dtype=np.int64).tolist()
    places = Counter(shuffled(range(count), mark).index(0) for mark in marks)
    assert all(abs(n - 6000 / count) < 200 for n in places.values()) and len(places) == count


def test_premises_are_those_of_the_proof_and_some_that_it_does_not_need(speech: Speech, closure: Closure) -> None:
    row = row_of(closure, "Cat", "Animal")
    marks = np.arange(50, dtype=np.uint64)
    texts = premises_among_others(speech, [row] * 50, marks)
    for text in texts:
        assert "Every cat is a pet." in text and "Every pet is an animal." in text
        assert text.count(".") == 2 + DISTRACTORS and "Every cat is an animal." not in text
    assert len(set(texts)) > 30


def test_of_a_long_disjointness_only_what_the_proof_speaks_of_is_a_premise(speech: Speech, closure: Closure) -> None:
    (text,) = premises_among_others(speech, [row_of(closure, "Cat", "Dog")], np.array([5], np.uint64))
    assert "No cat is a dog." in text and "fox" not in text.replace("Every fox is an animal.", "")


def test_a_proof_tells_only_the_part_of_a_long_disjointness_that_it_speaks_of(speech: Speech, closure: Closure) -> None:
    told = speech.proof(row_of(closure, "Cat", "Dog"))
    assert "cat" in told and "dog" in told and "fox" not in told and "cow" not in told


def test_around_what_is_unknown_stands_what_is_said_near_by(speech: Speech, closure: Closure) -> None:
    (text,) = premises_among_others(speech, [row_of(closure, "Animal", "Pet")], np.array([5], np.uint64))
    assert 1 <= text.count(".") <= CONTEXT and "Every animal is a pet." not in text


def test_options_are_lettered_and_the_letter_is_that_of_the_right_one(speech: Speech, closure: Closure) -> None:
    right, wrong = row_of(closure, "Cat", "Pet"), [row_of(closure, "Cat", "Dog"), row_of(closure, "Pet", "Cat")]
    for mark in range(20):
        lines = options(speech, right, wrong, mark, "list").split("\n")
        letter = options(speech, right, wrong, mark, "letter")
        assert f"{letter}) Every cat is a pet." in lines and [line[:2] for line in lines] == ["A)", "B)", "C)"]
        why = options(speech, right, wrong, mark, "why").split("\n")
        assert f"{letter}) That is said." in why
        assert sorted(line[3:] for line in why) == [
            "Neither this nor its contrary follows.", "No cat is a dog.", "That is said."]  # fmt: skip


def test_a_claim_in_question_whose_words_hold_of_a_namesake_is_doubtful() -> None:
    axioms = """SubClassOf(:Dog1 :Pet) ; Declaration(Class(:Dog2)) ; AnnotationAssertion(rdfs:label :Dog1 "dog"@en) ;
    AnnotationAssertion(rdfs:label :Dog2 "dog"@en) ; SubClassOf(:Cat :Animal)"""
    found = close(words.graph_of(words.functional(axioms.replace("\n", " ")), "ofn"))
    asked = [key(found, "Dog2", "Pet"), key(found, "Cat", "Pet")]
    whole = with_claims(found, [(k, Evidence(Truth.UNKNOWN, "two models")) for k in asked])
    speech = Speech(whole.graph, Lexicon.of(whole.graph.ontology, whole.graph.kinds, "en"), whole.evidence)
    doubtful = speech.doubtful()
    assert doubtful[row_of(whole, "Dog2", "Pet")] and not doubtful[row_of(whole, "Cat", "Pet")]
