"""Claims in question from ontology to dataset: judged by HermiT alone, asked, answered, recorded."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import claims_in_words as words
import numpy as np
import pytest
from judged_by_hermit import BY, judge

from lithograph.config import Config, load_config
from lithograph.core.activity import Event, StageReport, silent
from lithograph.ledger.columns import read_all
from lithograph.ontology.graph import Quantifier, Truth
from lithograph.pipeline.asked import with_questions
from lithograph.pipeline.build import Build, press
from lithograph.pipeline.stone import Stone, prepare

NAMES = {"Animal": "животное", "Pet": "питомец", "Cat": "кот", "Dog": "пёс", "Plant": "растение", "Tree": "дерево",
         "Oak": "дуб", "Birch": "берёза", "Tail": "хвост", "Part": "часть", "Leaf": "лист", "Root": "корень",
         "tom": "Том", "rex": "Рекс", "leo": "Лео", "has": "имеет", "likes": "любит", "Siamese": "сиамец"}  # fmt: skip
AXIOMS = """
SubClassOf(:Pet :Animal) ; SubClassOf(:Cat :Pet) ; SubClassOf(:Siamese :Cat) ; SubClassOf(:Dog :Pet) ;
SubClassOf(:Tree :Plant) ; SubClassOf(:Oak :Tree) ; SubClassOf(:Birch :Tree) ;
SubClassOf(:Tail :Part) ; SubClassOf(:Leaf :Part) ; SubClassOf(:Root :Part) ;
DisjointClasses(:Animal :Plant) ; DisjointClasses(:Cat :Dog) ; DisjointClasses(:Part :Plant) ;
DisjointClasses(:Part :Animal) ; DisjointClasses(:Tail :Leaf) ;
Declaration(ObjectProperty(:has)) ; Declaration(ObjectProperty(:likes)) ; ObjectPropertyRange(:has :Part) ;
ObjectPropertyDomain(:likes :Animal) ;
SubClassOf(:Cat ObjectSomeValuesFrom(:has :Tail)) ; SubClassOf(:Dog ObjectSomeValuesFrom(:has :Tail)) ;
SubClassOf(:Oak ObjectSomeValuesFrom(:has :Leaf)) ; SubClassOf(:Tree ObjectSomeValuesFrom(:has :Root)) ;
SubClassOf(:Dog ObjectAllValuesFrom(:likes :Animal)) ;
ClassAssertion(:Cat :tom) ; ClassAssertion(:Cat :leo) ; ClassAssertion(:Dog :rex) ;
ObjectPropertyAssertion(:likes :tom :leo) ; ObjectPropertyAssertion(:likes :rex :tom)
"""
LABELS = " ; ".join(f'AnnotationAssertion(rdfs:label :{name} "{english}"@en) ; '
                    f'AnnotationAssertion(rdfs:label :{name} "{russian}"@ru)'
                    for name, russian in NAMES.items()
                    for english in [name if name in ("tom", "rex", "leo") else name.lower()])  # fmt: skip
FIRST = {Truth.REFUTED: {"en": "No", "ru": "Нет"}, Truth.UNKNOWN: {"en": "It cannot be known", "ru": "Неизвестно"}}
Example = dict[str, Any]
Rows = dict[tuple[str, str, str, int], int]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("questions")
    text = words.functional(f"{AXIOMS} ; {LABELS}".replace("\n", " "))
    (folder / "pets.ofn").write_text(text, encoding="utf-8")
    return load_config(folder, dataset="pets", ontology="pets.ofn", candidates=24, wordings=6, oracle="off", practice=0)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return []


@pytest.fixture(scope="module")
def stone(config: Config) -> Stone:
    return with_questions(config, prepare(config), judge, silent)


@pytest.fixture(scope="module")
def build(config: Config, events: list[Event]) -> Build:
    return press(config, judge=judge, listener=events.append)


@pytest.fixture(scope="module")
def examples(build: Build) -> list[Example]:
    import pyarrow.parquet as pq

    return [
        row for path in sorted((build.folder / "data").glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]


def scene(example: Example) -> str:
    return str(example["scene"]).rsplit("#", 1)[-1]


@pytest.fixture(scope="module")
def rows(stone: Stone) -> Rows:
    """Each claim by its terms and quantifier."""
    graph, texts = stone.graph, stone.ontology.terms.texts
    return {(texts[graph.subject[i]], texts[graph.relation[i]], texts[graph.object[i]], int(graph.quantifier[i])): i
            for i in range(len(graph)) if not graph.negated[i]}  # fmt: skip


def row_of(rows: Rows, example: Example) -> int:
    """The claim that an example of one claim asks about."""
    nodes, name = example["nodes"], scene(example)
    rdf, rdfs = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
    if name.startswith("IsA"):
        return rows[nodes[0], rdfs + "subClassOf", nodes[1], Quantifier.SCHEMA]
    if name.startswith("InstanceOf"):
        return rows[nodes[0], rdf + "type", nodes[1], Quantifier.INDIVIDUAL]
    quantifier = {"EverySome": Quantifier.SOME, "EveryOnly": Quantifier.ONLY, "Related": Quantifier.INDIVIDUAL}
    (found,) = [q for start, q in quantifier.items() if name.startswith(start)]
    return rows[nodes[0], nodes[1], nodes[2], found]


def test_candidates_come_last_and_no_claim_rests_on_one(stone: Stone) -> None:
    graph = stone.graph
    asked = np.flatnonzero(~graph.holds)
    assert len(asked) > 40 and asked.tolist() == list(range(asked[0], len(graph)))
    assert graph.premises.max() < asked[0]
    assert {stone.closure.evidence[row].by for row in asked.tolist()} == {BY}


def test_what_came_in_is_what_was_kept_and_what_was_dropped(stone: Stone, build: Build, events: list[Event]) -> None:
    (report,) = [e for e in events if isinstance(e, StageReport) and e.stage == "candidates"]
    told = sum(sum(n.values()) for n in build.report["claims"]["candidates"].values())  # type: ignore[index,attr-defined,call-overload]
    assert report.came_in == report.came_out + sum(report.dropped.values()) and told == report.came_out
    assert told == len(stone.closure.evidence)


def test_every_question_of_one_claim_has_the_truth_that_the_graph_has(
    stone: Stone, rows: Rows, examples: list[Example]
) -> None:
    counted: dict[str, int] = defaultdict(int)
    for example in examples:
        if re.search("(Given|Refuted|Unknown)$", scene(example)):
            row = row_of(rows, example)
            assert example["truth"] == Truth(stone.graph.truth[row]).name.lower()
            assert example["depth"] == stone.graph.depth[row]
            assert (example["proof"] is None) == (example["truth"] == "unknown")
            assert bool(example["axioms"]) == (example["truth"] != "unknown")
            counted[example["truth"]] += 1
    assert set(counted) == {"entailed", "refuted", "unknown"} and min(counted.values()) > 100


def test_the_first_word_of_an_answer_is_its_truth(examples: list[Example]) -> None:
    for truth, opening in FIRST.items():
        asked = [e for e in examples if e["truth"] == truth.name.lower() and e["form"] == "yes_no"]
        assert {e["language"] for e in asked} == {"en", "ru"}
        for example in asked:
            answer = re.sub(r"(?s).*(RESPONSE|ОТВЕТ): ", "", example["completion"])
            assert answer.startswith(opening[example["language"]]), answer


def test_a_question_with_premises_gives_more_than_it_needs_and_all_that_it_needs(examples: list[Example]) -> None:
    seen = 0
    for example in examples:
        if (
            scene(example).endswith(("Given", "Refuted"))
            and example["form"] == "question"
            and example["language"] == "en"
        ):
            given = [s.strip() for s in re.split(r"(?<=\.)", example["prompt"])]
            assert sum(bool(s) for s in given) > len(example["axioms"])
            steps = re.findall(r"Every [a-z]+ is an? [a-z]+\.", example["thought"] or "")
            steps = [s for s in steps if f"So {s[:1].lower()}{s[1:]}" not in example["thought"]]
            assert all(step in example["prompt"] for step in steps), (steps, example["prompt"])
            seen += bool(steps)
    assert seen > 10


def test_the_letter_of_a_choice_is_that_of_the_one_option_that_holds(stone: Stone, examples: list[Example]) -> None:
    graph, texts = stone.graph, stone.ontology.terms.texts
    holding = {texts[graph.object[row]] for row in np.flatnonzero(graph.holds).tolist()}
    chosen = [e for e in examples if e["form"] == "multiple_choice" and e["language"] == "en"]
    assert len(chosen) > 20 and {e["truth"] for e in chosen} <= {"asserted", "entailed"} and holding
    for example in chosen:
        options = dict(re.findall(r"^([A-H])\) (.*)$", example["prompt"], re.M))
        letter = re.sub(r"(?s).*RESPONSE: ", "", example["completion"])[0]
        assert len(options) >= 2 and len(set(options.values())) == len(options)
        said = re.sub(r"(?s).*RESPONSE: ", "", example["completion"])[3:]
        assert not said or options[letter] == said


def test_whose_word_an_unknown_is_stands_in_the_ledger_and_in_comments(config: Config, examples: list[Example]) -> None:
    table = read_all(config.root / "ledger", "instances")
    words_of = dict(zip(table["instance"].to_pylist(), table["by"].to_pylist(), strict=True))
    asked = [e for e in examples if e["truth"] == "unknown"]
    assert {words_of[e["instance"]] for e in asked} == {BY}
    assert {words_of[e["instance"]] for e in examples if e["truth"] == "asserted"} == {"an axiom"}
    comments = {e["comment"] for e in asked if e["comment"]}
    assert comments == {f"This rests on the reasoner {BY}.", f"Основание: машина вывода {BY}."}


def test_with_a_budget_of_none_nothing_is_in_question(config: Config) -> None:
    import dataclasses

    none = dataclasses.replace(config, candidates=0)
    assert with_questions(none, prepare(none), judge, silent).graph.holds.all()
