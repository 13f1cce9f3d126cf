"""Competency questions: what the world must be able to answer, each with the answer it must give."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, RdfFormat, Store

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
WORLD = ONTOLOGY / "world"
QUESTIONS = sorted((WORLD / "questions").glob("*.rq"))

Row = frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def world() -> Store:
    """The vocabulary and the world, merged as they are written: nothing is inferred."""
    store = Store()
    files = [ONTOLOGY / "lithograph.ttl", *sorted(WORLD.glob("*.ttl"))]
    for file in files:
        store.load(path=str(file), format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    return store


def _prefixes(text: str) -> dict[str, str]:
    return dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", text, re.MULTILINE))


def _stated(text: str) -> Counter[Row]:
    """The answer a question states: one row a line, `?variable = value ; …`."""
    prefixes = _prefixes(text)

    def value(word: str) -> str:
        prefix, _, name = word.partition(":")
        return prefixes[prefix] + name if prefix in prefixes else word

    lines = re.findall(r"^# answer: (.+)$", text, re.MULTILINE)
    pairs = ([part.split(" = ") for part in line.split(" ; ")] for line in lines)
    return Counter(frozenset((name.strip().lstrip("?"), value(word.strip())) for name, word in row) for row in pairs)


def _given(world: Store, text: str) -> Counter[Row]:
    """What the world answers."""
    answer = world.query(text)
    if not isinstance(answer, QuerySolutions):
        raise TypeError("a competency question is a SELECT")
    names = [variable.value for variable in answer.variables]
    rows: list[Row] = []
    for solution in answer:
        bound = [(name, solution[name]) for name in names]
        rows.append(frozenset((n, t.value) for n, t in bound if isinstance(t, NamedNode | Literal)))
    return Counter(rows)


def test_there_are_at_least_ten_questions() -> None:
    assert len(QUESTIONS) >= 10


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda f: f.stem)
def test_a_question_has_the_stated_answer(world: Store, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "# question (en): " in text
    assert "# question (ru): " in text
    stated = _stated(text)
    assert stated
    assert _given(world, text) == stated


def test_at_least_twelve_analogies_keep_a_relation(world: Store) -> None:
    query = """
        PREFIX litho: <https://w3id.org/lithograph/ns#>
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?left ?right ?leftPart ?rightPart WHERE {
          ?left litho:analogousTo ?right . ?leftPart litho:analogousTo ?rightPart .
          ?left rdfs:subClassOf+ ?a . ?a owl:onProperty ?p ; owl:onClass|owl:someValuesFrom ?leftPart .
          ?right rdfs:subClassOf+ ?b . ?b owl:onProperty ?q ; owl:onClass|owl:someValuesFrom ?rightPart .
          ?p rdfs:subPropertyOf* ?kept . ?q rdfs:subPropertyOf* ?kept .
          FILTER(?kept NOT IN (litho:relatedTo, litho:causes))
        }"""
    answer = world.query(query)
    assert isinstance(answer, QuerySolutions)
    assert len(list(answer)) >= 12
