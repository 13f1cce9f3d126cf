"""Sentences back to claims: what is read is what was said, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pressed import Pressed

from lithograph.config import load_config
from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import Quantifier
from lithograph.pipeline.stone import prepare
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.read_back import Read, SentenceReader, Unread, split_sentences, verdict_of
from lithograph.speech.verbalise import sentences

BIKE = "https://w3id.org/lithograph/world/bicycle#"
PART = v.LITHO + "hasPart"


@pytest.fixture(scope="module")
def reader(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> SentenceReader:
    config = load_config(tmp_path_factory.mktemp("reader"), oracle="off")
    graph = prepare(config, path=project_root / "ontology" / "world" / "world.ttl").graph
    return SentenceReader.of(graph, {one: Lexicon.of(graph.ontology, graph.kinds, one) for one in ("en", "ru")})


def isa(one: str, other: str) -> Axiom:
    return Axiom("SubClassOf", (BIKE + one, BIKE + other))


def no(axiom: Axiom) -> Axiom:
    return Axiom("SubClassOf", (axiom.operands[0], ("ObjectComplementOf", axiom.operands[1])))


def has(one: str, other: str) -> Axiom:
    return Axiom("SubClassOf", (BIKE + one, ("ObjectSomeValuesFrom", PART, BIKE + other)))


@pytest.mark.parametrize(
    ("text", "axiom", "denied"),
    [
        ("Every disc brake is a bicycle part.", isa("DiscBrake", "Component"), False),
        ("A disc brake is a kind of bicycle part.", isa("DiscBrake", "Component"), False),
        ("Whatever is a disc brake is also a bicycle part.", isa("DiscBrake", "Component"), False),
        ("All disc brakes are bicycle parts.", isa("DiscBrake", "Component"), False),
        ("It follows that a disc brake is a bicycle part.", isa("DiscBrake", "Component"), False),
        ("No chain is a wheel.", no(isa("Chain", "Wheel")), False),
        ("A chain is never a wheel.", no(isa("Chain", "Wheel")), False),
        ("Not every chain is a wheel.", isa("Chain", "Wheel"), True),
        ("It is not true that a chain is a wheel.", isa("Chain", "Wheel"), True),
        ("A balance bike includes a pedal.", has("BalanceBike", "Pedal"), False),
        ("No balance bike includes a pedal.", no(has("BalanceBike", "Pedal")), False),
        ("A balance bike does not include a pedal.", no(has("BalanceBike", "Pedal")), False),
        ("Дисковый тормоз — это деталь велосипеда.", isa("DiscBrake", "Component"), False),
        ("Каждый дисковый тормоз является деталью велосипеда.", isa("DiscBrake", "Component"), False),
        ("Ни один дисковый тормоз не является деталью велосипеда.", no(isa("DiscBrake", "Component")), False),
        ("Неверно, что дисковый тормоз — это деталь велосипеда.", isa("DiscBrake", "Component"), True),
        ("Трековый велосипед включает барабан втулки.", has("TrackBicycle", "Freehub"), False),
    ],
)
def test_a_statement_is_read(text: str, axiom: Axiom, denied: bool, reader: SentenceReader) -> None:
    read = reader.statement(text)
    assert isinstance(read, Read), text
    assert (read.axiom, read.denied) == (axiom, denied)


@pytest.mark.parametrize(
    ("text", "axiom"),
    [
        ("Is a disc brake a bicycle part?", isa("DiscBrake", "Component")),
        ("is the DISC  brake a “bicycle part”", isa("DiscBrake", "Component")),
        ("Are wheels bicycle parts?", isa("Wheel", "Component")),
        ("Does a disc brake count as a bicycle part?", isa("DiscBrake", "Component")),
        ("Yes, no, or cannot be known: is a disc brake a bicycle part?", isa("DiscBrake", "Component")),
        ("Does a balance bike include a pedal?", has("BalanceBike", "Pedal")),
        ("Does “has part” lead from “balance bike” to “pedal”?", has("BalanceBike", "Pedal")),
        ("Is it true that a balance bike includes a pedal?", has("BalanceBike", "Pedal")),
        ("Является ли дисковый тормоз деталью велосипеда?", isa("DiscBrake", "Component")),
        ("Включает ли трековый велосипед барабан втулки?", has("TrackBicycle", "Freehub")),
        ("Верно ли, что трековый велосипед включает барабан втулки?", has("TrackBicycle", "Freehub")),
    ],
)
def test_a_question_is_read(text: str, axiom: Axiom, reader: SentenceReader) -> None:
    read = reader.question(text)
    assert isinstance(read, Read), text
    assert (read.axiom, read.denied) == (axiom, False)


@pytest.mark.parametrize(
    "text", ["", "?", "Does love matter?", "A disc brake is fine.", "Disc brakes.", "A disk brake is a bicycle part.",
             "Дисковый тормоз.", "It is a bicycle part.", "Was ist ein Rad?"]
)  # fmt: skip
def test_what_is_no_claim_by_our_own_words_is_not_read(text: str, reader: SentenceReader) -> None:
    assert isinstance(reader.statement(text), Unread) and isinstance(reader.question(text), Unread)


def test_every_claim_that_is_said_is_read_back(reader: SentenceReader) -> None:
    graph = reader.graph
    rows = [row for row in range(len(graph)) if graph.quantifier[row] != Quantifier.ANNOTATION]
    for language in ("en", "ru"):
        said = sentences(graph, reader.parts[language].lexicon, np.array(rows, np.int32))
        unread = [text for text in said if "⟦⟧" not in text and isinstance(reader.statement(text), Unread)]
        assert len(unread) < len(said) / 100, unread[:20]


def test_a_question_of_a_dataset_is_read_as_what_the_dataset_asks(pizza: Pressed) -> None:
    """Of what is read both ends are the example's, and its own verdict is the status of the claim in the graph."""
    graph, texts = pizza.stone.graph, pizza.stone.graph.ontology.terms.texts
    reader = SentenceReader.of(graph, {"en": Lexicon.of(graph.ontology, graph.kinds, "en")})
    columns = (column[graph.holds].tolist() for column in (graph.subject, graph.relation, graph.object))
    holds = {(texts[s], texts[r], texts[o]) for s, r, o in zip(*columns, strict=True)}
    rows = sorted((row for row in pizza.table.to_pylist() if row["form"] == "yes_no"), key=lambda row: row["id"])[::5]
    read = 0
    for row in rows:
        asked = row["messages"][0]["content"]
        found = reader.question(asked)
        if isinstance(found, Unread):
            continue
        read += 1
        claim = found.claim
        assert {claim.subject, claim.object} <= set(row["nodes"]), asked
        verdict, _ = verdict_of(row["messages"][-1]["content"])
        if verdict is not None and row["truth"] in ("asserted", "refuted", "unknown"):
            assert ((claim.subject, claim.relation, claim.object) in holds) == (verdict == "yes"), row["messages"]
    assert read > len(rows) / 2, f"{read} of {len(rows)}"


def test_an_answer_is_its_verdict_and_its_sentences() -> None:
    assert verdict_of("Yes") == ("yes", "") and verdict_of("Нет. Ни один.") == ("no", "Ни один.")
    assert verdict_of("Nobody knows.") == (None, "Nobody knows.")
    assert verdict_of("МЫСЛЬ: А.\nОТВЕТ: Да. Б.") == ("yes", "МЫСЛЬ: А.\nБ.")
    assert list(split_sentences("МЫСЛЬ: А есть. Б тоже.\nВ.")) == ["А есть.", "Б тоже.", "В."]
