"""Claims, printed answers and their evidence against HermiT, which shares nothing with the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import claims_in_words as words
import pytest
from hermit_says import Question, as_axiom, ask, asserted_by
from pressed import Pressed, pressed

from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.reason.rules import RULES

MOST = 60
"""So many claims of one rule and quantifier."""

CLASSICS, W3C = "ontologies/protege-classics/", "ontologies/w3c-vocabularies/"
FEW = {CLASSICS + "koala.owl": 40, CLASSICS + "univ-bench/univ-bench.owl": 80, "ontologies/bfo-2020/bfo-core.ttl": 150}
"""Ontology -> the least number of its derived claims that HermiT must confirm."""

MANY = FEW | {
    CLASSICS + "pizza.owl": 200, CLASSICS + "generations.owl": 1, CLASSICS + "owl2-primer/primer.rdfxml.xml": 28,
    W3C + "prov-o.ttl": 20, W3C + "frbr.rdf": 30, W3C + "time/time.ttl": 150, W3C + "skos.rdf": 8,
    W3C + "dcat3.ttl": 60, W3C + "org.ttl": 12, "ontologies/ssn-sosa-modular/ontology/core/ssn.ttl": 150,
    "ontologies/ssn-sosa-modular/ontology/alignments/ssnx-dul/ssnx.ttl": 350,
    "ontologies/events-narrative-metaphor/golem.ttl": 100,
    "ontologies/events-narrative-metaphor/philosurfical.ttl": 150,
    "ontologies/unsat-inconsistent-ofn/ro-base.owl": 60, "ontologies/unsat-inconsistent-ofn/uberon_module.owl": 150,
    "ontologies/unsat-inconsistent-ofn/uvula_unsat.ofn": 120,
}  # fmt: skip


def refereed(path: Path) -> tuple[int, list[str]]:
    """How many derived claims HermiT confirms, and which claims it denies, asserted ones too; at most MOST a rule."""
    graph = close(project(load(path))).graph
    chosen: dict[tuple[int, int, bool], list[int]] = {}
    for row in sorted(range(len(graph)), key=lambda row: sha256_hex(words.claims(graph, [row])[0])):
        kind = int(graph.rule[row]), int(graph.quantifier[row]), bool(graph.negated[row])
        if as_axiom(graph, row) is not None and len(chosen.setdefault(kind, [])) < MOST:
            chosen[kind].append(row)
    rows = [row for some in chosen.values() for row in some]
    answers = ask(graph.ontology, [(as_axiom(graph, row), None) for row in rows])  # type: ignore[misc]
    told = list(zip(rows, answers.follows, strict=True))
    wrong = [f"{words.claims(graph, [row])[0]} ({RULES[graph.rule[row]].name})" for row, yes in told if yes is False]
    return sum(yes is True and graph.rule[row] != 0 for row, yes in told), wrong


@pytest.mark.data
@pytest.mark.parametrize(("path", "least"), FEW.items())
def test_hermit_confirms_claims_of_every_rule(path: str, least: int, shared_data: Path) -> None:
    confirmed, wrong = refereed(shared_data / path)
    assert wrong == []
    assert confirmed >= least


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("path", "least"), MANY.items())
def test_hermit_confirms_claims_of_every_rule_in_many_ontologies(path: str, least: int, shared_data: Path) -> None:
    confirmed, wrong = refereed(shared_data / path)
    assert wrong == []
    assert confirmed >= least


# ---------------------------------------------------------------- what is printed


def examples(dataset: Pressed, most: int, **wanted: str) -> list[dict[str, Any]]:
    """Some examples of a build with given columns, chosen by hash."""
    rows = [row for row in dataset.table.to_pylist() if all(row[name] == value for name, value in wanted.items())]
    return sorted(rows, key=lambda row: sha256_hex(row["id"]))[:most]


def distinct(axioms: Iterable[Axiom]) -> list[Axiom]:
    return list({axiom.text: axiom for axiom in axioms}.values())


def wrong_answers(dataset: Pressed, most: int) -> tuple[Counter[bool], list[str]]:
    """Of yes/no examples how many affirm and deny rightly, and the texts of those that say what does not follow."""
    graph = dataset.stone.graph
    said = [(row, found) for row in examples(dataset, most, form="yes_no") if (found := asserted_by(graph, row))]
    asked = distinct(axiom for _, pair in said for axiom in pair if axiom is not None)
    answers = ask(graph.ontology, [(axiom, None) for axiom in asked])
    follows = {axiom.text: answer for axiom, answer in zip(asked, answers.follows, strict=True)}
    right: Counter[bool] = Counter()
    wrong = []
    for row, (axiom, empty) in said:
        if follows[axiom.text] is False or (empty is not None and follows[empty.text] is True):
            wrong.append(f"{row['prompt']} – {row['completion']}")
        elif follows[axiom.text]:
            right[axiom.kind not in ("DisjointClasses", "NegativeObjectPropertyAssertion")] += 1
    return right, wrong


def test_hermit_agrees_with_the_answers_of_pizza(pizza: Pressed) -> None:
    right, wrong = wrong_answers(pizza, 400)
    assert wrong == []
    assert right[True] > 200
    assert right[False] > 50


@pytest.mark.slow
def test_hermit_agrees_with_the_answers_of_the_world(world_build: Pressed) -> None:
    right, wrong = wrong_answers(world_build, 1500)
    assert wrong == []
    assert right[True] > 700
    assert right[False] > 200


ANSWERED = {CLASSICS + "univ-bench/univ-bench.owl": 250, "ontologies/bfo-2020/bfo-core.ttl": 250,
            W3C + "time/time.ttl": 100, W3C + "frbr.rdf": 80, CLASSICS + "owl2-primer/primer.rdfxml.xml": 80,
            "ontologies/events-narrative-metaphor/philosurfical.ttl": 700,
            "ontologies/unsat-inconsistent-ofn/uberon_module.owl": 500}  # fmt: skip


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("path", "least"), ANSWERED.items())
def test_hermit_agrees_with_the_answers_of_ontologies_nobody_here_wrote(
    path: str, least: int, shared_data: Path, tmp_path: Path
) -> None:
    right, wrong = wrong_answers(pressed(tmp_path, shared_data / path, oracle="off"), 800)
    assert wrong == []
    assert right.total() >= least


# ---------------------------------------------------------------- what it rests on


def evidence(dataset: Pressed, most: int, truth: str) -> tuple[list[Question], list[Question], list[str]]:
    """Answers with their axioms; the same without each one of them; and the prompts of the first."""
    graph = dataset.stone.graph
    rows_of = {axiom_id: row for row, axiom_id in reversed(list(enumerate(graph.ontology.axiom_ids())))}
    whole: dict[str, tuple[Axiom, tuple[int, ...]]] = {}
    prompts = []
    for row in examples(dataset, most, form="yes_no", truth=truth):
        found = asserted_by(graph, row)
        if found is not None and found[0].text not in whole:
            whole[found[0].text] = found[0], tuple(sorted(rows_of[axiom_id] for axiom_id in row["axioms"]))
            prompts.append(row["prompt"])
    parts = [(axiom, tuple(r for r in rows if r != left)) for axiom, rows in whole.values() for left in rows]
    return list(whole.values()), parts, prompts


def unsupported(dataset: Pressed, most: int) -> tuple[int, int, list[str]]:
    """How many entailed answers follow from their own axioms alone, how many axioms could go, and who has too few."""
    whole, parts, prompts = evidence(dataset, most, "entailed")
    answers: Sequence[bool | None] = ask(dataset.stone.graph.ontology, [*whole, *parts]).follows
    wrong = [prompt for prompt, answer in zip(prompts, answers, strict=False) if answer is not True]
    return len(whole) - len(wrong), sum(answer is True for answer in answers[len(whole) :]), wrong


def test_the_axioms_of_an_entailed_answer_suffice_for_it(pizza: Pressed) -> None:
    supported, spare, wrong = unsupported(pizza, 100)
    assert wrong == []
    assert supported > 80
    assert spare == 0


@pytest.mark.slow
def test_the_axioms_of_an_entailed_answer_of_the_world_suffice_for_it(world_build: Pressed) -> None:
    supported, spare, wrong = unsupported(world_build, 400)
    assert wrong == []
    assert supported > 300
    assert spare <= supported // 20


def test_an_asserted_answer_rests_on_one_axiom_that_says_it(pizza: Pressed) -> None:
    whole, _, prompts = evidence(pizza, 60, "asserted")
    answers = ask(pizza.stone.graph.ontology, whole).follows
    assert len(prompts) > 40
    assert {len(rows or ()) for _, rows in whole} == {1}
    assert set(answers) == {True}
