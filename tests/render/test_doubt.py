"""Words that leave open what the claims do not: two terms of one definition, two things of one name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pressed import Pressed, pressed

PREFIXES = """@prefix : <http://e.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://e.org/o> a owl:Ontology .
:Dog a owl:Class ; rdfs:label "dog"@en ; rdfs:subClassOf :Pet ; skos:definition "A wolf that was tamed."@en .
:Pet a owl:Class ; rdfs:label "pet"@en ; skos:definition "An animal of the house."@en .
:Rex a :Dog ; rdfs:label "Rex"@en ; :guards :House . :House a :Thing ; rdfs:label "house"@en .
:guards a owl:ObjectProperty ; rdfs:label "guards"@en .
"""


def build(tmp_path: Path, body: str) -> Pressed:
    file = tmp_path / "o.ttl"
    file.write_text(PREFIXES + body, encoding="utf-8")
    return pressed(tmp_path, file, languages=("en",), oracle="off")


def silent(dataset: Pressed, *scenes: str) -> set[str]:
    """The reasons why intents of scenes were not printed."""
    tallies: Any = dataset.build.report["filter"]
    return {reason for scene in scenes if scene in tallies for reason in tallies[scene]["silent"]}


def prompts(dataset: Pressed, *scenes: str) -> list[tuple[str, str]]:
    rows = dataset.table.select(["scene", "prompt", "completion"]).to_pylist()
    return [(r["prompt"], r["completion"]) for r in rows if r["scene"].rsplit("/", 1)[-1].split("#")[-1] in scenes]


@pytest.mark.parametrize("other", [
    ':Tyke a owl:Class ; rdfs:label "tyke"@en ; skos:definition "A wolf that was tamed."@en .',
    ':Tyke a owl:Class ; rdfs:label "tyke"@en ; skos:definition " a wolf that was tamed" .',
    ':tyke a owl:ObjectProperty ; rdfs:label "tyke"@en ; skos:definition "A wolf that was tamed."@en .',
])  # fmt: skip
def test_a_definition_of_two_terms_is_no_riddle_and_no_gap(other: str, tmp_path: Path) -> None:
    dataset = build(tmp_path, other)
    asked = prompts(dataset, "WhichTerm")
    assert asked
    assert not [p for p, _ in asked if "wolf" in p]
    assert "a riddle with two answers" in silent(dataset, "WhichTerm")


@pytest.mark.parametrize("other", [
    ':Hound a owl:Class ; rdfs:label "dog"@en ; skos:definition "A wolf that was tamed."@en .',
    ':Tyke a owl:Class ; rdfs:label "tyke"@en ; owl:deprecated true ; skos:definition "A wolf that was tamed."@en .',
])  # fmt: skip
def test_a_namesake_or_a_deprecated_term_spoils_no_riddle(other: str, tmp_path: Path) -> None:
    assert [p for p, _ in prompts(build(tmp_path, other), "WhichTerm") if "wolf" in p]


@pytest.mark.parametrize("denial", [
    ':Clamp a owl:Class ; rdfs:label "dog"@en ; owl:disjointWith :Pet .',
    ':Clamp a owl:Class ; rdfs:label "Dog"@en . :Pet owl:disjointWith :Clamp .',
    """:Rex2 a :Dog ; rdfs:label "Rex"@en . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual :Rex2 ;
       owl:assertionProperty :guards ; owl:targetIndividual :House .""",
])  # fmt: skip
def test_no_question_is_answered_yes_of_one_thing_and_no_of_its_namesake(denial: str, tmp_path: Path) -> None:
    dataset = build(tmp_path, denial)
    assert prompts(dataset, "IsA")
    assert not prompts(dataset, "IsNot", "NotRelated")
    assert "a denial that a namesake contradicts" in silent(dataset, "IsNot", "NotRelated")


def test_a_denial_without_a_namesake_is_printed(tmp_path: Path) -> None:
    dataset = build(tmp_path, ':Stone a owl:Class ; rdfs:label "stone"@en ; owl:disjointWith :Pet .')
    answers = [c for _, c in prompts(dataset, "IsNot")]
    assert answers
    assert all("stone" in c.lower() or c.startswith("No") or "both" in c or "exclude" in c for c in answers)


def test_memory_is_said_only_of_what_a_printed_training_row_states(pizza: Pressed) -> None:
    rows = pizza.table.select(["split", "probe_split", "instance"]).to_pylist()
    trained = {r["instance"] for r in rows if r["split"] == "train"}
    assert sum(r["probe_split"] == "memory" for r in rows) > 100
    for row in rows:
        stated = row["split"] != "train" and row["instance"] in trained
        assert row["probe_split"] == ("memory" if stated else None)


def test_a_denial_is_silenced_by_nothing_but_a_namesake(tmp_path: Path) -> None:
    body = """:Machine a owl:Class ; rdfs:label "machine"@en ; owl:disjointWith :Part .
        :Part a owl:Class ; rdfs:label "part"@en .
        :Pump rdfs:subClassOf :Machine ; rdfs:label "pump"@en . :Valve rdfs:subClassOf :Part ; rdfs:label "valve"@en .
        :Tap rdfs:subClassOf :Valve ; rdfs:label "tap"@en ."""
    dataset = build(tmp_path, body)
    assert prompts(dataset, "IsNot")
    assert not [reason for reason in silent(dataset, "IsNot", "NotRelated") if "namesake" in reason]
